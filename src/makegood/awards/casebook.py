"""Verb: run the worked cases of a pack or a file, those of its programme as well, and tell how each came out."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from makegood.awards.award import Holder, Refusal
from makegood.awards.decide import cost_of, granted
from makegood.awards.programme import Offer, Programme
from makegood.awards.read_programme import declared
from makegood.errors import MakegoodError
from makegood.ledger.unit import major, unit_of
from makegood.losses.hit import Hit
from makegood.money import plain
from makegood.terms import casebook
from makegood.terms.casebook import Outcome
from makegood.terms.pack import Pack, Version
from makegood.terms.programme import GivenAccount, GrantCase
from makegood.terms.read import named_version


def how_many(pack: Pack) -> int:
    """How many worked cases stand in the pack itself."""
    return sum(len(one.worked) + len(_own(one)) for one in pack.versions)


def run_pack(pack: Pack) -> Iterator[Outcome]:
    """How the worked cases come out that stand in the pack itself, those of its programmes last."""
    yield from casebook.run_pack(pack)
    for version in pack.versions:
        for case in _own(version):
            yield _tried(pack, version, case)


def run_file(path: Path, pack: Pack | None = None) -> tuple[int, Iterator[Outcome]]:
    """How many cases the file holds, and how each comes out; raise BadTerms when it cannot be read as cases at all."""
    return casebook.run_file(path, pack, lambda named, case: _tried(named, _meant(named, case), case))


def _own(version: Version) -> tuple[GrantCase, ...]:
    return version.programme.worked if version.programme else ()


def _meant(pack: Pack, case: GrantCase) -> Version:
    """The version that a case of a file names; else the newest one."""
    return named_version(pack, case.terms_version)


def _tried(pack: Pack, version: Version, case: GrantCase) -> Outcome:
    name = (case.id, case.terms or pack.terms, case.title)
    try:
        differences = tuple(_differences(declared(pack, version), case))
    except MakegoodError as fault:
        return Outcome(*name, "fault", (str(fault),))
    return Outcome(*name, "differs" if differences else "agrees", differences)


def _differences(programme: Programme, case: GrantCase) -> Iterator[str]:
    found = granted(programme, _hit(case.account), _holder(case.account))
    got = {"excluded": found.reason} if isinstance(found, Refusal) else _grant(*found, case.budget)
    for name in sorted(case.expected.model_fields_set):
        want, have = getattr(case.expected, name), got.get(name)
        if want != have:
            yield f"{name}: expected {_told(want)}, got {_told(have)}"


def _grant(offer: Offer, amount: int, budget: str | None) -> dict[str, object]:
    unit = offer.unit if budget is None else unit_of(budget).code
    cost = cost_of(offer, amount, unit)
    if cost is None:
        return {"excluded": "no_worth_in_budget_currency"}
    return {"form": offer.form, "unit": offer.unit, "amount": major(amount, offer.unit), "cost": major(cost, unit)}


def _hit(account: GivenAccount) -> Hit:
    wasted = tuple((one.currency, one.amount) for one in account.wasted)
    return Hit("the account", "the cause", account.faults, account.faults, 0, wasted)


def _holder(account: GivenAccount) -> Holder:
    return Holder(account.plan, account.product, account.currency or "", account.status)


def _told(value: object) -> str:
    return "nothing" if value is None else plain(value) if isinstance(value, Decimal) else str(value)
