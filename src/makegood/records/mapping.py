"""Map: read a small TOML file that says which columns of a log are which, as an attempt format of its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

import duckdb

from makegood.errors import BadMap, BadPeriod
from makegood.money import plain
from makegood.records.attempt import COLUMNS, NAMES, REQUIRED
from makegood.records.sources.attempt_format import AttemptFormat
from makegood.records.typed import quoted
from makegood.spans import zone

_TABLES = ("columns", "constants", "scale", "values", "time")
_KINDS = {column.name: column.kind for column in COLUMNS}
_SCALED = ("count", "duration", "amount")
_UNITS = {"s": "1000000", "ms": "1000", "us": "1", "ns": "0.001"}
_LARGEST_SCALE = Decimal(10) ** 5
_LARGEST = 1_000_000  # bytes
_OFFSET = r":\d\d(\.\d+)? ?(?i:z|utc|[+-]\d\d(:?\d\d)?)$"
_NUMBER = r"^[+-]?\d+(\.\d+)?$"


def read_map(path: Path) -> AttemptFormat:
    """Read a map of a user's own columns; raise BadMap naming file, line, key and what to do."""
    try:
        if path.exists() and not path.is_dir() and not (path.is_file() and path.stat().st_size <= _LARGEST):
            raise BadMap(f"{path}: is no file, or is larger than a megabyte; give a small TOML file.")
        text = path.read_text(encoding="utf-8-sig")
        tables = tomllib.loads(text, parse_float=Decimal)
    except OSError as fault:
        raise BadMap(f"{path}: cannot be read ({fault.strerror}); check the name and the rights.") from fault
    except UnicodeDecodeError as fault:
        raise BadMap(f"{path}: is not UTF-8 text; save it as UTF-8.") from fault
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise BadMap(f"{path}: is not TOML: {fault}; see docs/formats.md for an example.") from fault
    return _Map(path, text, tables).form()


