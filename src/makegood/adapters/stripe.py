"""Noun: a Stripe account; form-encoded requests with an idempotency key, lists page by page, its minor units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from makegood.adapters.http import Answer, Endpoint, Reach
from makegood.adapters.shown import POSTING, Shown, confirmed, rescaled, stands_after_all
from makegood.awards.parcel import Outlet, Parcel, Sent
from makegood.errors import Unreadable

ADDRESS = "https://api.stripe.com"
# The version whose fields are read here; an account's own default could have others.
VERSION = "2026-06-24.dahlia"
# docs.stripe.com/currencies: these have no decimals, those have three (the last a 0), all others two; ISK and UGX are
# sent with two that are 00.
_NO_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
_THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
_WHOLE_ONLY = frozenset({"ISK", "UGX"})
KEY_USED = "idempotency_error"  # the key came before with another form
_PAGE, _MOST_PAGES = 100, 200
_LONGEST_VALUE = 500
Entry = dict[str, Any]
Read = Callable[[Any], Shown | None]


class Stripe:
    """The requests that both Stripe outlets share."""

    def __init__(self, name: str, key: str, reach: Reach | None = None) -> None:
        where = reach or Reach(ADDRESS)
        headers = {"Authorization": f"Bearer {key}", "Stripe-Version": VERSION}
        self.endpoint = Endpoint(name, Reach(where.base, headers, where.allow_http, where.connect_s, where.total_s))

    def post(self, path: str, form: Mapping[str, str], key: str) -> Answer:
        """One POST; the same key and form give the first answer again for at least 24 hours, a failure too."""
        return self.endpoint.ask("POST", path, data=dict(form), headers={"Idempotency-Key": key})

    def listed(self, path: str, params: Mapping[str, str]) -> Iterator[Entry]:
        """Every entry of a list; nothing where there is no such customer. Raise Unreadable where it cannot be read."""
        name, last = self.endpoint.name, ""
        for _ in range(_MOST_PAGES):
            asked = {**params, "limit": str(_PAGE), **({"starting_after": last} if last else {})}
            page = self.endpoint.read(path, asked)
            if page is None:
                return
            entries = page.get("data") if isinstance(page, dict) else None
            if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
                raise Unreadable(f"{name} answered with something other than a list; nothing is known of it.")
            yield from entries
            if not page.get("has_more"):
                return
            last = str(entries[-1].get("id", "")) if entries else ""
            if not last:
                break
        raise Unreadable(f"{name} has a list that does not end; nothing is known of what stands there.")

    def carrying(self, posting: str, path: str, params: Mapping[str, str], read: Read) -> Iterator[tuple[Shown, Entry]]:
        """The entries of a list that carry the posting's id, as they are read; raise Unreadable where one is not."""
        for entry in self.listed(path, params):
            if posting_of(entry) == posting:
                shown = read(entry)
                if shown is None:
                    raise Unreadable(f"Stripe shows {posting} with an amount that cannot be read; look at it there.")
                yield shown, entry

    def sent(self, outlet: Outlet, parcel: Parcel, answer: Answer, read: Read) -> Sent:
        """What the answer to an award or a reversal says, or what stands there after all."""
        trouble = self.endpoint.trouble(answer)
        if trouble:
            return stands_after_all(outlet, parcel, trouble) if answer.code == KEY_USED else trouble
        shown = read(answer.data)
        return confirmed("Stripe", parcel, shown) if shown else self.endpoint.unread(answer)


def stripe_scale(unit: str) -> int:
    """The decimals of Stripe's minor unit."""
    return 0 if unit in _NO_DECIMALS else 3 if unit in _THREE_DECIMALS else 2


def stripe_amount(parcel: Parcel) -> int | None:
    """The amount in Stripe's minor unit; None where Stripe cannot hold it."""
    amount = rescaled(parcel.amount, parcel.scale, stripe_scale(parcel.unit))
    step = 100 if parcel.unit in _WHOLE_ONLY else 10 if parcel.unit in _THREE_DECIMALS else 1
    known = parcel.scale <= 2 or parcel.unit in _THREE_DECIMALS
    return amount if known and amount is not None and amount % step == 0 else None


def from_stripe(amount: Any, unit: str, parcel: Parcel) -> int | None:
    """An amount of Stripe in the parcel's minor unit; None where it is no whole number of them."""
    if isinstance(amount, bool) or not isinstance(amount, int):
        return None
    return rescaled(amount, stripe_scale(unit), parcel.scale)


def customer_of(value: Any) -> str:
    """The customer's id, whether it came expanded or not."""
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def posting_of(entry: Mapping[str, Any]) -> str:
    """The posting's id in the metadata, empty where there is none."""
    metadata = entry.get("metadata")
    found = metadata.get(POSTING) if isinstance(metadata, dict) else None
    return found if isinstance(found, str) else ""


def metadata_of(parcel: Parcel) -> dict[str, str]:
    """The form fields of the metadata: the posting's id, and what leads back to its reasons."""
    basis = parcel.basis
    facts = {
        POSTING: parcel.id,
        "makegood_account": parcel.account,
        "makegood_campaign": basis.campaign,
        "makegood_cause": basis.cause,
        "makegood_basis": basis.hash,
        "makegood_reverses": parcel.reverses or "",
    }
    return {f"metadata[{key}]": value[:_LONGEST_VALUE] for key, value in facts.items() if value}


def unholdable(name: str, parcel: Parcel) -> str | None:
    """Why Stripe's minor unit cannot hold the amount, or None."""
    if stripe_amount(parcel) is None:
        return f"{name} cannot hold this amount of {parcel.unit}; it takes fewer decimals. Round the offer coarser."
    return None
