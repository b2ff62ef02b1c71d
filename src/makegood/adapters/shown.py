"""Noun: what a billing system shows of a parcel, in the book's units, and whether that is what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from makegood.adapters.body import moment_of
from makegood.awards.deliver import differs, held, signed
from makegood.awards.parcel import Outlet, Parcel, Seen, Sent
from makegood.errors import BadMoney, Unreadable
from makegood.ledger.unit import SCALES
from makegood.money import decimal_of

POSTING = "makegood_posting"  # the key of the metadata that carries the parcel's id
_REMOTE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:\-]{0,119}")
_ID = re.compile(r"[\x21-\x7e]{1,255}")
_MOST = 2**63


@dataclass(frozen=True)
class Shown:
    """One entry there: `amount` is in minor units of the parcel's unit, signed as of a credit."""

    remote: str
    posting: str
    customer: str
    unit: str
    amount: int


def confirmed(name: str, parcel: Parcel, shown: Shown) -> Sent:
    """The outcome of an answer that shows what was kept: done, or refused with what differs from what was sent."""
    if shown.posting != parcel.id:
        fault: str | None = f"{name} answered for another posting than {parcel.id}; look at what it kept."
    elif shown.customer != parcel.billing:
        fault = f"{name} kept {signed(parcel)} of {parcel.id} for another customer than it was sent for."
    else:
        fault = differs(name, parcel, Seen(shown.remote, shown.unit, shown.amount))
    return Sent("refused" if fault else "done", fault or "", shown.remote)


def stands_after_all(outlet: Outlet, parcel: Parcel, trouble: Sent) -> Sent:
    """The outcome where the answer hints that the id came before: what stands there decides, else the trouble does."""
    try:
        seen = outlet.look(parcel)
    except Unreadable as fault:
        return Sent("again", str(fault))
    return held(outlet.name, parcel, seen) if seen else trouble


def seen_of(entries: Iterable[Shown]) -> Seen | None:
    """What stands there under one id, all entries together: the amounts added, the first entry's id and unit."""
    every = list(entries)
    if not every:
        return None
    units = {one.unit for one in every}
    unit = every[0].unit if len(units) == 1 else "several units"
    return Seen(every[0].remote, unit, sum(one.amount for one in every), len(every))


def taken_back(seen: Seen) -> Seen:
    """The same amount as a reversal shows it."""
    return replace(seen, amount=-seen.amount)


def remote_of(value: Any) -> str:
    """The other side's id where it looks like one, else empty."""
    return value if isinstance(value, str) and _REMOTE.fullmatch(value) else ""


def unit_shown(value: Any) -> str:
    """The currency that the other side names, in capitals; never its free text."""
    return value.upper() if isinstance(value, str) and re.fullmatch(r"[A-Za-z]{3}", value) else "of no known unit"


def rescaled(amount: int, have: int, want: int) -> int | None:
    """The amount in minor units of another number of decimals; None where it is not whole in them."""
    step: int = 10 ** abs(want - have)
    if want >= have:
        return amount * step
    whole, rest = divmod(amount, step)
    return None if rest else whole


def minor_of(value: object, scale: int) -> int | None:
    """A whole number of minor units from a JSON number or a text of whole units; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal) or len(str(value)) > 40:
        return None
    try:
        amount = decimal_of(value) if isinstance(value, str) else Decimal(value)
    except BadMoney:
        return None
    if not amount.is_finite() or abs(amount.adjusted()) > 30:
        return None
    scaled = amount.scaleb(scale)
    return int(scaled) if scaled == scaled.to_integral_value() and abs(scaled) < _MOST else None


def unsendable(name: str, parcel: Parcel) -> str | None:
    """Why no billing system can take such a parcel, or None."""
    if not _ID.fullmatch(parcel.id):
        return f"{name} takes ids of 1 to 255 visible ASCII characters; the posting's id has others."
    if not parcel.billing or len(parcel.billing) > 255 or not parcel.billing.isprintable():
        return f"{parcel.account} has no id in {name}; give it one in the accounts file."
    try:
        "".join([parcel.says, parcel.account, *map(str, parcel.basis.as_data().values())]).encode()
    except UnicodeEncodeError:
        return f"a text of {parcel.id} is not Unicode; mend it at its source."
    try:
        moment_of(parcel.basis.expires or "2026-01-01")
    except ValueError:
        return f"the expiry of {parcel.id} is no moment; write it like 2026-12-31T00:00:00Z."
    if parcel.kind not in ("award", "reversal"):
        return f"a parcel of kind '{parcel.kind}' moves nothing in a billing system; send awards and reversals."
    if parcel.kind == "reversal" and not parcel.reverses:
        return f"{parcel.id} is a reversal that names no posting to take back."
    return None


def no_money(name: str, parcel: Parcel) -> str | None:
    """Why a way out for credits in money cannot take the parcel, or None."""
    if parcel.unit in SCALES:
        return f"{name} takes credits in a currency, not {parcel.unit}; send those another way."
    if parcel.basis.form != "credit":
        return f"{name} takes credits, not the form '{parcel.basis.form}'; a refund goes back the way it was paid."
    return None
