"""Verb: read a config, a TOML file; what is wrong with it is one sentence with file, line, field, reason and mend."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from makegood.errors import BadUse
from makegood.records.config.misspelling import misspelling
from makegood.records.config.places import line_of
from makegood.records.config.shape import Shape

LARGEST = 1_000_000  # bytes
Place = Sequence[str | int]
_Shape = TypeVar("_Shape", bound=Shape)
_KINDS = {
    "missing": "is needed and missing",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be text in quotes",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "string_pattern_mismatch": "is not written as such a name is (letters, digits, . _ and -)",
}


@dataclass(frozen=True)
class TomlFile:
    """A config as it was read. `what` names its kind in sentences, such as "a watch's config"; `guide` its page;
    `raises` is the class of what is wrong with it."""

    path: Path
    text: str
    tables: Mapping[str, Any]
    what: str
    guide: str
    raises: type[BadUse] = BadUse

    def shaped(self, shape: type[_Shape]) -> _Shape:
        """The tables in their shape; raise BadUse for the first field that has not its own."""
        try:
            return shape.model_validate(self.tables)
        except ValidationError as fault:
            found = fault.errors(include_url=False, include_input=False)
        first = found[0]
        misspelt = misspelling([(str(one["type"]), one["loc"]) for one in found], shape, self.tables)
        if misspelt is not None:
            mend = f"did you mean {misspelt.meant}? See {self.guide}" if misspelt.meant else ""
            return self.fail(misspelt.place, misspelt.reason.format(what=self.what), mend)
        return self.fail(first["loc"], self._reason(str(first["type"]), str(first["msg"])))

    def _reason(self, kind: str, said: str) -> str:
        if kind == "extra_forbidden":
            return f"is no field of {self.what}"
        return _KINDS.get(kind) or said.removeprefix("Value error, ").replace("Input should", "should")

    def at(self, place: Place) -> str:
        """Where a field stands: the file, the line where one is found, the field."""
        line = line_of(self.text, place)
        named = ".".join(str(part)[:60] for part in place if part != "[key]")
        return ": ".join([str(self.path), *([f"line {line}"] if line else []), *([named] if named else [])])

    def fail(self, place: Place, reason: str, mend: str = "") -> NoReturn:
        """Raise for this field."""
        raise self.raises(f"{self.at(place)}: {reason}; {mend or f'see {self.guide}'}.")


def read_toml(path: Path, what: str, guide: str, raises: type[BadUse] = BadUse, exact: bool = False) -> TomlFile:
    """Read a config, `exact` with its fractions as decimals; raise where the file cannot be read or is no TOML."""
    text = text_of(path, raises=raises)
    try:
        tables = tomllib.loads(text, parse_float=Decimal) if exact else tomllib.loads(text)
    except (ValueError, RecursionError) as fault:  # also numbers of thousands of digits
        raise raises(f"{path}: is not TOML: {fault}; see {guide} for an example.") from fault
    return TomlFile(path, text, tables, what, guide, raises)


def text_of(path: Path, largest: int = LARGEST, raises: type[BadUse] = BadUse) -> str:
    """The text of a small file that a person wrote; raise for what is none."""
    try:
        if path.exists() and not (path.is_file() and path.stat().st_size <= largest):
            raise raises(f"{path}: is no file, or is larger than {largest // 1_000_000} MB; give a small file.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise raises(f"{path}: cannot be read ({fault.strerror}); check the name and the rights.") from fault
    except UnicodeDecodeError as fault:
        raise raises(f"{path}: is not UTF-8 text; save it as UTF-8.") from fault
