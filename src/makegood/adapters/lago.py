"""Noun: the outlet to Lago; a credit is a coupon of its own, whose code is the posting's id, applied once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from makegood.adapters.body import moment_of, moment_text
from makegood.adapters.http import Answer, Endpoint, Reach
from makegood.adapters.shown import (
    Shown,
    confirmed,
    no_money,
    remote_of,
    rescaled,
    seen_of,
    stands_after_all,
    taken_back,
    unit_shown,
    unsendable,
)
from makegood.awards.deliver import amount_text, signed
from makegood.awards.parcel import Parcel, Seen, Sent
from makegood.errors import Unreadable

# Lago counts money as the Ruby library `money` does; where that differs from CLDR's decimals, these are Lago's.
_TWO_DECIMALS = ("AFN", "ALL", "IRR", "LAK", "LBP", "MMK", "RSD", "SLL", "SOS", "STD", "YER")
_DECIMALS = {"HUF": 0, **dict.fromkeys(_TWO_DECIMALS, 2)}
_LONGEST_TEXT, _MOST_PAGES = 255, 100


class Lago:
    """POST /coupons, POST and GET /applied_coupons, DELETE of an applied coupon for a reversal.

    Lago has no idempotency keys: a repeated top-up of a wallet is a second top-up. A coupon's code is unique, and one
    that is not reusable is applied to a customer once for ever, so a repeat here meets its first try.
    """

    name = "lago"

    def __init__(self, key: str, reach: Reach) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self._lago = Endpoint("Lago", Reach(reach.base, headers, reach.allow_http, reach.connect_s, reach.total_s))

    def __repr__(self) -> str:
        return f"<{self.name}: {self._lago!r}>"

    def refuses(self, parcel: Parcel) -> str | None:
        """A currency only; a plan or a billable metric as scope, not both."""
        fault = unsendable("Lago", parcel) or no_money("Lago", parcel)
        if fault:
            return fault
        if parcel.basis.product and parcel.basis.plan:
            return "Lago limits a coupon to plans or to billable metrics, not to both; offer it with one of them."
        if _amount(parcel) is None:
            return f"Lago cannot hold this amount of {parcel.unit}; it takes fewer decimals. Round the offer coarser."
        return None

    def send(self, parcel: Parcel) -> Sent:
        """The coupon, then its application; or the end of an applied one."""
        fault = self.refuses(parcel)
        if fault:
            return Sent("refused", fault)
        if parcel.kind == "reversal":
            return self._end(parcel)
        return self._coupon(parcel) or self._applied(parcel)

    def look(self, parcel: Parcel) -> Seen | None:
        """The applied coupons of that code; of a reversal, the ended ones with what they had left."""
        if parcel.kind == "award":
            return seen_of(self._award(parcel, entry) for entry in self._found(parcel, parcel.id))
        left = [entry for entry in self._found(parcel, parcel.reverses or "") if entry.get("status") == "terminated"]
        ended = seen_of(shown for shown in (_left(parcel, entry) for entry in left) if shown and shown.amount)
        return taken_back(ended) if ended else None

    def _coupon(self, parcel: Parcel) -> Sent | None:
        """Have the coupon there; None where it is."""
        answer = self._lago.ask("POST", "/api/v1/coupons", json={"coupon": _coupon_of(parcel)})
        if answer.status == 422:
            there = self._lago.ask("GET", f"/api/v1/coupons/{quote(parcel.id, safe='')}")
            answer = answer if there.status == 404 else there
        trouble = self._lago.trouble(answer)
        if trouble:
            return trouble
        shown = _shown(parcel, _inside(answer, "coupon"), ("code", "amount_cents"))
        if shown is None:
            return self._lago.unread(answer)
        outcome = confirmed("Lago", parcel, shown)
        return outcome if outcome.outcome == "refused" else None

    def _applied(self, parcel: Parcel) -> Sent:
        asked = {"external_customer_id": parcel.billing, "coupon_code": parcel.id}
        answer = self._lago.ask("POST", "/api/v1/applied_coupons", json={"applied_coupon": asked})
        trouble = self._lago.trouble(answer)
        if trouble:
            return stands_after_all(self, parcel, trouble) if answer.status == 422 else trouble
        shown = _shown(parcel, _inside(answer, "applied_coupon"), ("coupon_code", "amount_cents"))
        return confirmed("Lago", parcel, shown) if shown else self._lago.unread(answer)

    def _end(self, parcel: Parcel) -> Sent:
        try:
            entries = self._found(parcel, parcel.reverses or "")
        except Unreadable as fault:
            return Sent("again", str(fault))
        if not entries:
            return Sent("again", f"Lago shows no coupon for {parcel.reverses} yet; its reversal waits for it.")
        left = _left(parcel, entries[0])
        if left is None or len(entries) > 1 or (left.unit, left.amount) != (parcel.unit, parcel.amount):
            there = amount_text(left.amount, parcel.scale, left.unit) if left else "an unknown amount"
            return Sent("refused", f"Lago ends a coupon with all that is left of it: {there}, not {signed(parcel)}.")
        if entries[0].get("status") == "terminated":
            return Sent("done", "It was ended already.", left.remote)
        path = f"/api/v1/customers/{quote(parcel.billing, safe='')}/applied_coupons/{quote(left.remote, safe='')}"
        answer = self._lago.ask("DELETE", path)
        trouble = self._lago.trouble(answer)
        if trouble:
            return trouble
        ended = _inside(answer, "applied_coupon")
        if ended.get("status") != "terminated" or ended.get("lago_id") != left.remote:
            return self._lago.unread(answer)
        return Sent("done", "", left.remote)

    def _found(self, parcel: Parcel, code: str) -> list[Mapping[str, Any]]:
        asked = {"external_customer_id": parcel.billing, "coupon_code[]": code, "per_page": "100"}
        found: list[Mapping[str, Any]] = []
        page: Any = 1
        for _ in range(_MOST_PAGES):
            data = self._lago.read("/api/v1/applied_coupons", {**asked, "page": str(page)})
            entries = data.get("applied_coupons") if isinstance(data, Mapping) else []
            if not isinstance(entries, list) or not all(isinstance(one, Mapping) for one in entries):
                raise Unreadable("Lago answered with something other than a list; nothing is known of it.")
            found += [
                one
                for one in entries
                if (one.get("coupon_code"), one.get("external_customer_id")) == (code, parcel.billing)
            ]
            meta = data.get("meta") if isinstance(data, Mapping) else None
            page = meta.get("next_page") if isinstance(meta, Mapping) else None
            if not page:
                return found
        raise Unreadable("Lago has a list that does not end; nothing is known of what stands there.")

    def _award(self, parcel: Parcel, entry: Mapping[str, Any]) -> Shown:
        shown = _shown(parcel, entry, ("coupon_code", "amount_cents"))
        if shown is None:
            raise Unreadable(f"Lago shows {parcel.id} with an amount that cannot be read; look at it there.")
        return shown


def _coupon_of(parcel: Parcel) -> dict[str, Any]:
    basis = parcel.basis
    coupon: dict[str, Any] = {
        "name": parcel.says[:_LONGEST_TEXT] or parcel.id,
        "code": parcel.id,
        "coupon_type": "fixed_amount",
        "amount_cents": _amount(parcel),
        "amount_currency": parcel.unit,
        "frequency": "once",
        "reusable": False,
        "expiration": "time_limit" if basis.expires else "no_expiration",
    }
    if basis.expires:
        coupon["expiration_at"] = moment_text(moment_of(basis.expires))
    if basis.plan:
        coupon["applies_to"] = {"plan_codes": [basis.plan]}
    if basis.product:
        coupon["applies_to"] = {"billable_metric_codes": [basis.product]}
    return coupon


def _amount(parcel: Parcel) -> int | None:
    return rescaled(parcel.amount, parcel.scale, _DECIMALS.get(parcel.unit, parcel.scale))


def _inside(answer: Answer, root: str) -> Mapping[str, Any]:
    found = answer.data.get(root) if isinstance(answer.data, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _shown(parcel: Parcel, entry: Mapping[str, Any], names: tuple[str, str]) -> Shown | None:
    """An entry in the parcel's units; `names` are its fields for the code and the amount."""
    code, amount = entry.get(names[0]), entry.get(names[1])
    if isinstance(amount, bool) or not isinstance(amount, int) or not isinstance(code, str):
        return None
    unit = unit_shown(entry.get("amount_currency"))
    minor = rescaled(amount, _DECIMALS.get(unit, parcel.scale), parcel.scale)
    if minor is None:
        return None
    customer = entry.get("external_customer_id", parcel.billing)
    return Shown(remote_of(entry.get("lago_id")), code, customer, unit, minor)


def _left(parcel: Parcel, entry: Mapping[str, Any]) -> Shown | None:
    return _shown(parcel, entry, ("coupon_code", "amount_cents_remaining"))
