"""Verb: which clauses an entitlement rests on that nobody has read; they never yield `owed` by themselves."""

from __future__ import annotations

from functools import lru_cache

from makegood.terms.pack import PackVersion, Reading, clauses_in

# The window's zone and the rounding are shown as readings beside every outcome; exclusions only ever take away.
_NOT_GROUNDS = ({"window"}, {"exclusions"}, {"remedy", "rounding"})


def unread(terms: PackVersion) -> tuple[str, ...]:
    """The unverified clauses that the reckoning needs and that no declared reading stands in for."""
    return tuple(clause for clause in grounds(terms) if _unverified(terms, clause) and _reading(terms, clause) is None)


def contested(terms: PackVersion) -> tuple[str, ...]:
    """The unverified clauses whose declared reading is not the least the claimant could get."""
    found = []
    for clause in grounds(terms):
        reading = _reading(terms, clause)
        if _unverified(terms, clause) and reading is not None and not reading.least:
            found.append(clause)
    return tuple(found)


@lru_cache(maxsize=256)
def grounds(terms: PackVersion) -> tuple[str, ...]:
    """The clauses from which an entitlement is reckoned, each once."""
    found: dict[str, None] = {}
    for path, clause in clauses_in(terms.version.promise):
        if not any(part <= set(path) for part in _NOT_GROUNDS):
            found[clause] = None
    return tuple(found)


def _unverified(terms: PackVersion, clause: str) -> bool:
    return terms.clause(clause).status == "U"


def _reading(terms: PackVersion, clause: str) -> Reading | None:
    return next((one for one in terms.version.readings if one.clause == clause and one.used), None)
