"""Noun: what the facts of an alert must hold, so that later alerts can be decided from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from makegood.keys import canonical
from makegood.reads import alert as kinds
from makegood.spans import moment

_YEARS = (1970, 9998)  # hours on either side of them are still a date


def _dated(text: str) -> str:
    if not _YEARS[0] <= moment(text).year <= _YEARS[1]:
        raise ValueError(f"the year is not from {_YEARS[0]} to {_YEARS[1]}")
    return text


_Moment = Annotated[str, AfterValidator(_dated)]


class _Facts(BaseModel):
    model_config = ConfigDict(strict=True)


class _Beside(_Facts):
    state: Literal["none", "unread", "silent", "says"]
    url: str = ""
    incidents: list[str] = Field(default_factory=list)


class _Own(_Facts):
    incident: str
    scope: dict[str, str | None]
    since: _Moment
    until: _Moment | None
    severity: Literal["degraded", "partial", "major"]
    attempts: int
    faults: int
    page: _Beside
    folder: str


class _Ended(_Own):
    withdrawn: bool
    stopped: bool
    lapsed: _Moment | None = None
    mates: list[str] = Field(alias="with")


class _Story(_Facts):
    story: str
    url: str
    bulletin: str
    severity: Literal["none", "unknown", "maintenance", "degraded", "partial", "major"]
    components: list[str]


class _Sight(_Facts):
    what: str
    sort: Literal["page", "folder"]
    last: _Moment | None


class _Held(_Facts):
    key: str
    kind: str


class _Summary(_Facts):
    held: list[_Held]


_SHAPES: dict[str, type[_Facts]] = {
    **dict.fromkeys((kinds.BEGAN, kinds.SILENT, kinds.CHANGED, kinds.ACKNOWLEDGED), _Own),
    **dict.fromkeys((kinds.PAGE_ONLY, kinds.PAGE_SAYS, kinds.PAGE_CHANGED, kinds.PAGE_ENDED), _Story),
    **dict.fromkeys((kinds.BLIND, kinds.SEES_AGAIN), _Sight),
    kinds.ENDED: _Ended,
    kinds.SUMMARY: _Summary,
}


def check_facts(kind: str, at: str, facts: Mapping[str, Any]) -> None:
    """Raise ValueError, TypeError or BadPeriod where an alert of the log cannot be one that was written here."""
    _dated(at)
    canonical(dict(facts)).encode()  # what is told of it later stands in the log again
    if kind in _SHAPES:
        _SHAPES[kind].model_validate(facts)
