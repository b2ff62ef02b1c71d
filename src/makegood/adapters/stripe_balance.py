"""Noun: the outlet to Stripe's customer balance; a credit is a negative transaction, used on the next invoice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from makegood.adapters.http import Reach
from makegood.adapters.shown import (
    Shown,
    no_money,
    remote_of,
    seen_of,
    unit_shown,
    unsendable,
)
from makegood.adapters.stripe import (
    Stripe,
    customer_of,
    from_stripe,
    metadata_of,
    posting_of,
    stripe_amount,
    unholdable,
)
from makegood.awards.parcel import Parcel, Seen, Sent
from makegood.errors import Unreadable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS_APART = timedelta(days=1)
_LONGEST_TEXT = 350


class StripeBalance:
    """POST and GET /v1/customers/{id}/balance_transactions."""

    name = "stripe-balance"

    def __init__(self, key: str, reach: Reach | None = None) -> None:
        self._stripe = Stripe("Stripe", key, reach)

    def __repr__(self) -> str:
        return f"<{self.name}: {self._stripe.endpoint!r}>"

    def refuses(self, parcel: Parcel) -> str | None:
        """A currency only, and no expiry or scope: the balance has neither."""
        fault = unsendable("Stripe", parcel) or no_money("Stripe's customer balance", parcel)
        if fault:
            return fault
        basis = parcel.basis
        if basis.expires or basis.product or basis.plan:
            return (
                "Stripe's customer balance knows no expiry, product or plan, and the credit has one; send it by "
                "stripe-grants, or offer it without."
            )
        return unholdable("Stripe", parcel)

    def send(self, parcel: Parcel) -> Sent:
        """One transaction: below zero for an award, above for a reversal."""
        fault = self.refuses(parcel)
        amount = stripe_amount(parcel)
        if fault or amount is None:
            return Sent("refused", fault or "")
        waits = self._waits(parcel) if parcel.kind == "reversal" else None
        if waits:
            return waits
        form = {
            "amount": str(-amount if parcel.kind == "award" else amount),
            "currency": parcel.unit.lower(),
            "description": parcel.says[:_LONGEST_TEXT],
            **metadata_of(parcel),
        }
        answer = self._stripe.post(_path(parcel), {key: value for key, value in form.items() if value}, parcel.id)
        return self._stripe.sent(self, parcel, answer, partial(_shown, parcel=parcel))

    def look(self, parcel: Parcel) -> Seen | None:
        """The transactions of the customer since a day before the posting that carry its id."""
        since = (parcel.at - _CLOCKS_APART - _EPOCH) // timedelta(seconds=1)
        return seen_of(self._entries(parcel, parcel.id, {"created[gte]": str(since)}))

    def _entries(self, parcel: Parcel, posting: str, params: Mapping[str, str]) -> list[Shown]:
        found = self._stripe.carrying(posting, _path(parcel), params, partial(_shown, parcel=parcel))
        return [shown for shown, _ in found]

    def _waits(self, parcel: Parcel) -> Sent | None:
        """A reversal without its award there would take money that the customer never got."""
        try:
            awarded = self._entries(parcel, parcel.reverses or "", {})
        except Unreadable as fault:
            return Sent("again", str(fault))
        if awarded:
            return None
        return Sent("again", f"Stripe shows nothing for {parcel.reverses} yet; its reversal waits for it.")


def _path(parcel: Parcel) -> str:
    return f"/v1/customers/{quote(parcel.billing, safe='')}/balance_transactions"


def _shown(entry: Any, parcel: Parcel) -> Shown | None:
    if not isinstance(entry, Mapping):
        return None
    unit = unit_shown(entry.get("currency"))
    amount = from_stripe(entry.get("amount"), unit, parcel)
    if amount is None or not isinstance(entry.get("id"), str):
        return None
    return Shown(remote_of(entry["id"]), posting_of(entry), customer_of(entry.get("customer")), unit, -amount)
