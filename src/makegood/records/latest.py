"""Latest: of several versions of one bulletin, the one that was taken last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from makegood.records.bulletin import Bulletin

_NEVER = datetime.min.replace(tzinfo=UTC)


def latest(bulletins: Iterable[Bulletin]) -> tuple[tuple[Bulletin, ...], tuple[str, ...]]:
    """One version of each bulletin (same provider and id), by start, and a sentence for each that changed.

    Versions come from pages read at different times. The later one stands; where the times are not known,
    a closed one stands before an open one, then the one with the later update.
    """
    versions: dict[tuple[str, str], list[Bulletin]] = {}
    for bulletin in bulletins:
        versions.setdefault((bulletin.scope.provider or "", bulletin.id), []).append(bulletin)
    kept = [max(same, key=_age) for same in versions.values()]
    notes = [_change(same) for same in versions.values() if len({_facts(bulletin) for bulletin in same}) > 1]
    return tuple(sorted(kept, key=lambda b: (b.start, b.scope.key(), b.id))), tuple(sorted(notes))


def _age(bulletin: Bulletin) -> tuple[datetime, bool, datetime, datetime, int, str]:
    last = max((update.time for update in bulletin.updates), default=_NEVER)
    seen, end = bulletin.seen or _NEVER, bulletin.end or _NEVER
    return (seen, bulletin.end is not None, last, end, len(bulletin.updates), bulletin.source)


def _facts(bulletin: Bulletin) -> tuple[datetime, datetime | None, str, str]:
    return (bulletin.start, bulletin.end, bulletin.severity, bulletin.title)


def _change(same: list[Bulletin]) -> str:
    last = max(same, key=_age)
    state = "still open" if last.end is None else f"closed {last.end:%Y-%m-%d %H:%M} UTC"
    return f"{last.id}: {len(same)} versions that differ; the latest one is used ({state})."
