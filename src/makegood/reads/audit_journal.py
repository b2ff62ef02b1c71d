"""Verb: audit the journal; its chain, who acted and with what right, and what it tells of each kind of act."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from makegood.reads.audit_findings import Looking
from makegood.reads.audit_rights import NEEDED, Rights
from makegood.reads.audit_tree import span
from makegood.store.journal import COLUMNS, DONE, EMPTY, WORKER, chained

_NAMES = ", ".join(COLUMNS)
_SETUP = "setup"
_MACHINES = (WORKER.person, _SETUP)
# There may be one of these for every posting; what they tell is asked of the table itself.
_MANY = ("give_award", "sign_award", "use_credit", "take_back")


@dataclass(frozen=True, slots=True)
class Act:
    """A row of the journal that was done; `by` is who acted, in the first set-up the person who was set up."""

    number: int
    at_us: int
    by: str
    subject: str
    detail: dict[str, Any]


@dataclass
class Acts:
    """What was done, by the name of the act, but for the acts that may be as many as postings."""

    by_name: dict[str, list[Act]] = field(default_factory=lambda: defaultdict(list))

    def of(self, *names: str) -> Iterator[Act]:
        """All acts of these names."""
        for name in names:
            yield from self.by_name.get(name, [])


def audit_journal(looking: Looking, rights: Rights, progress: Callable[[int, int], None]) -> Acts:
    """Read the whole journal once; `progress` is told (rows done, rows in all)."""
    acts, before, expected, hash = Acts(), EMPTY, 0, ""
    whole = looking.book.one("SELECT COUNT(*) FROM journal")[0]
    for batch in looking.book.stream(f"SELECT {_NAMES} FROM journal ORDER BY number"):
        for row in batch:
            number, hash = row[0], row[-1]
            if number > expected:
                where = span(expected, number - 1)
                looking.find("journal_missing", f"journal {where}", at=where)
            elif chained(before, row[:-1]) != hash:
                looking.find("journal_changed", f"journal {number}", at=number)
            before, expected = hash, number + 1
            if row[6] == DONE:
                _done(looking, row, rights, acts)
        looking.looked_at["journal"] += len(batch)
        progress(looking.looked_at["journal"], whole)
    return acts


def _done(looking: Looking, row: tuple[Any, ...], rights: Rights, acts: Acts) -> None:
    number, at_us, person, _, act, subject, _, text, _ = row
    if person not in _MACHINES:
        _person(looking, row, rights)
    if act in _MANY:
        return
    try:
        detail = json.loads(text)
    except ValueError:
        detail = {}
    by = subject if person == _SETUP else person
    acts.by_name[act].append(Act(number, at_us, by, subject, detail if isinstance(detail, dict) else {}))


def _person(looking: Looking, row: tuple[Any, ...], rights: Rights) -> None:
    number, at_us, person, key, act, subject = row[:6]
    if not rights.known(person, at_us) or (key and rights.keys.get(key) != person):
        looking.find("journal_stranger", f"journal {number}", at=number, person=person)
    elif (act in NEEDED and not rights.held(person, NEEDED[act], at_us)) or (
        act in ("issue_key", "end_key")
        and person not in (subject, rights.keys.get(subject))
        and not rights.held(person, "owner", at_us)
    ):
        looking.find("journal_right", f"journal {number}", at=number, person=person, what=act)
