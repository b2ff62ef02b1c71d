"""Alerts as the channels take them: an e-mail, and a webhook that is signed and carries the same id over every try."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from pathlib import Path

from standardwebhooks import Webhook

from makegood.adapters.mail import written
from makegood.reads.words import Words
from makegood.watch.way import Way, letter_of
from tests.reads.alert_world import World, alarm, traffic
from tests.servers import Server, Talk
from tests.watch.rooms import Room, config_of
from tests.watch.test_config import SECRET

HOSTILE = "gpt\r\nBcc: everyone@example.com"


def began():  # type: ignore[no-untyped-def]
    world = World(traffic=traffic(alarm()))
    (one,) = world.look("09:32")
    scope = {**one.facts["scope"], "model": HOSTILE}
    return replace(one, facts={**one.facts, "scope": scope})


def test_an_alert_as_an_e_mail_is_two_parts_of_the_same_and_no_header_of_others() -> None:
    way = Way("mail/oncall", Room(), "oncall@example.com", "Watch <watch@example.com>", dedupes=True)
    one = began()
    made = [written(letter_of(one, Words(lang), way), way.sender) for lang in ("en", "en", "ko")]
    assert made[0] == made[1]
    message = email.message_from_bytes(made[0], policy=email.policy.SMTP)
    assert message["Bcc"] is None
    assert message["To"] == "oncall@example.com"
    assert "your calls fail since" in message["Subject"]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "60 attempts since then" in message.get_body(("plain",)).get_content()
    ids = [email.message_from_bytes(one, policy=email.policy.SMTP)["Message-ID"] for one in made]
    assert len(set(ids)) == 1


def test_an_alert_as_a_webhook_is_signed_and_keeps_its_id(tmp_path: Path) -> None:
    got: list[tuple[dict[str, str], bytes]] = []

    def answer(talk: Talk) -> None:
        got.append((dict(talk.headers), talk.content()))
        talk.say(204)

    with Server(answer) as server:
        text = f"""[traffic]\nattempts = "a"\n[[channels]]\nto = "webhook"
url = "{server.base}/in"\nsecret_env = "HOOK"\n"""
        (way,) = config_of(tmp_path, text, {"HOOK": SECRET}).ways
        one = began()
        assert [way.send(one, Words(), repeat).outcome for repeat in (False, True)] == ["done", "done"]
    told = [Webhook(SECRET).verify(body, headers) for headers, body in got]
    assert told[0] == told[1]  # a repeat is the same to a receiver that can tell by the id
    assert [headers["webhook-id"] for headers, _ in got] == [one.id, one.id]
    assert told[0]["type"] == "notice.alert.began"
    assert told[0]["data"]["facts"]["attempts"] == 60
