"""Noun: an endpoint; one HTTP API with its time-outs, its key and what its answers mean for a parcel."""

from __future__ import annotations

import json
import logging
import re
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2

from makegood.awards.parcel import Sent
from makegood.errors import BadUse, Unreadable
from makegood.records.config.loopback import is_loopback

MOST_BYTES = 4 * 1024 * 1024
_LONGEST_AFTER_S = 24 * 3600
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,79}")
# The answer says nothing of the parcel: mend the key, wait, or come back.
_KEY_REFUSED, _PASSING = (401, 403), (408, 409, 425, 429)
# At INFO the library writes every address it calls, and an address can hold a token.
logging.getLogger("httpx2").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Reach:
    """Where an API is and how to enter: `headers` hold the key; plain http is for loopback or where `allow_http`."""

    base: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    allow_http: bool = False
    connect_s: float = 5
    total_s: float = 30


@dataclass(frozen=True)
class Answer:
    """What came back: `status` 0 where nothing did, `data` None where the body is no JSON; `said` why in both cases."""

    status: int
    data: Any = None
    code: str = ""
    after: timedelta | None = None
    said: str = ""

    @property
    def ok(self) -> bool:
        """Was it taken?"""
        return 200 <= self.status < 300


class Endpoint:
    """One HTTP API under the name that sentences call it by; safe for several threads."""

    def __init__(self, name: str, reach: Reach) -> None:
        self.name = name
        self.host = _checked(name, reach)
        self._base = reach.base.rstrip("/")
        self._total_s = reach.total_s
        self._client = httpx2.Client(
            headers={"User-Agent": "makegood", "Accept-Encoding": "identity", **reach.headers},
            timeout=httpx2.Timeout(reach.total_s, connect=min(reach.connect_s, reach.total_s)),
            follow_redirects=False,
            # a proxy of the environment is no way to this machine itself
            trust_env=not is_loopback(urlsplit(reach.base).hostname or ""),
        )
        weakref.finalize(self, self._client.close)

    def __repr__(self) -> str:
        return f"<{self.name} at {self.host}>"

    def ask(self, method: str, path: str, **request: Any) -> Answer:
        """One request, with `params`, `data` (a form), `json`, `content` and `headers` as httpx2 takes them."""
        try:
            return self._asked(method, path, request)
        except httpx2.ConnectError:
            return Answer(0, said=f"{self.name} could not be reached at {self.host}.")
        except httpx2.TimeoutException:
            return Answer(0, said=f"{self.name} did not answer in time.")
        except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, OSError):
            return Answer(0, said=f"{self.name} broke the connection or its answer.")

    def _asked(self, method: str, path: str, request: Mapping[str, Any]) -> Answer:
        until = time.monotonic() + self._total_s
        with self._client.stream(method, self._base + path, **request) as response:
            body = bytearray()
            for piece in response.iter_raw():
                body += piece
                if len(body) > MOST_BYTES:
                    return self._unread(response, "is longer than 4 MiB")
                if time.monotonic() > until:
                    raise httpx2.ReadTimeout("over the total time")
            encoded = response.headers.get("content-encoding", "identity").lower()
            if encoded not in ("", "identity"):
                return self._unread(response, "is compressed, which was not asked for")
        try:
            data = json.loads(bytes(body), parse_float=Decimal, parse_constant=_no_number) if body else None
        except (ValueError, RecursionError):
            return self._unread(response, "is not JSON")
        return Answer(response.status_code, data, code_of(data), after_of(response.headers.get("retry-after", "")))

    def _unread(self, response: httpx2.Response, why: str) -> Answer:
        said = f"{self.name} answered {response.status_code} with a body that {why}."
        return Answer(response.status_code, after=after_of(response.headers.get("retry-after", "")), said=said)

    def trouble(self, answer: Answer) -> Sent | None:
        """What a failed request means for its parcel; None where it was taken."""
        if answer.ok:
            return None
        if answer.status == 0:
            return Sent("again", answer.said)
        told = f"{self.name} answered {answer.status}{f' ({answer.code})' if answer.code else ''}"
        if answer.status in _KEY_REFUSED:
            return Sent("again", f"{told}: it does not take the key or what the key may do; mend it.", "", answer.after)
        if answer.status in _PASSING or answer.status >= 500:
            return Sent("again", f"{told}; it is tried again.", "", answer.after)
        if answer.status < 400:
            return Sent("refused", f"{told}, which sends elsewhere or on; set the address that it points to.")
        return Sent("refused", f"{told}.")

    def unread(self, answer: Answer) -> Sent:
        """The outcome where it was taken but the body does not show what: it is looked for before the next try."""
        said = answer.said or f"{self.name} answered {answer.status} with a body that does not show what it kept."
        return Sent("again", f"{said} It is read back before it is tried again.")

    def read(self, path: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None) -> Any:
        """What a GET shows as JSON, None for a 404 that names a missing thing; raise Unreadable without such answer."""
        answer = self.ask("GET", path, params=params, headers=headers)
        if answer.status == 404 and (answer.code or isinstance(answer.data, dict)):
            return None
        if not answer.ok or answer.data is None:
            said = answer.said or f"{self.name} answered {answer.status} when it was read back."
            raise Unreadable(f"{said} Nothing is known of what stands there; try again later.")
        return answer.data


def code_of(data: Any) -> str:
    """The API's own code of an error, never its free text: of Stripe, Lago (with its fields) or a problem document."""
    if not isinstance(data, dict):
        return ""
    error = data.get("error")
    if isinstance(error, dict):
        return _code(error.get("code")) or _code(error.get("type"))
    details = data.get("error_details")
    if isinstance(details, dict):
        codes = [f"{field} {_first(found)}" for field, found in details.items() if _code(field) and _first(found)]
        if codes:
            return ", ".join(sorted(codes)[:3])
    extensions = data.get("extensions")
    found = extensions.get("validationErrors") if isinstance(extensions, dict) else None
    if isinstance(found, list) and found and isinstance(found[0], dict):
        return _code(found[0].get("code"))
    return _code(data.get("code")) or _code(data.get("title"))


def after_of(text: str) -> timedelta | None:
    """The wait that a Retry-After asks for, in seconds or as a date, between none and a day."""
    if text.strip().isdecimal() and len(text.strip()) < 12:
        return timedelta(seconds=min(int(text), _LONGEST_AFTER_S))
    try:
        wait = parsedate_to_datetime(text) - datetime.now(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return max(timedelta(), min(wait, timedelta(seconds=_LONGEST_AFTER_S)))


def _code(value: Any) -> str:
    return value if isinstance(value, str) and _CODE.fullmatch(value) else ""


def _first(value: Any) -> str:
    return _code(value[0] if isinstance(value, list) and value else value)


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _checked(name: str, reach: Reach) -> str:
    parts = urlsplit(reach.base)
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\x00-\x20]", reach.base):
        raise BadUse(f"the address of {name} cannot be read; write it like https://billing.example.com.")
    if parts.username or parts.password or parts.fragment:
        raise BadUse(f"the address of {name} holds a name, a password or a fragment; give keys by the environment.")
    if parts.scheme == "http" and not (reach.allow_http or is_loopback(host)):
        raise BadUse(f"the address of {name} is not https; use https, or set OUTLET_ALLOW_HTTP=1 on a closed network.")
    return host if port is None else f"{host}:{port}"