@dataclass(frozen=True)
class _Map:
    path: Path
    text: str
    tables: Mapping[str, Any]

    def form(self) -> AttemptFormat:
        self._check_names()
        fields = {f"f{number}": str(heading) for number, heading in enumerate(self._table("columns").values())}
        columns = {name: self._column(name, field) for name, field in zip(self._table("columns"), fields, strict=True)}
        columns |= {name: quoted(self._literal("constants", name)) for name in self._table("constants")}
        self._try(fields, columns)
        return AttemptFormat(
            name="map",
            title=f"log read by the map {self.path.name}",
            shape="any",
            needs=", ".join(fields.values()),
            matches=lambda _: True,
            fields=fields,
            columns=columns,
        )

    def _table(self, name: str) -> Mapping[str, Any]:
        table = self.tables.get(name, {})
        if not isinstance(table, dict):
            self._fail(f"'{name}' must be a table", name, f"write [{name}] on a line of its own")
        return table

    def _check_names(self) -> None:
        for name in self.tables:
            self._known(name, _TABLES, "table", name)
        for table in ("columns", "constants", "scale", "values"):
            for name in self._table(table):
                self._known(name, NAMES, "column", name, table)
        for name, heading in self._table("columns").items():
            if not isinstance(heading, str) or not heading or "*" in heading:
                self._fail(f"{name} must be a heading or a path to one value, in quotes", name, 'such as "http.status"')
            if name in self._table("constants"):
                self._fail(f"{name} stands in [columns] and in [constants]", name, "keep one of them")
        for table in ("scale", "values"):
            for name in self._table(table):
                if name not in self._table("columns"):
                    self._fail(f"[{table}] speaks of {name}, which [columns] does not name", name, "name it there")
        for name in sorted(REQUIRED, key=NAMES.index):
            if name not in self._table("columns") and (name == "time" or name not in self._table("constants")):
                where = "[columns]" if name == "time" else "[columns] or [constants]"
                self._fail(f"names no {name}", None, f'add a line such as {name} = "..." under {where}')

    def _known(self, name: str, names: Iterable[str], kind: str, key: str, table: str | None = None) -> None:
        if name not in names:
            near = get_close_matches(name, list(names), n=3) or list(names)
            self._fail(f"'{name[:40]}' is no {kind} of a map", key, f"use {' or '.join(near)}", table)

    def _column(self, name: str, field: str) -> str:
        """SQL of one column: translated, scaled, and for a time brought to UTC."""
        text = field
        values = self._table("values").get(name, {})
        if not isinstance(values, dict):
            self._fail(f"values.{name} must be a table", name, f"write [values.{name}]", "values")
        if values:
            cases = " ".join(f"WHEN {quoted(old)} THEN {quoted(self._text(new, old))}" for old, new in values.items())
            text = f"CASE {text} {cases} ELSE {text} END"
        if name in self._table("scale"):
            factor = self._factor(name)
            product = f"TRY_CAST({text} AS DECIMAL(24,9)) * CAST('{factor}' AS DECIMAL(14,9))"
            text = f"COALESCE(CAST({product} AS VARCHAR), {text})"
        return self._time(text) if name == "time" else text

    def _factor(self, name: str) -> str:
        factor = self._table("scale")[name]
        if _KINDS[name] not in _SCALED:
            self._fail(f"{name} is no number", name, "scale only tokens, duration_ms, retry or charged", "scale")
        finite = (isinstance(factor, Decimal) and factor.is_finite()) or type(factor) is int
        if not finite or not 0 < factor < _LARGEST_SCALE:
            self._fail(f"the scale of {name} must be a number over 0 and under 100000", name, "such as 1000", "scale")
        text = plain(Decimal(factor))
        if Decimal(text) != round(Decimal(text), 9):
            self._fail(f"the scale of {name} has more than 9 decimals", name, "write it shorter", "scale")
        return text

    def _time(self, text: str) -> str:
        rules = self._table("time")
        for name, value in rules.items():
            self._known(name, ("unit", "zone", "format"), "word", name, "time")
            if not isinstance(value, str):
                self._fail(f"{name} must be text in quotes", name, "see docs/formats.md", "time")
        if "unit" in rules:
            return self._counted(text, rules)
        if not rules:
            return text
        where = rules.get("zone", "UTC")
        try:
            zone(where)
        except BadPeriod as fault:
            raise BadMap(f"{self._place('zone', 'time')}: {fault}") from fault
        shape = rules.get("format")
        if shape is not None and re.search("%[zZ]", shape):
            self._fail(
                "the format has an offset of its own", "format", "leave out %z; such times need no format", "time"
            )
        local = f"TRY_STRPTIME({text}, {quoted(shape)})" if shape else f"TRY_CAST({text} AS TIMESTAMP)"
        marked = f"regexp_matches({text}, '{_OFFSET}') OR regexp_matches({text}, '{_NUMBER}')"
        absolute = f"COALESCE(CAST(TIMEZONE({quoted(where)}, {local}) AS VARCHAR), {text})"
        return absolute if shape else f"CASE WHEN {marked} THEN {text} ELSE {absolute} END"

    def _counted(self, text: str, rules: Mapping[str, str]) -> str:
        unit = rules["unit"]
        if unit not in _UNITS or len(rules) > 1:
            self._fail("the unit must be one of s, ms, us or ns and stand alone", "unit", "mend it", "time")
        micros = f"CAST(FLOOR(TRY_CAST({text} AS DECIMAL(28,9)) * {_UNITS[unit]}) AS BIGINT)"
        return f"COALESCE(TRY(CAST(MAKE_TIMESTAMP({micros}) AS VARCHAR) || '+00'), {text})"

    def _literal(self, table: str, name: str) -> str:
        return self._text(self._table(table)[name], name)

    def _text(self, value: Any, key: str) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Decimal) and value.is_finite():
            return plain(value)
        if not isinstance(value, str | int):
            self._fail(f"the value of '{key[:40]}' must be text or a number", key, "put it in quotes")
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
            raise BadMap(f"{self._place(name, None)}: {name} cannot be read so ({reason}); mend it.") from fault

    def _fail(self, what: str, key: str | None, mend: str, table: str | None = None) -> NoReturn:
        raise BadMap(f"{self._place(key, table)}: {what}; {mend}.")

    def _place(self, key: str | None, table: str | None) -> str:
        """The file and, where the key is found in it, the line."""
        if key is None:
            return str(self.path)
        current = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            heading = re.match(r"\s*\[([^\]]*)\]", line)
            current = heading[1].split(".")[0].strip(" \"'") if heading else current
            stands = re.match(r"\s*[\"']?" + re.escape(key) + r"[\"']?\s*[.=]", line) or (
                heading and key in re.split(r"[.\s\"']+", heading[1])
            )
            if stands and table in (None, current):
                return f"{self.path}: line {number}"
        return str(self.path)
