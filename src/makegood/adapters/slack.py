"""Channel: text to an incoming webhook of Slack's shape; also taken by others that speak it, such as Mattermost."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx2

from makegood.adapters.http import Answer, Endpoint, Reach
from makegood.adapters.mail_webhook import NOT_HANDED
from makegood.awards.parcel import Sent
from makegood.campaigns.notice import Letter, Notice
from makegood.keys import canonical
from makegood.reads.legible import legible

# By Slack's own limits for blocks; a longer text is cut, never split.
_LONGEST_HEAD, _LONGEST_TEXT, _MOST_BLOCKS = 150, 3000, 20
_GATEWAYS = (502, 504)


class SlackChannel(Endpoint):
    """Posts `text` and `blocks` to `url`, which is a secret as a whole: nothing here ever shows it.

    Slack knows no id of a message, so that a repeat shows twice; `send` says `doubt` where one may have arrived.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        super().__init__("slack", Reach(f"{parts.scheme}://{parts.netloc}"))
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def reaches(self, notice: Notice) -> bool:  # noqa: ARG002 - the address is the room
        """Always."""
        return True

    def send(self, letter: Letter) -> Sent:
        """One try; without an answer, or with one from a gateway, nobody knows whether it arrived: `doubt`."""
        headers = {"Content-Type": "application/json", "Connection": "close"}
        body = canonical(message(letter)).encode()
        try:
            answer = self._asked("POST", self._path, {"content": body, "headers": headers})
        except (*NOT_HANDED, UnicodeError):
            return Sent("again", f"slack could not be reached at {self.host}")
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as fault:
            return Sent("doubt", f"slack gave no answer after the alert was sent ({type(fault).__name__})")
        return self._outcome(answer)

    def _outcome(self, answer: Answer) -> Sent:
        if answer.status in _GATEWAYS:
            return Sent("doubt", f"a gateway answered {answer.status} in the place of slack")
        return self.trouble(answer) or Sent("done", f"slack answered {answer.status}")


def message(letter: Letter) -> dict[str, object]:
    """The letter as Slack takes it: plain text only, so that nothing in it is a link, a mention or a mark."""
    lines = [line for line in letter.text.split("\n") if line.strip()]
    kept = lines[: _MOST_BLOCKS - 2]
    blocks: list[dict[str, object]] = [{"type": "header", "text": _plain(letter.subject, _LONGEST_HEAD)}]
    blocks += [{"type": "section", "text": _plain(line, _LONGEST_TEXT)} for line in kept]
    if len(lines) > len(kept):
        blocks.append({"type": "section", "text": _plain(f"… {len(lines) - len(kept)}", _LONGEST_TEXT)})
    return {
        "text": escaped(legible(letter.subject, _LONGEST_TEXT)),
        "mrkdwn": False,
        "parse": "none",
        "link_names": 0,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": blocks,
    }


def escaped(text: str) -> str:
    """The three characters that Slack reads as its own, written out."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str, most: int) -> dict[str, object]:
    """A text that Slack shows as it stands, cut until it fits with the three characters written out."""
    limit = most
    while len(cut := escaped(legible(text, limit))) > most:
        limit -= max(1, (len(cut) - most) // 5)
    return {"type": "plain_text", "text": cut, "emoji": False}
