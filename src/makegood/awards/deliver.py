"""Verb: deliver a parcel; one try that looks first wherever an earlier try may have arrived."""

from __future__ import annotations

from decimal import Decimal

from makegood.awards.parcel import Outlet, Parcel, Seen, Sent
from makegood.errors import NoReadBack, Unreadable


def deliver(outlet: Outlet, parcel: Parcel, fresh: bool) -> Sent:
    """One try. `fresh` says that no earlier try can have left this machine; a crash during one is no reason to say so.

    Without `fresh` the billing system is read back first. What stands there is taken as done, or refused where it
    differs; without an answer nothing is sent. A way out without read-back is sent again under the same id.
    """
    never = outlet.refuses(parcel)
    if never is not None:
        return Sent("refused", never)
    if not fresh:
        try:
            seen = outlet.look(parcel)
        except NoReadBack:
            seen = None
        except Unreadable as fault:
            return Sent("again", str(fault))
        if seen is not None:
            return held(outlet.name, parcel, seen)
    return outlet.send(parcel)


def held(name: str, parcel: Parcel, seen: Seen) -> Sent:
    """The outcome of a try that found the parcel already there: done, or refused with what differs."""
    fault = differs(name, parcel, seen)
    return Sent("refused", fault, seen.remote) if fault else Sent("done", "It was there already.", seen.remote)


def differs(name: str, parcel: Parcel, seen: Seen | None) -> str | None:
    """What the billing system shows other than the book, as one sentence; None where both agree."""
    if seen is None:
        return f"{name} shows nothing under {parcel.id}, where the book has {signed(parcel)}."
    shown = amount_text(seen.amount, parcel.scale, seen.unit)
    if seen.times != 1:
        return (
            f"{name} shows {parcel.id} {seen.times} times, {shown} together, where the book has {signed(parcel)} once."
        )
    if (seen.unit, seen.amount) != (parcel.unit, credited(parcel)):
        return f"{name} shows {shown} under {parcel.id}, where the book has {signed(parcel)}."
    return None


def credited(parcel: Parcel) -> int:
    """The parcel's amount in minor units, signed as of a credit to the customer: a reversal is below zero."""
    return parcel.amount if parcel.kind == "award" else -parcel.amount


def signed(parcel: Parcel) -> str:
    """The parcel's amount as text, signed as of a credit."""
    return amount_text(credited(parcel), parcel.scale, parcel.unit)


def amount_text(amount: int, scale: int, unit: str) -> str:
    """Minor units as text with all decimals of the unit: 2050 of scale 2 are "20.50 USD"."""
    return f"{Decimal(amount).scaleb(-scale):f} {unit}"
