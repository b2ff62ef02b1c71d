"""Noun: the outlet to Stripe's billing credit grants; credits with expiry and priority, for metered prices only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from makegood.adapters.body import moment_of
from makegood.adapters.http import Reach
from makegood.adapters.shown import (
    Shown,
    no_money,
    remote_of,
    seen_of,
    stands_after_all,
    taken_back,
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
from makegood.awards.deliver import amount_text, signed
from makegood.awards.parcel import Parcel, Seen, Sent
from makegood.errors import Unreadable

_PATH = "/v1/billing/credit_grants"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_NAME, _LEAST_URGENT, _MOST_PRICES = 100, 100, 20


class StripeGrants:
    """POST and GET /v1/billing/credit_grants, POST .../{id}/void for a reversal."""

    name = "stripe-grants"

    def __init__(self, key: str, reach: Reach | None = None) -> None:
        self._stripe = Stripe("Stripe", key, reach)

    def __repr__(self) -> str:
        return f"<{self.name}: {self._stripe.endpoint!r}>"

    def refuses(self, parcel: Parcel) -> str | None:
        """A currency only; a scope only as price ids; priority 0 to 100."""
        fault = unsendable("Stripe", parcel) or no_money("a Stripe credit grant", parcel)
        if fault:
            return fault
        basis = parcel.basis
        prices = basis.product.split(",") if basis.product else []
        if basis.plan or len(prices) > _MOST_PRICES or not all(one.startswith("price_") for one in prices):
            return (
                "Stripe limits a credit grant to prices; name up to 20 price ids (price_...) as product, and no plan."
            )
        if not 0 <= basis.priority <= _LEAST_URGENT:
            return f"Stripe takes priorities 0 to 100, first the lowest; {basis.priority} is none of them."
        return unholdable("Stripe", parcel)

    def send(self, parcel: Parcel) -> Sent:
        """One grant, or the voiding of one."""
        fault = self.refuses(parcel)
        if fault:
            return Sent("refused", fault)
        if parcel.kind == "reversal":
            return self._void(parcel)
        answer = self._stripe.post(_PATH, _form(parcel), parcel.id)
        return self._stripe.sent(self, parcel, answer, partial(_shown, parcel=parcel))

    def look(self, parcel: Parcel) -> Seen | None:
        """The customer's grants that carry the id; of a reversal those that carry the id it takes back and are void."""
        if parcel.kind == "award":
            return seen_of(shown for shown, _ in self._grants(parcel, parcel.id))
        void = seen_of(shown for shown, voided in self._grants(parcel, parcel.reverses or "") if voided)
        return taken_back(void) if void else None

    def _grants(self, parcel: Parcel, posting: str) -> list[tuple[Shown, bool]]:
        params = {"customer": parcel.billing}
        found = self._stripe.carrying(posting, _PATH, params, partial(_shown, parcel=parcel))
        return [(shown, entry.get("voided_at") is not None) for shown, entry in found]

    def _void(self, parcel: Parcel) -> Sent:
        try:
            grants = self._grants(parcel, parcel.reverses or "")
        except Unreadable as fault:
            return Sent("again", str(fault))
        if not grants:
            return Sent("again", f"Stripe shows no grant for {parcel.reverses} yet; its reversal waits for it.")
        grant, voided = grants[0]
        if len(grants) > 1 or (grant.unit, grant.amount) != (parcel.unit, parcel.amount):
            there = amount_text(sum(one.amount for one, _ in grants), parcel.scale, grant.unit)
            return Sent(
                "refused", f"Stripe voids a grant as a whole: {there} are there, {signed(parcel)} are reversed."
            )
        if voided:
            return Sent("done", "It was void already.", grant.remote)
        answer = self._stripe.post(f"{_PATH}/{quote(grant.remote, safe='')}/void", {}, parcel.id)
        trouble = self._stripe.endpoint.trouble(answer)
        if trouble:
            return stands_after_all(self, parcel, trouble) if trouble.outcome == "refused" else trouble
        data = answer.data
        if not isinstance(data, Mapping) or data.get("id") != grant.remote or data.get("voided_at") is None:
            return self._stripe.endpoint.unread(answer)
        return Sent("done", "", grant.remote)


def _form(parcel: Parcel) -> dict[str, str]:
    basis = parcel.basis
    form = {
        "customer": parcel.billing,
        "category": "promotional",
        "name": parcel.says[:_LONGEST_NAME],
        "amount[type]": "monetary",
        "amount[monetary][currency]": parcel.unit.lower(),
        "amount[monetary][value]": str(stripe_amount(parcel)),
        "priority": str(basis.priority),
        **metadata_of(parcel),
    }
    if basis.product:
        for place, price in enumerate(basis.product.split(",")):
            form[f"applicability_config[scope][prices][{place}][id]"] = price
    else:
        form["applicability_config[scope][price_type]"] = "metered"
    if basis.expires:
        form["expires_at"] = str((moment_of(basis.expires) - _EPOCH) // timedelta(seconds=1))
    return {key: value for key, value in form.items() if value}


def _shown(entry: Any, parcel: Parcel) -> Shown | None:
    money = entry.get("amount") if isinstance(entry, Mapping) else None
    monetary = money.get("monetary") if isinstance(money, Mapping) else None
    if not isinstance(monetary, Mapping) or not isinstance(entry.get("id"), str):
        return None
    unit = unit_shown(monetary.get("currency"))
    amount = from_stripe(monetary.get("value"), unit, parcel)
    if amount is None:
        return None
    return Shown(remote_of(entry["id"]), posting_of(entry), customer_of(entry.get("customer")), unit, amount)
