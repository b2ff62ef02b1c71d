"""Read: who could do what at a moment; rights, keys and limits folded up to then."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field

from makegood.store.book import Book
from makegood.store.policy import DEFAULTS, SINGLE_LIMIT

# The right that each act needs, as the acts ask for it.
NEEDED = {
    "admit_person": "owner",
    "give_rights": "owner",
    "take_rights": "owner",
    "set_limit": "owner",
    "rebuild": "owner",
    "import_assessment": "import",
    "import_audience": "import",
    "import_customers": "import",
    "draw_campaign": "draw",
    "approve_campaign": "approve",
    "sign_award": "approve",
    "start_campaign": "operate",
    "pause_campaign": "operate",
    "resume_campaign": "operate",
    "cancel_campaign": "operate",
    "take_complaint": "operate",
    "try_again": "operate",
    "give_award": "post",
    "take_back": "post",
    "use_credit": "post",
}


@dataclass(frozen=True)
class Rights:
    """What the tables of people say, ready to be asked as of a moment in microseconds since 1970."""

    added_by: dict[str, str]
    since: dict[str, int]
    given: dict[tuple[str, str], list[tuple[int, bool]]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    keyed: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    limits: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def known(self, person: str, at_us: int) -> bool:
        """Was this person admitted by then?"""
        return person in self.since and self.since[person] <= at_us

    def held(self, person: str, right: str, at_us: int) -> bool:
        """Did the person hold the right then? Of changes at the very moment, any may have come before."""
        before = False
        for when, given in self.given.get((person, right), []):
            if when == at_us and given:
                return True
            if when < at_us:
                before = given
        return before

    def independent(self, signer: str, other: str, at_us: int) -> bool:
        """Is the signer another human than the other, and let in by nobody whom the other had let in by then?"""
        met, left = {signer}, [signer]
        while left:
            one = left.pop()
            let_in_by = {by for when, by in self.keyed.get(one, []) if when < at_us} | {self.added_by.get(one, one)}
            left += let_in_by - met
            met |= let_in_by
        return signer != other and other not in met

    def limit(self, unit: str, at_us: int) -> int:
        """What one human could grant alone then, in minor units."""
        found = DEFAULTS.get(unit, 0)
        for when, amount in self.limits.get(unit, []):
            if when <= at_us:
                found = amount
        return found


def rights_of(book: Book) -> Rights:
    """Everything about people that is asked for."""
    people = book.rows("SELECT id, added_by, at_us FROM person")
    rights = Rights({id: by for id, by, _ in people}, {id: at_us for id, _, at_us in people})
    for person, right, given, at_us in book.rows(
        'SELECT person, "right", given, at_us FROM right_given ORDER BY number'
    ):
        rights.given.setdefault((person, right), []).append((at_us, bool(given)))
    for key, person, ended, by, at_us in book.rows(
        "SELECT id, person, ended, by, at_us FROM person_key ORDER BY number"
    ):
        if not ended:
            rights.keys[key] = person
            rights.keyed.setdefault(person, []).append((at_us, by))
    for name, value, at_us in book.rows("SELECT name, value, at_us FROM policy ORDER BY number"):
        with suppress(ValueError, TypeError):
            rights.limits.setdefault(name.removeprefix(f"{SINGLE_LIMIT}/"), []).append((at_us, int(json.loads(value))))
    return rights
