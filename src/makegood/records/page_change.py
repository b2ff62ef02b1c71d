"""Noun: a page change; one thing that differs between two versions of a status page, growth or edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What a page does as an incident goes on.
GROWTH = (
    "posted", "update_added", "closed", "reopened", "severity_raised", "component_added", "window_stated", "dropped",
    "rescheduled",
)  # fmt: skip
# What rewrites something that it said before, or says now of a time at which it did not say it.
EDITS = (
    "removed", "start_moved", "end_moved", "severity_lowered", "component_removed", "title_edited", "text_edited",
    "update_inserted", "update_retimed", "update_removed", "backdated", "window_changed",
)  # fmt: skip


@dataclass(frozen=True)
class PageChange:
    """`what` is of GROWTH or EDITS; `before` and `after` are what the page said of it, None for nothing.

    Times stand as ISO 8601 in UTC, severities as in records.bulletin, texts cut. `stated` is the time that an update
    gives itself, where the change is about one. `component` is empty where the change is about the whole incident.
    """

    what: str
    incident: str
    title: str = ""
    component: str = ""
    before: str | None = None
    after: str | None = None
    stated: str | None = None

    @property
    def is_edit(self) -> bool:
        """Does it rewrite the past?"""
        return self.what in EDITS

    def as_data(self) -> dict[str, str | None]:
        """The fields that are set, as they stand in the log; a page may leave a title empty."""
        fields = ("component", "before", "after", "stated")
        told = {name: value for name in fields if (value := getattr(self, name)) not in (None, "")}
        return {"what": self.what, "incident": self.incident, "title": self.title, **told}


def change_of(data: Mapping[str, Any]) -> PageChange:
    """A change from the log; raise ValueError for what is none."""
    if data.get("what") not in (*GROWTH, *EDITS) or not all(isinstance(value, str) for value in data.values()):
        raise ValueError("no change of a page")
    try:
        return PageChange(**data)
    except TypeError as fault:
        raise ValueError("no change of a page") from fault
