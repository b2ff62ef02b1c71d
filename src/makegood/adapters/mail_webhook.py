"""Channel: a notice's data posted to one address, signed as Standard Webhooks says, for those who tell customers."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx2
from standardwebhooks import Webhook

from makegood.adapters.http import Answer, Endpoint, Reach
from makegood.awards.parcel import Sent
from makegood.campaigns.notice import Letter, Notice
from makegood.errors import BadUse
from makegood.keys import canonical
from makegood.spans import iso

LEAST_SECRET_BYTES = 24  # by the specification
_PREFIX = "whsec_"
_ID = re.compile(r"[A-Za-z0-9_:-]{1,255}")
# Nothing of the letter left this machine.
NOT_HANDED = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.InvalidURL,
    httpx2.UnsupportedProtocol,
)
_GATEWAYS = (502, 504)  # what stands between does not know what the receiver did


class WebhookChannel(Endpoint):
    """Posts to `url`; `secret` is "whsec_" and base64. `webhook-id` is the same over every try."""

    def __init__(self, url: str, secret: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        parts = urlsplit(url)
        super().__init__("webhook", Reach(f"{parts.scheme}://{parts.netloc}"))
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._webhook, self._clock = signer(secret), clock

    def reaches(self, notice: Notice) -> bool:
        """Always: the receiver knows the accounts."""
        return bool(notice.account)

    def send(self, letter: Letter) -> Sent:
        """One try; without an answer, or with one from a gateway, nobody knows whether it arrived: `doubt`."""
        notice = letter.notice
        event = {"type": f"notice.{notice.kind}", "timestamp": iso(notice.date), "data": letter.data}
        body, at = canonical(event), self._clock().astimezone(UTC)
        headers = {
            "Content-Type": "application/json",
            "Connection": "close",  # a kept connection can be dead by the next letter, and that would look like doubt
            "webhook-id": id_of(notice),
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._webhook.sign(id_of(notice), at, body),
        }
        try:
            answer = self._asked("POST", self._path, {"content": body.encode(), "headers": headers})
        except (*NOT_HANDED, UnicodeError):
            return Sent("again", f"the webhook could not be reached at {self.host}")
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as fault:
            return Sent("doubt", f"the webhook gave no answer after the notice was sent ({type(fault).__name__})")
        return self._outcome(answer, notice)

    def _outcome(self, answer: Answer, notice: Notice) -> Sent:
        if answer.status in _GATEWAYS:
            return Sent("doubt", f"a gateway answered {answer.status} in the place of the webhook")
        return self.trouble(answer) or Sent("done", f"the webhook answered {answer.status}", remote=id_of(notice))


def id_of(notice: Notice) -> str:
    """The notice's id where a webhook can carry it, else a hash of it: a full stop would divide the signed text."""
    return notice.id if _ID.fullmatch(notice.id) else f"notice_{hashlib.sha256(notice.id.encode()).hexdigest()[:40]}"


def signer(secret: str) -> Webhook:
    """Signs with a secret of Standard Webhooks; raise BadUse for one that is none or too short, without showing it."""
    bare = secret.strip().removeprefix(_PREFIX).rstrip("=")
    try:
        raw = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except ValueError:
        raw = b""
    if len(raw) < LEAST_SECRET_BYTES:
        raise BadUse(f"the webhook's secret is {_PREFIX} and {LEAST_SECRET_BYTES} or more bytes in base64; make one.")
    return Webhook(raw)
