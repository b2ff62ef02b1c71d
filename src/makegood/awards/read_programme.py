"""Verb: read the programme that a terms pack declares, by the day that it is asked for."""

from __future__ import annotations

from datetime import date as Day

from makegood.awards.programme import Offer, Programme
from makegood.errors import BadTerms
from makegood.terms.pack import Pack, Version
from makegood.terms.programme import DeclaredOffer
from makegood.terms.read import find


def programme_of(reference: str, day: Day) -> Programme:
    """The programme in force on that day, of a pack by id, alias or file; raise BadTerms where there is none."""
    pack = find(reference)
    for version in pack.versions:
        if version.effective.holds(day):
            return declared(pack, version)
    known = ", ".join(f"{one.version} (from {one.effective.start})" for one in pack.versions)
    raise BadTerms(f"{reference}: no version is in force on {day}, known are {known}; name another day or add one.")


def declared(pack: Pack, version: Version) -> Programme:
    """The programme that a version declares; raise BadTerms where it declares none."""
    given = version.programme
    if given is None:
        raise BadTerms(
            f"{pack.terms}, version {version.version}: it declares no 'programme', so nothing can be granted by it; "
            "add one, or use a pack such as goodwill-outage."
        )
    return Programme(
        terms=pack.terms,
        version=version.version,
        offers=tuple(_offer(one) for one in given.offers),
        least_faults=given.least_faults,
        rounding=given.rounding,
        statuses=given.statuses,
        reason=given.says,
        clause=given.clause,
    )


def _offer(given: DeclaredOffer) -> Offer:
    return Offer(
        form=given.form,
        unit=given.unit,
        plans=given.plans,
        not_plans=given.not_plans,
        flat=given.flat,
        waste_percent=given.waste_percent,
        at_least=given.at_least,
        at_most=given.at_most,
        worth=(given.worth.amount, given.worth.currency) if given.worth else None,
        expires_days=given.expires_days,
        product=given.product or "",
        plan=given.plan or "",
        priority=given.priority,
        clause=given.clause,
    )
