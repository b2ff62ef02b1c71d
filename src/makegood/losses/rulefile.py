"""Read a rule file: YAML, checked field by field, every fault told with its file and line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from makegood.errors import BadUse
from makegood.losses.rule import (
    FAULTY,
    OCCASIONS,
    BillingRule,
    FaultRule,
    Pattern,
    Patterns,
    ProviderRules,
    Rule,
    Selector,
    Source,
    Statuses,
    quarrel,
)
from makegood.spans import to_us

END_US = 253_402_300_800_000_000  # the end of the year 9999; a rule without an end
_RANGE = re.compile(r"^(\d{1,3})(?:-(\d{1,3}))?$")
_HTTPS = re.compile(r"^https://[^\s/]+(/\S*)?$")
_NAME = re.compile(r"^[^*]+\*?$")


class _Line(BaseModel):
    """What fault rules and billing rules have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    line: int
    status: Statuses = ()
    error: Patterns = ()
    names: Patterns = ()
    since: date = Field(alias="from")
    until: date | None
    source: str
    source_date: date
    read: Literal["P", "S", "U"]
    note: str = Field(min_length=1)

    @field_validator("status", mode="before")
    @classmethod
    def _statuses(cls, value: Any) -> Statuses:
        parts = [_RANGE.match(str(part)) for part in (value if isinstance(value, list) else [value])]
        spans = sorted((int(part[1]), int(part[2] or part[1])) for part in parts if part)
        if len(spans) != len(parts) or not spans or any(low > high for low, high in spans):
            raise ValueError("write a status such as 429, a range such as 500-599, or a list of them")
        if any(high >= low for (_, high), (low, _) in pairwise(spans)):
            raise ValueError("the ranges overlap; name each status once")
        return tuple(spans)

    @field_validator("error", "names", mode="before")
    @classmethod
    def _patterns(cls, value: Any) -> Patterns:
        return patterns(value)

    @field_validator("source")
    @classmethod
    def _address(cls, value: str) -> str:
        if value != "house" and not _HTTPS.match(value):
            raise ValueError("give an https address, or 'house' for a definition of makegood's own")
        return value

    @model_validator(mode="after")
    def _dates(self) -> _Line:
        if self.until is not None and self.until <= self.since:
            raise ValueError("'until' must be after 'from'")
        return self

    def selector(self, occasions: frozenset[str]) -> Selector:
        """The rule's selector, in microseconds of UTC days."""
        until = END_US if self.until is None else _day_us(self.until)
        return Selector(occasions, self.status, self.error, self.names, _day_us(self.since), until)

    def origin(self, file: str) -> Source:
        """Where the rule stands written."""
        return Source(self.source, self.source_date, self.read, self.note, file, self.line)


class _Fault(_Line):
    fault: Literal["provider", "client", "unknown"]


class _Billing(_Line):
    when: Literal["failed", "unusable", "empty", "client_disconnect", "success"]
    charged: Literal["yes", "no", "unknown"]

    @field_validator("charged", mode="before")
    @classmethod
    def _yaml_words(cls, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    @model_validator(mode="after")
    def _possible(self) -> _Billing:
        inside = [low >= 200 and high <= 299 for low, high in self.status]
        outside = [high < 200 or low > 299 for low, high in self.status]
        if not all(outside if self.when in ("failed", "client_disconnect") else inside):
            raise ValueError(f"no attempt with this status can be '{self.when}'")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    line: int
    provider: str = Field(pattern=r"^[a-z0-9-]+$")
    aliases: Patterns
    faults: list[_Fault]
    billing: list[_Billing]

    @field_validator("aliases", mode="before")
    @classmethod
    def _patterns(cls, value: Any) -> Patterns:
        return patterns(value) if value != [] else ()


def patterns(value: Any) -> Patterns:
    """Lower-case names, exact or ending in `*`, as patterns; raise ValueError on anything else."""
    given = value if isinstance(value, list) else [value]
    for name in given:
        if not isinstance(name, str) or not _NAME.match(name) or name != name.strip().lower():
            raise ValueError(f"{name!r}: write lower-case names without outer blanks, exact or with one * at the end")
    if not given or len(set(given)) != len(given):
        raise ValueError("name at least one, and each only once")
    return tuple(Pattern(name.removesuffix("*"), name.endswith("*")) for name in given)


def read_rule_file(text: str, file: str, number: int) -> ProviderRules:
    """The rules of one file, numbered from `number` on; raise BadUse with file, line and mend."""
    data = _load(text, file)
    try:
        read = _File.model_validate(data)
    except ValidationError as fault:
        raise BadUse(_told(fault, data, file)) from fault
    faults = tuple(
        FaultRule(number + place, line.selector(FAULTY), line.fault, line.origin(file))
        for place, line in enumerate(read.faults)
    )
    billing = tuple(
        BillingRule(
            number + len(faults) + place,
            line.selector(OCCASIONS[line.when]),
            line.when,
            line.charged,
            line.origin(file),
        )
        for place, line in enumerate(read.billing)
    )
    _refuse_quarrel(faults, file)
    _refuse_quarrel(billing, file)
    return ProviderRules(read.provider, file, read.aliases, faults, billing)


def _refuse_quarrel(rules: Sequence[Rule], file: str) -> None:
    found = quarrel(tuple(rules))
    if found:
        earlier, later, why = found
        raise BadUse(
            f"{file}:{later.source.line}: this rule {why} (line {earlier.source.line}); "
            "end one of them by date, make them narrower, or put the narrower one first."
        )


def _day_us(day: date) -> int:
    return to_us(datetime.combine(day, time(), tzinfo=UTC))


class _Numbered(yaml.SafeLoader):
    """YAML in which every mapping knows its line and no key may stand twice."""


def _mapping(loader: _Numbered, node: yaml.MappingNode) -> dict[Any, Any]:
    made: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    if len(made) != len(node.value):
        raise yaml.MarkedYAMLError(problem="a key stands twice", problem_mark=node.start_mark)
    return {**made, "line": node.start_mark.line + 1}


_Numbered.add_constructor("tag:yaml.org,2002:map", _mapping)


def _load(text: str, file: str) -> Any:
    try:
        data = yaml.load(text, Loader=_Numbered)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise BadUse(f"{file}:{line}: not a readable rule file ({fault.problem}); mend the YAML there.") from fault
    except (yaml.YAMLError, ValueError, TypeError) as fault:
        raise BadUse(f"{file}: not a readable rule file ({fault}); mend the YAML.") from fault
    if not isinstance(data, dict):
        raise BadUse(f"{file}:1: a rule file is a mapping with provider, aliases, faults and billing; write one.")
    return data


def _told(fault: ValidationError, data: dict[Any, Any], file: str) -> str:
    first = fault.errors()[0]
    line, here = 1, data
    for step in first["loc"][:2]:  # the list of rules, then the place in it
        try:
            here = here[step]
        except (LookupError, TypeError):
            break
        line = here["line"] if isinstance(here, dict) and "line" in here else line
    where = ".".join(str(step) for step in first["loc"]) or "the rule"
    return f"{file}:{line}: {where}: {first['msg'].removeprefix('Value error, ')}; mend the rule there."
