"""What each API is really sent, and what cannot go that way."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from makegood.adapters.http import Reach
from makegood.adapters.lago import Lago
from makegood.adapters.openmeter import OpenMeter
from makegood.adapters.stripe import stripe_amount
from makegood.adapters.stripe_balance import StripeBalance
from makegood.adapters.stripe_grants import StripeGrants
from makegood.awards.parcel import Outlet, Parcel
from makegood.ledger.basis import Basis
from makegood.ledger.unit import unit_of
from tests.adapters.fake_apis import KEY
from tests.adapters.lying_server import LyingServer
from tests.adapters.ways_out import AT, ULID, parcel, reversal_of

NOWHERE = Reach("http://127.0.0.1:1")
BALANCE, GRANTS, LAGO = StripeBalance(KEY, NOWHERE), StripeGrants(KEY, NOWHERE), Lago(KEY, NOWHERE)
METER = OpenMeter(KEY, NOWHERE)


def in_unit(code: str, amount: int, **basis: object) -> Parcel:
    return parcel(unit=code, scale=unit_of(code).scale, amount=amount, basis=replace(Basis("credit"), **basis))


@pytest.mark.parametrize(
    ("code", "amount", "sent"),
    [
        ("USD", 1000, 1000), ("KRW", 1000, 1000), ("JPY", 5, 5), ("HUF", 1045, 1045), ("ISK", 5, 500), ("UGX", 7, 700),
        ("RSD", 3, 300), ("KWD", 5120, 5120), ("KWD", 5124, None), ("CLF", 10000, None),
    ],
)  # fmt: skip
def test_stripes_minor_unit_is_not_everyones(code: str, amount: int, sent: int | None):
    award = in_unit(code, amount)
    assert stripe_amount(award) == sent
    assert (BALANCE.refuses(award) is None) == (sent is not None)


def test_lago_counts_some_currencies_otherwise(server: LyingServer):
    outlet = Lago(KEY, Reach(server.base))
    for place, (code, amount, sent) in enumerate(
        [("RSD", 3, 300), ("HUF", 1000, 10), ("KRW", 900, 900), ("USD", 1, 1)]
    ):
        award = replace(in_unit(code, amount), id=f"mg-{place}")
        assert outlet.send(award).outcome == "done"
        assert server.apis.coupons[award.id]["amount_cents"] == sent
        seen = outlet.look(award)
        assert seen is not None
        assert (seen.unit, seen.amount) == (code, amount)
    assert outlet.refuses(in_unit("HUF", 1045)) is not None


def test_the_balance_is_sent_a_negative_amount_and_the_posting(server: LyingServer):
    outlet = StripeBalance(KEY, Reach(server.base))
    award = parcel(basis=Basis("credit", cause="INC-7", campaign="C-1"))
    outlet.send(award)
    outlet.send(reversal_of(award))
    first, _, second = server.apis.requests
    assert first.headers["idempotency-key"] == award.id
    assert dict(parse_qsl(first.body.decode())) == {
        "amount": "-1000",
        "currency": "usd",
        "description": "Sorry for INC-7",
        "metadata[makegood_posting]": award.id,
        "metadata[makegood_account]": "acme",
        "metadata[makegood_campaign]": "C-1",
        "metadata[makegood_cause]": "INC-7",
        "metadata[makegood_basis]": award.basis.hash,
    }
    form = dict(parse_qsl(second.body.decode()))
    assert (form["amount"], form["metadata[makegood_reverses]"]) == ("1000", award.id)


def test_a_grant_is_promotional_with_expiry_scope_and_priority(server: LyingServer):
    outlet = StripeGrants(KEY, Reach(server.base))
    outlet.send(parcel(basis=Basis("credit", expires="2027-01-01T00:00:00Z", priority=7, product="price_a,price_b")))
    form = dict(parse_qsl(server.apis.requests[0].body.decode()))
    assert {name: value for name, value in form.items() if not name.startswith("metadata")} == {
        "customer": "cus_acme",
        "category": "promotional",
        "name": "Sorry for INC-7",
        "amount[type]": "monetary",
        "amount[monetary][currency]": "usd",
        "amount[monetary][value]": "1000",
        "priority": "7",
        "applicability_config[scope][prices][0][id]": "price_a",
        "applicability_config[scope][prices][1][id]": "price_b",
        "expires_at": "1798761600",
    }


def test_lago_is_sent_a_coupon_of_its_own_and_its_application(server: LyingServer):
    Lago(KEY, Reach(server.base)).send(parcel(basis=Basis("credit", expires="2027-01-01T00:00:00Z", plan="pro")))
    coupon, applied = (json.loads(one.body) for one in server.apis.requests)
    assert coupon == {
        "coupon": {
            "name": "Sorry for INC-7", "code": "mg-7f3a-000001", "coupon_type": "fixed_amount", "amount_cents": 1000,
            "amount_currency": "USD", "frequency": "once", "reusable": False, "expiration": "time_limit",
            "expiration_at": "2027-01-01T00:00:00Z", "applies_to": {"plan_codes": ["pro"]},
        }
    }  # fmt: skip
    assert applied == {"applied_coupon": {"external_customer_id": "cus_acme", "coupon_code": "mg-7f3a-000001"}}


def test_openmeter_is_sent_a_grant_in_kind_or_a_credit_grant(server: LyingServer):
    outlet = OpenMeter(KEY, Reach(server.base), {"tokens": "input_tokens"}, lambda: AT)
    outlet.send(parcel(unit="tokens", scale=0, amount=5, basis=Basis("quota", expires="2026-10-04T12:30:00Z")))
    outlet.send(parcel(billing=ULID, basis=Basis("credit", expires="2026-09-20T13:00:00Z", product="a,b")))
    kind, credit = server.apis.requests
    assert kind.path == "/api/v2/customers/cus_acme/entitlements/input_tokens/grants"
    assert json.loads(kind.body) == {
        "amount": 5, "priority": 100, "effectiveAt": "2026-09-20T12:00:00Z",
        "metadata": {"makegood_posting": "mg-7f3a-000001"}, "expiration": {"duration": "HOUR", "count": 337},
    }  # fmt: skip
    assert credit.path == f"/api/v3/openmeter/customers/{ULID}/credits/grants"
    assert json.loads(credit.body) == {
        "name": "Sorry for INC-7", "funding_method": "none", "currency": "USD", "amount": "10.00", "priority": 100,
        "key": "mg-7f3a-000001", "filters": {"features": ["a", "b"]}, "expires_after": "PT3600S",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("outlet", "award", "why"),
    [
        (BALANCE, in_unit("tokens", 5), "not tokens"),
        (BALANCE, parcel(billing=""), "no id in Stripe"),
        (BALANCE, parcel(billing="cus\n"), "no id in Stripe"),
        (BALANCE, parcel(id="mg 1"), "visible ASCII"),
        (BALANCE, parcel(id="m" * 256), "visible ASCII"),
        (BALANCE, parcel(kind="expiry"), "kind 'expiry'"),
        (BALANCE, parcel(kind="reversal"), "names no posting"),
        (BALANCE, parcel(says="\ud800"), "not Unicode"),
        (LAGO, in_unit("USD", 5, campaign="\udfff"), "not Unicode"),
        (GRANTS, in_unit("USD", 5, expires="next year"), "no moment"),
        (BALANCE, parcel(basis=Basis("refund")), "form 'refund'"),
        (BALANCE, in_unit("USD", 5, expires="2027-01-01T00:00:00Z"), "stripe-grants"),
        (BALANCE, in_unit("USD", 5, plan="pro"), "stripe-grants"),
        (GRANTS, in_unit("usage_resets", 1), "not usage_resets"),
        (GRANTS, in_unit("USD", 5, plan="pro"), "price ids"),
        (GRANTS, in_unit("USD", 5, product="chat"), "price ids"),
        (GRANTS, in_unit("USD", 5, priority=101), "0 to 100"),
        (LAGO, in_unit("plan_days", 5), "not plan_days"),
        (LAGO, in_unit("USD", 5, plan="pro", product="chat"), "not to both"),
        (METER, in_unit("plan_days", 5), "OPENMETER_FEATURES"),
        (METER, in_unit("tokens", 2**53 + 1), "64-bit floats"),
        (METER, in_unit("tokens", 5, priority=0), "1 to 255"),
        (METER, in_unit("tokens", 5, plan="pro"), "feature as product"),
        (METER, in_unit("USD", 5), "ULID"),
        (METER, replace(reversal_of(parcel()), billing=ULID), "void it there by hand"),
    ],
)
def test_what_cannot_go_that_way_is_told_before_anything_is_sent(outlet: Outlet, award: Parcel, why: str):
    told = outlet.refuses(award)
    assert told is not None
    assert why in told
    assert (outlet.send(award).outcome, outlet.send(award).said) == ("refused", told)


@pytest.mark.parametrize(
    ("expires", "period"),
    [
        ("2026-09-20T12:00:00Z", None), ("2026-09-20T12:00:01Z", {"duration": "HOUR", "count": 1}),
        ("2026-11-30T12:00:00Z", {"duration": "DAY", "count": 71}), ("2036-01-01T00:00:00Z", None),
    ],
)  # fmt: skip
def test_an_expiry_in_openmeter_is_never_shorter_than_told(expires: str, period: dict | None, server: LyingServer):
    outlet = OpenMeter(KEY, Reach(server.base), now=lambda: AT)
    sent = outlet.send(in_unit("tokens", 5, expires=expires))
    assert sent.outcome == ("done" if period else "refused")
    assert [json.loads(one.body)["expiration"] for one in server.apis.requests] == ([period] if period else [])
