"""Noun: a page version; what one status page said when it was looked at, and what it said otherwise before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from makegood.errors import BadPeriod
from makegood.records.page_change import PageChange, change_of
from makegood.spans import iso, moment

_SHA = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class PageVersion:
    """`sha` is the SHA-256 (hex) of the bytes, which stand under that name; `says` the one of what was read in them.

    It was first read at `seen`; at `unseen` the version before still stood there, so that it was posted between the
    two. `unseen` is None for the first version of a page. `form` is the format it was read as, `modified` what the
    server said of its age (Last-Modified), `refused` how many of its records could not be used, `changes` what differs
    from the version before: they can be found again from the bytes.

    Since the version before, `alike` looks showed other bytes that said the same, and `passed` looks showed other
    changes that were not kept, as the page is restless. A `sample` of those shows nothing else than they did.
    """

    provider: str
    url: str
    sha: str
    says: str
    seen: datetime
    unseen: datetime | None
    size: int
    form: str
    modified: str = ""
    changes: tuple[PageChange, ...] = ()
    refused: int = 0
    alike: int = 0
    passed: int = 0
    sample: bool = False

    @property
    def edits(self) -> tuple[PageChange, ...]:
        """The changes that rewrite the past."""
        return tuple(one for one in self.changes if one.is_edit)

    def as_data(self) -> dict[str, Any]:
        """The version as a line of the log."""
        return {
            "provider": self.provider,
            "url": self.url,
            "sha": self.sha,
            "says": self.says,
            "seen": iso(self.seen),
            "unseen": iso(self.unseen) if self.unseen else None,
            "size": self.size,
            "form": self.form,
            "modified": self.modified,
            "refused": self.refused,
            "alike": self.alike,
            "passed": self.passed,
            "sample": self.sample,
            "changes": [one.as_data() for one in self.changes],
        }


@dataclass(frozen=True)
class Unkept:
    """What a page showed since its last version and was not kept: `alike` and `passed` as there. `stood` is the last
    look at which the page said what that version says, None while it still does.
    """

    alike: int = 0
    passed: int = 0
    stood: datetime | None = None


def version_of(data: Mapping[str, Any]) -> PageVersion:
    """A version from its line; raise ValueError for what is none."""
    texts = [data.get(name) for name in ("provider", "url", "sha", "says", "form", "modified")]
    if not all(isinstance(one, str) for one in texts) or not _SHA.fullmatch(str(data.get("sha"))):
        raise ValueError("no version of a page")
    try:
        return PageVersion(
            provider=data["provider"],
            url=data["url"],
            sha=data["sha"],
            says=data["says"],
            seen=moment(data["seen"]),
            unseen=moment(data["unseen"]) if data["unseen"] else None,
            size=int(data["size"]),
            form=data["form"],
            modified=data["modified"],
            refused=int(data["refused"]),
            alike=int(data.get("alike", 0)),
            passed=int(data.get("passed", 0)),
            sample=bool(data.get("sample", False)),
            changes=tuple(change_of(one) for one in data["changes"]),
        )
    except (BadPeriod, KeyError, TypeError, AttributeError) as fault:
        raise ValueError("no version of a page") from fault
