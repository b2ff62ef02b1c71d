"""Slack's shape: text and blocks, nothing in them read as a mark, a link or a mention; and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from makegood.adapters.slack import SlackChannel, escaped, message
from makegood.campaigns.notice import Letter, Notice
from makegood.errors import BadUse
from makegood.ledger.basis import Basis
from tests.servers import Server, Talk
from tests.watch.status_pages import at


class Room(Server):
    """A receiver that answers 200 "ok" as Slack does, unless its plan says otherwise."""

    def __init__(self) -> None:
        self.plan: list[tuple[int, dict[str, str], bytes] | None] = []
        self.got: list[dict[str, Any]] = []
        super().__init__(self._serve)

    def _serve(self, talk: Talk) -> None:
        self.got.append(json.loads(talk.content()))
        planned = self.plan.pop(0) if self.plan else (200, {}, b"ok")
        if planned is None:
            talk.close_connection = True
            return
        status, headers, text = planned
        talk.say(status, text, {"Content-Type": "text/html", **headers})

    @property
    def url(self) -> str:
        return f"{self.base}/services/T0/B0/s3cret"


@pytest.fixture
def room() -> Iterator[Room]:
    with Room() as made:
        yield made


def letter(subject: str = "Acme: your calls fail", text: str = "One line.\nAnother line.") -> Letter:
    notice = Notice("a1", "alert.began", "", 0, "watch", "", "en", at("10:00"), "", 0, Basis(""))
    return Letter(notice, subject, text, "", {})


def test_text_and_blocks(room: Room) -> None:
    assert SlackChannel(room.url).send(letter()).outcome == "done"
    (got,) = room.got
    assert got["text"] == "Acme: your calls fail"
    assert [one["type"] for one in got["blocks"]] == ["header", "section", "section"]
    assert {one["text"]["type"] for one in got["blocks"]} == {"plain_text"}
    assert got["mrkdwn"] is False


def test_nothing_in_it_is_a_mention_a_link_or_a_mark() -> None:
    made = message(letter("<!channel> & <https://evil.test|click>", "a <@U1> b\n\u202eevil"))
    shown = json.dumps(made, ensure_ascii=False)
    assert "<" not in shown
    assert ">" not in shown
    assert "\u202e" not in shown
    assert made["text"] == "&lt;!channel&gt; &amp; &lt;https://evil.test|click&gt;"
    assert escaped("a&lt;") == "a&amp;lt;"


def test_it_stays_within_slack_s_limits() -> None:
    made = message(letter("&" * 400, "\n".join("<" * 5000 for _ in range(40))))
    blocks: Any = made["blocks"]
    assert len(blocks) == 20
    assert len(blocks[0]["text"]["text"]) <= 150
    assert all(len(one["text"]["text"]) <= 3000 for one in blocks)
    assert blocks[-1]["text"]["text"] == "… 22"


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [
        ((429, {"Retry-After": "30"}, b"rate_limited"), "again", "slack answered 429; it is tried again."),
        ((500, {}, b"oops"), "again", "slack answered 500; it is tried again."),
        ((404, {}, b"no_service"), "refused", "slack answered 404."),
        ((403, {}, b"invalid_token"), "again",
         "slack answered 403: it does not take the key or what the key may do; mend it."),
        ((502, {}, b""), "doubt", "a gateway answered 502 in the place of slack"),
        ((302, {"Location": "https://evil.test/"}, b""), "refused",
         "slack answered 302, which sends elsewhere or on; set the address that it points to."),
        (None, "doubt", "slack gave no answer after the alert was sent (RemoteProtocolError)"),
    ],
)  # fmt: skip
def test_what_its_answers_mean(room: Room, answer: Any, outcome: str, said: str) -> None:
    room.plan = [answer]
    sent = SlackChannel(room.url).send(letter())
    assert (sent.outcome, sent.said) == (outcome, said)
    assert (sent.after is not None) == (answer is not None and answer[0] == 429)


def test_nobody_there_and_no_secret_shown() -> None:
    channel = SlackChannel("http://127.0.0.1:9/services/T0/B0/s3cret")
    sent = channel.send(letter())
    assert (sent.outcome, "s3cret" in f"{sent.said}{channel!r}{vars(channel).get('name')}") == ("again", False)
    with pytest.raises(BadUse) as fault:
        SlackChannel("http://hooks.slack.test/s3cret")
    assert "s3cret" not in str(fault.value)
