"""Verb: add up what attempts made in another's place cost beyond it, by incident, as the recorder noted it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from makegood.incidents.incident import Incident
from makegood.incidents.meet import NEAR
from makegood.losses.hits import put_order
from makegood.losses.waste import amount
from makegood.money import NO_CURRENCY
from makegood.records.statements import statement
from makegood.records.warehouse import Warehouse

_US = 1_000_000


@dataclass(frozen=True)
class Detour:
    """Attempts of one reason (failover, hedge, repeat) in one incident; `incident` is empty outside of any.

    `extra` holds what they cost beyond the first upstream, by currency, below zero where they were cheaper; of
    `unknown` answered ones no price is declared, so that it is not known.
    """

    incident: str
    reason: str
    attempts: int
    answered: int
    extra: tuple[tuple[str, Decimal], ...]
    unknown: int


def detours(warehouse: Warehouse, incidents: Sequence[Incident]) -> tuple[Detour, ...]:
    """By incident in their order, what was in none of them last; needs `extras`, `marks` and what `meet` makes."""
    put_order(warehouse, incidents)
    grace = NEAR.days * 86_400 * _US + NEAR.seconds * _US
    found: dict[tuple[str, str], Detour] = {}
    for incident, reason, currency, *counts, known, doubtful, units, nano in warehouse.query(
        statement("makegood.losses", "detours"), grace_us=grace
    ):
        extra = ((currency or NO_CURRENCY, amount(units, nano)),) if known else ()
        before = found.get((incident, reason), Detour(incident, reason, 0, 0, (), 0))
        found[incident, reason] = Detour(
            incident,
            reason,
            before.attempts + counts[0],
            before.answered + counts[1],
            tuple(sorted((*before.extra, *extra))),
            before.unknown + doubtful,
        )
    place = {one.id: number for number, one in enumerate(incidents)} | {"": len(incidents)}
    return tuple(sorted(found.values(), key=lambda one: (place[one.incident], one.reason)))
