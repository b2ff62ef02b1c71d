"""Verb: what the terms would have paid for a past incident on the own calls, and what they pay for the log as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from makegood.losses.strike import struck
from makegood.losses.toll import Reading, Replay
from makegood.money import Money
from makegood.records.warehouse import Warehouse
from makegood.spans import Span
from makegood.terms.evidence import Material, Wanted, choose
from makegood.terms.outages import Outage, Outages
from makegood.terms.pack import Pack
from makegood.terms.read import find, packs_of
from makegood.terms.replay import Played, replay, touching


@dataclass(frozen=True)
class Asking:
    """What is asked of the terms beside the calls: packs by reference (none: the providers' own), a month's bill."""

    now: datetime
    logged: Span
    references: tuple[str, ...] = ()
    bill: Money | None = None
    zone: str | None = None


@dataclass(frozen=True)
class Paid:
    """What one pack gives in the windows that a reading touches: had `share` of its calls failed, and as logged."""

    terms: str
    part: str
    basis: str
    share: Fraction
    played: tuple[Played, ...]
    as_logged: tuple[Played, ...]


def would_pay(warehouse: Warehouse, replayed: Replay, asking: Asking) -> tuple[Paid, ...]:
    """By reading, share and pack; as if claimed in time and whole, under the text that rules where the window lies.

    Raise BadTerms for a reference that is no pack.
    """
    packs = [find(one) for one in dict.fromkeys(asking.references)] or packs_of(replayed.on)
    return tuple(
        paid
        for reading in replayed.readings
        if reading.observed and reading.whole.attempts
        for paid in _paid(warehouse, (replayed.on, reading), packs, asking)
    )


def _paid(
    warehouse: Warehouse, hit: tuple[tuple[str, ...], Reading], packs: Sequence[Pack], asking: Asking
) -> list[Paid]:
    names, reading = hit
    as_logged = [_played(warehouse, names, (pack, reading.span, None), asking) for pack in packs]
    found = []
    for toll in reading.tolls:
        with struck(warehouse, reading.part, toll.share):
            for pack, before in zip(packs, as_logged, strict=True):
                played = _played(warehouse, names, (pack, reading.span, toll.share), asking)
                found.append(Paid(pack.terms, reading.part, toll.basis, toll.share, played, before))
    return found


def _played(
    warehouse: Warehouse, names: tuple[str, ...], what: tuple[Pack, Span, Fraction | None], asking: Asking
) -> tuple[Played, ...]:
    pack, span, share = what
    wanted = Wanted(pack, asking.now, span, names, zone=asking.zone, bill=asking.bill)
    evidence = choose(Material(names, asking.logged), wanted, warehouse).evidence
    assert evidence is not None
    rate = None if share == 1 else share
    outages = Outages((Outage(span.seconds, span, error_rate=rate),) if share else ())
    (account,) = replay([pack], replace(evidence, outages=touching(outages)))
    return account.played
