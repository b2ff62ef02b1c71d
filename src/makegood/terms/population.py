"""Noun: which requests count, and which of them as errors, by status, error type, repeat and kind of use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from makegood.terms.parts import Name, Part

# Of HTTP, 0 where no answer came, or a provider's own code of four digits or more.
_HTTP, _OWN = r"[1-5][0-9]{2}", r"[1-9][0-9]{3,8}"
_STATUS = re.compile(rf"0|{_HTTP}|{_OWN}|(?:{_HTTP}-{_HTTP})|(?:{_OWN}-{_OWN})")


def _status_range(value: object) -> object:
    low, _, high = str(value).partition("-")
    if not _STATUS.fullmatch(str(value)) or int(high or low) < int(low):
        raise ValueError("write a status like 500 or a range like 500-599")
    return (int(low), int(high or low))


StatusRange = Annotated[tuple[int, int], BeforeValidator(_status_range)]


class Statuses(Part):
    """A set of HTTP statuses, and of the provider's error types whatever their status."""

    statuses: tuple[StatusRange, ...] = ()
    error_types: tuple[str, ...] = ()
    clause: Name

    def hold(self, status: int, error: str | None = None) -> bool:
        """Is an answer with that status, or that error type, in the set?"""
        return any(low <= status <= high for low, high in self.statuses) or (
            error is not None and error in self.error_types
        )


class Repeats(Part):
    """A failing request tried again within so many minutes of its first error leaves the totals."""

    within_minutes: Annotated[int, Field(ge=1, le=1440)]
    clause: Name


class Recount(Part):
    """What else the statuses count as for a kind of use (`consumption`) or a tier that served the request."""

    use: Annotated[tuple[Name, ...], Field(min_length=1)]
    statuses: Annotated[tuple[StatusRange, ...], Field(min_length=1)]
    counts_as: Literal["error", "valid", "left_out"]
    clause: Name

    def holds(self, status: int, use: str | None) -> bool:
        """Does it say something about that status under that use?"""
        return use in self.use and any(low <= status <= high for low, high in self.statuses)


class Population(Part):
    """Which requests count, and which of them as errors; `left_out` counts neither way."""

    errors: Statuses
    left_out: Statuses | None = None
    recounts: tuple[Recount, ...] = ()
    repeats: Repeats | None = None

    def split(self, by_status: Mapping[int, int], use: str | None = None) -> tuple[int, int]:
        """(valid requests, errors) of a count of requests by HTTP status."""
        kinds = {status: self.kind(status, None, use) for status in by_status}
        valid = sum(count for status, count in by_status.items() if kinds[status] != "left_out")
        return valid, sum(count for status, count in by_status.items() if kinds[status] == "error")

    def kind(self, status: int, error: str | None = None, use: str | None = None) -> str:
        """`error`, `valid` or `left_out`: what a request that ended so counts as."""
        for rule in self.recounts:
            if rule.holds(status, use):
                return rule.counts_as
        if self.left_out is not None and self.left_out.hold(status, error):
            return "left_out"
        return "error" if self.errors.hold(status, error) else "valid"
