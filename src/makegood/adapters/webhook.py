"""Noun: the outlet to any receiver; a webhook signed by the Standard Webhooks specification 1.0.0."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from standardwebhooks import Webhook

from makegood.adapters.body import TYPES, json_bytes, moment_text, parcel_data
from makegood.adapters.http import Endpoint, Reach
from makegood.adapters.shown import minor_of, remote_of
from makegood.awards.parcel import Parcel, Seen, Sent
from makegood.errors import BadUse, NoReadBack, Unreadable
from makegood.ledger.unit import SCALES

_LEAST_SECRET, _MOST_SECRET = 24, 64  # bytes, as the specification asks
_ID = re.compile(r"[A-Za-z0-9_\-:]{1,255}")
_UNIT = re.compile(r"[A-Z]{3}")


def _clock() -> datetime:
    return datetime.now(UTC)


class WebhookOutlet:
    """POST of the parcel; GET {read_back}/{id} where the receiver shows what it kept, signed the same way."""

    name = "webhook"

    def __init__(
        self,
        secrets: Sequence[str],
        reach: Reach,
        read_back: Reach | None = None,
        now: Callable[[], datetime] = _clock,
    ) -> None:
        self._signers = [_signer(secret) for secret in secrets]
        if not self._signers:
            raise BadUse("a webhook is signed; set WEBHOOK_SECRET to a secret of the form whsec_...")
        self._receiver = Endpoint("the webhook's receiver", reach)
        self._shelf = Endpoint("the webhook's receiver", read_back) if read_back else None
        self._now = now

    def __repr__(self) -> str:
        return f"<{self.name}: {self._receiver!r}>"

    def refuses(self, parcel: Parcel) -> str | None:
        """Any unit; the id may hold no full stop, which is what divides the signed text."""
        if not _ID.fullmatch(parcel.id):
            return "a webhook's id has letters, digits, '_', '-' and ':' only; the posting's id has others."
        if parcel.kind not in TYPES:
            return f"a parcel of kind '{parcel.kind}' moves nothing at a receiver; send awards and reversals."
        return None

    def send(self, parcel: Parcel) -> Sent:
        """One delivery; every 2xx is a success, whatever the body."""
        fault = self.refuses(parcel)
        if fault:
            return Sent("refused", fault)
        data = parcel_data(parcel)
        event = {"type": data.pop("type"), "timestamp": moment_text(parcel.at), "data": data}
        body = json_bytes(event)
        headers = {"Content-Type": "application/json", **self._signed(parcel.id, body.decode())}
        answer = self._receiver.ask("POST", "", content=body, headers=headers)
        trouble = self._receiver.trouble(answer)
        return trouble or Sent("done", "", parcel.id)

    def look(self, parcel: Parcel) -> Seen | None:
        """What the receiver shows under the id; raise NoReadBack where it was not set up to show anything."""
        if self._shelf is None:
            raise NoReadBack("The webhook's receiver cannot be read back; set WEBHOOK_READ_BACK_URL, or ask it.")
        answer = self._shelf.ask("GET", f"/{quote(parcel.id, safe='')}", headers=self._signed(parcel.id, ""))
        if answer.status == 404:
            return None
        if not answer.ok:
            said = answer.said or f"{self._shelf.name} answered {answer.status} when it was read back."
            raise Unreadable(f"{said} Nothing is known of what stands there; try again later.")
        seen = _seen(answer.data, parcel)
        if seen is None:
            raise Unreadable("The webhook's receiver shows something that is no amount of a unit; look at it there.")
        return seen

    def _signed(self, identity: str, body: str) -> dict[str, str]:
        now = self._now()
        signatures = " ".join(one.sign(msg_id=identity, timestamp=now, data=body) for one in self._signers)
        return {"webhook-id": identity, "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signatures}


def _signer(secret: str) -> Webhook:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_") + "==", validate=False)
    except (binascii.Error, ValueError):
        key = b""
    if not _LEAST_SECRET <= len(key) <= _MOST_SECRET:
        raise BadUse(
            "a webhook's secret is whsec_ and 24 to 64 bytes in base64; make one with `openssl rand -base64 32`."
        )
    return Webhook(key)


def _seen(data: Any, parcel: Parcel) -> Seen | None:
    if not isinstance(data, Mapping) or data.get("id") != parcel.id:
        return None
    unit, times = data.get("unit"), data.get("times", 1)
    amount = minor_of(data.get("amount"), parcel.scale) if isinstance(data.get("amount"), str) else None
    if amount is None or not isinstance(unit, str) or not (_UNIT.fullmatch(unit) or unit in SCALES):
        return None
    if isinstance(times, bool) or not isinstance(times, int) or times < 1:
        return None
    return Seen(remote_of(data.get("remote")) or parcel.id, unit, amount, times)
