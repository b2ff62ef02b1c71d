"""The outlets under test, what they send and what truly stands in the fake systems afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from makegood.adapters.http import Reach
from makegood.adapters.lago import Lago
from makegood.adapters.openmeter import OpenMeter
from makegood.adapters.stripe_balance import StripeBalance
from makegood.adapters.stripe_grants import StripeGrants
from makegood.adapters.webhook import WebhookOutlet
from makegood.awards.deliver import deliver, differs
from makegood.awards.parcel import Outlet, Parcel, Sent
from makegood.errors import Unreadable
from makegood.ledger.basis import Basis
from tests.adapters.fake_apis import KEY, SECRET, Apis
from tests.adapters.lying_server import LyingServer

AT = datetime(2026, 9, 20, 12, tzinfo=UTC)
ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
Truth = Callable[[Apis], list[tuple[str, str, int]]]  # (posting, customer, minor units signed as of a credit)


def parcel(**other: object) -> Parcel:
    """An award of 10.00 USD; other fields as told."""
    made = Parcel("mg-7f3a-000001", "award", "acme", "cus_acme", "USD", 2, 1000, AT, Basis("credit"), "Sorry for INC-7")
    return replace(made, **other)  # type: ignore[arg-type]


def reversal_of(award: Parcel) -> Parcel:
    """What takes it back."""
    return replace(award, id="mg-7f3a-000002", kind="reversal", reverses=award.id)


def minor(text: str) -> int:
    """Cents of "10.00"."""
    whole, _, rest = text.partition(".")
    assert len(rest) == 2
    return int(whole + rest)


@dataclass(frozen=True)
class Way:
    """`award` is what it sends in these tests; `safe` where a repeat that overtakes its first try is still one."""

    name: str
    make: Callable[[Reach], Outlet]
    award: Parcel
    truth: Truth
    reverses: bool = True


def _void(one: dict, flag: str) -> bool:
    return one.get(flag) is not None


WAYS = (
    Way(
        "stripe-balance",
        lambda reach: StripeBalance(KEY, reach),
        parcel(),
        lambda apis: [(one["metadata"]["makegood_posting"], one["customer"], -one["amount"]) for one in apis.balance],
    ),
    Way(
        "stripe-grants",
        lambda reach: StripeGrants(KEY, reach),
        parcel(basis=Basis("credit", expires="2027-01-01T00:00:00Z", priority=10)),
        lambda apis: [
            (one["metadata"]["makegood_posting"], one["customer"], one["amount"]["monetary"]["value"])
            for one in apis.grants
            if not _void(one, "voided_at")
        ],
    ),
    Way(
        "lago",
        lambda reach: Lago(KEY, reach),
        parcel(basis=Basis("credit", expires="2027-01-01T00:00:00Z")),
        lambda apis: [
            (one["coupon_code"], one["external_customer_id"], one["amount_cents"])
            for one in apis.applied
            if one["status"] == "active"
        ],
    ),
    Way(
        "openmeter in kind",
        lambda reach: OpenMeter(KEY, reach, now=lambda: AT),
        parcel(unit="tokens", scale=0, amount=250_000, basis=Basis("quota", expires="2026-10-04T12:00:00Z")),
        lambda apis: [
            (one["metadata"]["makegood_posting"], one["entitlementId"].split("/")[0], one["amount"])
            for one in apis.metered
            if not _void(one, "voidedAt")
        ],
    ),
    Way(
        "openmeter credit",
        lambda reach: OpenMeter(KEY, reach, now=lambda: AT),
        parcel(billing=ULID, basis=Basis("credit", expires="2026-10-04T12:00:00Z")),
        lambda apis: [(one["key"], one["customer"], minor(one["amount"])) for one in apis.credits],
        reverses=False,
    ),
    Way(
        "webhook",
        lambda reach: WebhookOutlet(
            [SECRET],
            replace(reach, base=f"{reach.base}/hook"),
            replace(reach, base=f"{reach.base}/shelf"),
        ),
        parcel(),
        lambda apis: [
            (
                one["remote"],
                one["data"]["billing"],
                minor(one["data"]["amount"]) * (1 if "posted" in one["type"] else -1),
            )
            for one in apis.events
        ],
    ),
)


def drive(outlet: Outlet, sent: Parcel, server: LyingServer, fresh: bool = True) -> tuple[Sent, str | None]:
    """Deliver as a worker does until it is not `again`; then what still differs, told by reading back."""
    for _ in range(60):
        outcome = deliver(outlet, sent, fresh)
        fresh = False
        if outcome.outcome != "again":
            break
        if outcome.after:
            server.quiet()  # the wait that was asked for
    server.quiet()
    server.plan, server.read_plan = [], []
    for _ in range(5):
        try:
            return outcome, differs(outlet.name, sent, outlet.look(sent))
        except Unreadable:  # a busy machine, where the time-out is short
            continue
    raise AssertionError(f"{outlet.name} cannot be read back")
