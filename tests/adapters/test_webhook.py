"""Signed as the specification says: the library's own check takes it, and takes nothing that was changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from makegood.adapters.http import Reach
from makegood.adapters.webhook import WebhookOutlet
from makegood.awards.deliver import deliver
from makegood.errors import BadUse, NoReadBack, Unreadable
from makegood.ledger.basis import Basis
from tests.adapters.fake_apis import SECRET
from tests.adapters.lying_server import LyingServer
from tests.adapters.ways_out import parcel, reversal_of

OTHER = "whsec_" + "QUJD" * 10
AWARD = parcel(says="장애 보상 <b>", basis=Basis("credit", cause="INC-7", expires="2027-01-01T00:00:00Z", priority=5))


def test_the_librarys_own_check_takes_it_and_nothing_changed(server: LyingServer):
    outlet = WebhookOutlet([SECRET], Reach(f"{server.base}/hook"))
    assert outlet.send(AWARD).outcome == "done"
    (request,) = server.apis.requests
    hook, headers = Webhook(SECRET), dict(request.headers)
    event = hook.verify(request.body, headers)
    assert (event["type"], event["timestamp"]) == ("award.posted", "2026-09-20T12:00:00Z")
    assert event["data"] | {"basis": None} == {
        "id": AWARD.id, "at": "2026-09-20T12:00:00Z", "account": "acme", "billing": "cus_acme", "unit": "USD",
        "amount": "10.00", "reverses": None, "says": "장애 보상 <b>", "basis": None,
    }  # fmt: skip
    assert event["data"]["basis"]["hash"] == AWARD.basis.hash
    for body, changed in (
        (request.body.replace(b"10.00", b"99.00"), {}),
        (request.body + b" ", {}),
        (request.body, {"webhook-id": "mg-7f3a-000009"}),
        (request.body, {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}),
        (request.body, {"webhook-signature": headers["webhook-signature"][:-4] + "AAA="}),
    ):
        with pytest.raises(WebhookVerificationError):
            hook.verify(body, headers | changed)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(request.body, headers)


def test_an_old_delivery_cannot_be_replayed(server: LyingServer):
    outlet = WebhookOutlet([SECRET], Reach(f"{server.base}/hook"), now=lambda: datetime.now(UTC) - timedelta(minutes=6))
    sent = outlet.send(AWARD)
    assert (sent.outcome, sent.said) == ("refused", "the webhook's receiver answered 400 (bad_signature).")


def test_two_secrets_sign_both_while_they_are_changed(server: LyingServer):
    assert WebhookOutlet([OTHER, SECRET], Reach(f"{server.base}/hook")).send(AWARD).outcome == "done"
    assert WebhookOutlet([OTHER], Reach(f"{server.base}/hook")).send(AWARD).outcome == "refused"
    signature = server.apis.requests[0].headers["webhook-signature"]
    assert len(signature.split(" ")) == 2


def test_the_id_and_body_are_the_same_over_every_try_and_the_receiver_keeps_one(server: LyingServer):
    outlet = WebhookOutlet([SECRET], Reach(f"{server.base}/hook", total_s=0.1))
    server.plan = ["drop_after", "500_after", "slow_after", "delivered_twice"]
    outcomes = [deliver(outlet, AWARD, fresh=place == 0).outcome for place in range(4)]
    assert outcomes == ["again", "again", "again", "done"]
    server.quiet()
    assert len(server.apis.events) == 1
    assert {(one.headers["webhook-id"], one.body) for one in server.apis.requests} == {
        (AWARD.id, server.apis.requests[0].body)
    }


def test_without_a_way_to_read_back_it_says_so(server: LyingServer):
    with pytest.raises(NoReadBack, match="WEBHOOK_READ_BACK_URL"):
        WebhookOutlet([SECRET], Reach(f"{server.base}/hook")).look(AWARD)


def test_a_reversal_is_its_own_event(server: LyingServer):
    outlet = WebhookOutlet([SECRET], Reach(f"{server.base}/hook"), Reach(f"{server.base}/shelf"))
    back = reversal_of(AWARD)
    assert outlet.send(back).outcome == "done"
    event = json.loads(server.apis.requests[0].body)
    assert (event["type"], event["data"]["reverses"], event["data"]["amount"]) == ("award.reversed", AWARD.id, "10.00")
    seen = outlet.look(back)
    assert seen is not None
    assert seen.amount == -1000
    server.apis.events[0]["data"]["unit"] = "a customer's words"
    with pytest.raises(Unreadable, match="no amount of a unit"):
        outlet.look(back)


@pytest.mark.parametrize("bad", ["mg.1", "mg 1", "", "한", "a" * 256, "a\r\nX: y"])
def test_an_id_that_could_forge_a_signed_text_is_refused(bad: str, server: LyingServer):
    outlet = WebhookOutlet([SECRET], Reach(f"{server.base}/hook"))
    assert outlet.send(replace(AWARD, id=bad)).outcome == "refused"
    assert server.apis.requests == []


@pytest.mark.parametrize("bad", [[], [""], ["whsec_"], ["whsec_c2hvcnQ="], ["whsec_" + "QUJD" * 30]])
def test_a_secret_that_is_too_short_or_long_is_refused(bad: list[str]):
    with pytest.raises(BadUse):
        WebhookOutlet(bad, Reach("https://x.example"))
