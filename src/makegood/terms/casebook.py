"""Verb: run worked cases of a file or of a pack, one after the other, and tell of each how it came out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from makegood.errors import MakegoodError
from makegood.terms.casefile import GivenCase, read_cases
from makegood.terms.check import Tried, tried
from makegood.terms.faults import told
from makegood.terms.pack import Pack
from makegood.terms.programme import GrantCase
from makegood.terms.read import find
from makegood.terms.worked import Worked


@dataclass(frozen=True)
class Outcome:
    """`state`: `agrees`, `differs`, or `fault` when the case could not be weighed; `says` is what differs or why."""

    id: str
    terms: str
    title: str
    state: str
    says: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


Granting = Callable[[Pack, GrantCase], Outcome]


def run_file(path: Path, pack: Pack | None = None, granting: Granting | None = None) -> tuple[int, Iterator[Outcome]]:
    """How many cases the file holds, and how each comes out; those of other packs are left out where one is given.

    A case of an `account` is one of a programme and goes to `granting`, as nothing is granted here. Raise BadTerms when
    the file cannot be read as cases at all.
    """
    cases = read_cases(path)
    chosen = [case for case in cases if pack is None or case.data.get("terms") in (None, pack.terms, *pack.aliases)]
    return len(chosen), (_outcome(path, case, pack, granting) for case in chosen)


def run_pack(pack: Pack) -> Iterator[Outcome]:
    """How the worked cases come out that stand in the pack itself; one whose date picks another version says so."""
    for version in pack.versions:
        for worked in version.worked:
            yield _weighed(pack, worked, version.version)


def _outcome(path: Path, case: GivenCase, pack: Pack | None, granting: Granting | None) -> Outcome:
    kind: type[Worked | GrantCase] = GrantCase if "account" in case.data else Worked
    try:
        worked = kind.model_validate(case.data)
    except ValidationError as fault:
        sentences = tuple(str(one) for one in told(fault, case.lined(), str(path)))
        name, terms = (str(case.data.get(key) or "?")[:60] for key in ("id", "terms"))
        return Outcome(name, terms, str(case.data.get("title") or "")[:60], "fault", sentences)
    if worked.terms is None and pack is None:
        says = f"{path}:{case.line}: the case names no terms; add 'terms' with the id of a pack."
        return Outcome(worked.id, "?", worked.title, "fault", (says,))
    try:
        named = pack or find(str(worked.terms))
        outcome = _weighed(named, worked) if isinstance(worked, Worked) else _granted(named, worked, granting)
    except MakegoodError as fault:
        return Outcome(worked.id, str(worked.terms), worked.title, "fault", (f"{path}:{case.line}: {fault}",))
    if outcome.state == "fault":
        return Outcome(*_named(worked), "fault", tuple(f"{path}:{case.line}: {one}" for one in outcome.says))
    return outcome


def _granted(pack: Pack, case: GrantCase, granting: Granting | None) -> Outcome:
    if granting is None:
        return Outcome(
            *_named(case, pack), "fault", ("the case is about a programme; run it where awards are decided.",)
        )
    return granting(pack, case)


def _weighed(pack: Pack, worked: Worked, stands: str | None = None) -> Outcome:
    try:
        result: Tried = tried(pack, worked)
    except MakegoodError as fault:
        return Outcome(*_named(worked, pack), "fault", (str(fault),))
    state = "differs" if result.differences else "agrees"
    picked = result.verdict.version
    other = (f"weighed by version {picked}",) if stands not in (None, picked) else ()
    return Outcome(*_named(worked, pack), state, result.differences, (*result.remarks, *other))


def _named(worked: Worked | GrantCase, pack: Pack | None = None) -> tuple[str, str, str]:
    return worked.id, worked.terms or (pack.terms if pack else "?"), worked.title
