"""Map: read a small TOML file that says which columns of a log are which, as an attempt format of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from makegood.errors import BadMap, BadPeriod
from makegood.money import plain
from makegood.records.attempt import COLUMNS, NAMES, REQUIRED
from makegood.records.config.toml_file import Place, TomlFile, read_toml
from makegood.records.sources.attempt_format import AttemptFormat
from makegood.records.typed import quoted
from makegood.spans import zone

_TABLES = ("columns", "constants", "scale", "values", "time")
_KINDS = {column.name: column.kind for column in COLUMNS}
_SCALED = ("count", "duration", "amount")
_UNITS = {"s": "1000000", "ms": "1000", "us": "1", "ns": "0.001"}
_LARGEST_SCALE = Decimal(10) ** 5
_OFFSET = r":\d\d(\.\d+)? ?(?i:z|utc|[+-]\d\d(:?\d\d)?)$"
_NUMBER = r"^[+-]?\d+(\.\d+)?$"


def read_map(path: Path) -> AttemptFormat:
    """Read a map of a user's own columns; raise BadMap naming file, line, key and what to do."""
    return _Map(read_toml(path, "a map", "docs/formats.md", BadMap, exact=True)).form()


@dataclass(frozen=True)
class _Map:
    file: TomlFile

    def form(self) -> AttemptFormat:
        self._check_names()
        fields = {f"f{number}": str(heading) for number, heading in enumerate(self._table("columns").values())}
        columns = {name: self._column(name, field) for name, field in zip(self._table("columns"), fields, strict=True)}
        columns |= {name: quoted(self._literal("constants", name)) for name in self._table("constants")}
        self._try(fields, columns)
        return AttemptFormat(
            name="map",
            title=f"log read by the map {self.file.path.name}",
            shape="any",
            needs=", ".join(fields.values()),
            matches=lambda _: True,
            fields=fields,
            columns=columns,
        )

    def _table(self, name: str) -> Mapping[str, Any]:
        table = self.file.tables.get(name, {})
        if not isinstance(table, dict):
            self.file.fail((name,), "must be a table", f"write [{name}] on a line of its own")
        return table

    def _check_names(self) -> None:
        for name in self.file.tables:
            self._known((name,), _TABLES, "table")
        for table in ("columns", "constants", "scale", "values"):
            for name in self._table(table):
                self._known((table, name), NAMES, "column")
        for name, heading in self._table("columns").items():
            if not isinstance(heading, str) or not heading or "*" in heading:
                reason = "must be a heading or a path to one value, in quotes"
                self.file.fail(("columns", name), reason, 'write it like "http.status"')
            if name in self._table("constants"):
                self.file.fail(("constants", name), "stands in [columns] and in [constants]", "keep one of them")
        for table in ("scale", "values"):
            for name in self._table(table):
                if name not in self._table("columns"):
                    self.file.fail((table, name), "is not named in [columns]", "name it there")
        for name in sorted(REQUIRED, key=NAMES.index):
            if name not in self._table("columns") and (name == "time" or name not in self._table("constants")):
                where = "[columns]" if name == "time" else "[columns] or [constants]"
                self.file.fail((), f"names no {name}", f'add a line such as {name} = "..." under {where}')

    def _known(self, place: tuple[str, ...], names: Iterable[str], kind: str) -> None:
        if place[-1] not in names:
            near = get_close_matches(place[-1], list(names), n=3) or list(names)
            self.file.fail(place, f"is no {kind} of a map", f"use {' or '.join(near)}")

    def _column(self, name: str, field: str) -> str:
        """SQL of one column: translated, scaled, and for a time brought to UTC."""
        text = field
        values = self._table("values").get(name, {})
        if not isinstance(values, dict):
            self.file.fail(("values", name), "must be a table", f"write [values.{name}]")
        if values:
            new = {old: self._text(("values", name, old), value) for old, value in values.items()}
            cases = " ".join(f"WHEN {quoted(old)} THEN {quoted(text)}" for old, text in new.items())
            text = f"CASE {text} {cases} ELSE {text} END"
        if name in self._table("scale"):
            factor = self._factor(name)
            product = f"TRY_CAST({text} AS DECIMAL(24,9)) * CAST('{factor}' AS DECIMAL(14,9))"
            text = f"COALESCE(CAST({product} AS VARCHAR), {text})"
        return self._time(text) if name == "time" else text

    def _factor(self, name: str) -> str:
        factor, place = self._table("scale")[name], ("scale", name)
        if _KINDS[name] not in _SCALED:
            self.file.fail(place, f"{name} is no number", "scale only tokens, duration_ms, retry or charged")
        finite = (isinstance(factor, Decimal) and factor.is_finite()) or type(factor) is int
        if not finite or not 0 < factor < _LARGEST_SCALE:
            self.file.fail(place, "must be a number over 0 and under 100000", "write one such as 1000")
        text = plain(Decimal(factor))
        if Decimal(text) != round(Decimal(text), 9):
            self.file.fail(place, "has more than 9 decimals", "write it shorter")
        return text

    def _time(self, text: str) -> str:
        rules = self._table("time")
        for name, value in rules.items():
            self._known(("time", name), ("unit", "zone", "format"), "word")
            if not isinstance(value, str):
                self.file.fail(("time", name), "must be text in quotes")
        if "unit" in rules:
            return self._counted(text, rules)
        if not rules:
            return text
        where = rules.get("zone", "UTC")
        try:
            zone(where)
        except BadPeriod as fault:
            raise BadMap(f"{self.file.at(('time', 'zone'))}: {fault}") from fault
        shape = rules.get("format")
        if shape is not None and re.search("%[zZ]", shape):
            mend = "leave out %z; such times need no format"
            self.file.fail(("time", "format"), "has an offset of its own", mend)
        local = f"TRY_STRPTIME({text}, {quoted(shape)})" if shape else f"TRY_CAST({text} AS TIMESTAMP)"
        marked = f"regexp_matches({text}, '{_OFFSET}') OR regexp_matches({text}, '{_NUMBER}')"
        absolute = f"COALESCE(CAST(TIMEZONE({quoted(where)}, {local}) AS VARCHAR), {text})"
        return absolute if shape else f"CASE WHEN {marked} THEN {text} ELSE {absolute} END"

    def _counted(self, text: str, rules: Mapping[str, str]) -> str:
        unit = rules["unit"]
        if unit not in _UNITS or len(rules) > 1:
            self.file.fail(("time", "unit"), "must be one of s, ms, us or ns and stand alone", "mend it")
        micros = f"CAST(FLOOR(TRY_CAST({text} AS DECIMAL(28,9)) * {_UNITS[unit]}) AS BIGINT)"
        return f"COALESCE(TRY(CAST(MAKE_TIMESTAMP({micros}) AS VARCHAR) || '+00'), {text})"

    def _literal(self, table: str, name: str) -> str:
        return self._text((table, name), self._table(table)[name])

    def _text(self, place: Place, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Decimal) and value.is_finite():
            return plain(value)
        if not isinstance(value, str | int):
            self.file.fail(place, "must be text or a number", "put it in quotes")
        return str(value)

    def _try(self, fields: Mapping[str, str], columns: Mapping[str, str]) -> None:
        """Let the engine read every path and expression once, so that a fault shows before any log is opened."""
        with duckdb.connect() as connection:
            for name, heading in zip(self._table("columns"), fields.values(), strict=True):
                if heading.startswith("$"):
                    self._run(connection, f"SELECT json_extract_string('{{}}', {quoted(heading)})", name)
            empty = ", ".join(f"CAST(NULL AS VARCHAR) AS {field}" for field in fields)
            for name, column in columns.items():
                self._run(connection, f"SELECT {column} FROM (SELECT {empty})", name)

    def _run(self, connection: duckdb.DuckDBPyConnection, sql: str, name: str) -> None:
        try:
            connection.execute(sql).fetchall()
        except duckdb.Error as fault:
            reason = str(fault).splitlines()[0][:160]
            raise BadMap(f"{self.file.at(('columns', name))}: cannot be read so ({reason}); mend it.") from fault
