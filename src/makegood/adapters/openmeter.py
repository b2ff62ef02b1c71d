"""Noun: the outlet to OpenMeter; tokens and resets as entitlement grants, money as credit grants."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from makegood.adapters.body import moment_of, moment_text
from makegood.adapters.http import Endpoint, Reach
from makegood.adapters.shown import (
    POSTING,
    Shown,
    confirmed,
    minor_of,
    no_money,
    remote_of,
    seen_of,
    stands_after_all,
    taken_back,
    unit_shown,
    unsendable,
)
from makegood.awards.deliver import amount_text, signed
from makegood.awards.parcel import Parcel, Seen, Sent
from makegood.errors import Unreadable
from makegood.ledger.unit import SCALES, TOKENS, USAGE_RESETS

FEATURES = {TOKENS: TOKENS, USAGE_RESETS: USAGE_RESETS}
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_MOST_EXACT = 2**53  # amounts of entitlement grants are 64-bit floats there
_MOST_PERIODS = 1000
_PAGE, _MOST_PAGES = 100, 100
# These grants have no key: a try whose end is unknown may still arrive, so the next one waits for it.
_SETTLED = timedelta(minutes=2)
_HOUR, _DAY, _SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


def _clock() -> datetime:
    return datetime.now(UTC)


class OpenMeter:
    """POST and GET /api/v2/customers/{id}/entitlements/{feature}/grants, DELETE /api/v1/grants/{id} (in kind);
    POST and GET /api/v3/openmeter/customers/{ulid}/credits/grants (money)."""

    name = "openmeter"

    def __init__(
        self,
        key: str,
        reach: Reach,
        features: Mapping[str, str] | None = None,
        now: Callable[[], datetime] = _clock,
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._meter = Endpoint(
            "OpenMeter", Reach(reach.base, headers, reach.allow_http, reach.connect_s, reach.total_s)
        )
        self._features = dict(FEATURES if features is None else features)
        self._now = now

    def __repr__(self) -> str:
        return f"<{self.name}: {self._meter!r}>"

    def refuses(self, parcel: Parcel) -> str | None:
        """Units that have a feature there, and money for customers known by their ULID; no plan as scope."""
        fault = unsendable("OpenMeter", parcel)
        if fault:
            return fault
        if parcel.basis.plan:
            return "OpenMeter limits a grant to features, not to a plan; name the feature as product."
        return self._refuses_kind(parcel) if parcel.unit in SCALES else self._refuses_money(parcel)

    def _refuses_kind(self, parcel: Parcel) -> str | None:
        if parcel.unit not in self._features:
            return f"OpenMeter has no feature for {parcel.unit}; name one in OPENMETER_FEATURES."
        if parcel.amount > _MOST_EXACT:
            return "OpenMeter counts in 64-bit floats, which cannot hold this amount exactly; grant less."
        if not 1 <= parcel.basis.priority <= 255:
            return f"OpenMeter takes priorities 1 to 255, first the lowest; {parcel.basis.priority} is none of them."
        return None

    def _refuses_money(self, parcel: Parcel) -> str | None:
        fault = no_money("an OpenMeter credit grant", parcel)
        if fault:
            return fault
        if not _ULID.fullmatch(parcel.billing):
            return f"OpenMeter takes credits for a customer by the ULID that it gave; {parcel.account} has another id."
        if not 1 <= parcel.basis.priority <= 1000:
            return f"OpenMeter takes priorities 1 to 1000, first the lowest; {parcel.basis.priority} is none of them."
        if parcel.kind == "reversal":
            return "OpenMeter's public API does not void a credit grant; void it there by hand."
        return None

    def send(self, parcel: Parcel) -> Sent:
        """One grant, or the voiding of one."""
        fault = self.refuses(parcel)
        if fault:
            return Sent("refused", fault)
        if parcel.unit not in SCALES:
            return self._credit(parcel)
        return self._void(parcel) if parcel.kind == "reversal" else self._grant(parcel)

    def look(self, parcel: Parcel) -> Seen | None:
        """The grants that carry the id; of a reversal those that carry the id it takes back and are void."""
        if parcel.unit not in SCALES:
            return seen_of(self._readable(parcel, _credit_shown(parcel, one)) for one in self._credits(parcel))
        grants = self._grants(parcel)
        if parcel.kind == "award":
            return seen_of(shown for shown, _ in grants)
        void = seen_of(shown for shown, voided in grants if voided)
        return taken_back(void) if void else None

    def _grant(self, parcel: Parcel) -> Sent:
        now = self._now()
        basis = parcel.basis
        body: dict[str, Any] = {
            "amount": parcel.amount,
            "priority": basis.priority,
            "effectiveAt": moment_text(now.replace(second=0, microsecond=0)),
            "metadata": {POSTING: parcel.id},
        }
        if basis.expires:
            period = _period(moment_of(basis.expires) - now)
            if period is None:
                return Sent("refused", f"{parcel.id} expires at {basis.expires}: too late or too far for OpenMeter.")
            body["expiration"] = period
        answer = self._meter.ask("POST", self._path(parcel), json=body)
        trouble = self._meter.trouble(answer)
        if trouble:
            return _settling(trouble)
        shown = _grant_shown(parcel, answer.data)
        return confirmed("OpenMeter", parcel, shown) if shown else _settling(self._meter.unread(answer))

    def _void(self, parcel: Parcel) -> Sent:
        try:
            grants = self._grants(parcel)
        except Unreadable as fault:
            return Sent("again", str(fault))
        if not grants:
            return Sent("again", f"OpenMeter shows no grant for {parcel.reverses} yet; its reversal waits for it.")
        grant, voided = grants[0]
        if len(grants) > 1 or grant.amount != parcel.amount:
            there = amount_text(sum(one.amount for one, _ in grants), parcel.scale, grant.unit)
            return Sent("refused", f"OpenMeter voids a grant as a whole: {there} are there, {signed(parcel)} reversed.")
        if voided:
            return Sent("done", "It was void already.", grant.remote)
        answer = self._meter.ask("DELETE", f"/api/v1/grants/{quote(grant.remote, safe='')}")
        trouble = self._meter.trouble(answer)
        if trouble and trouble.outcome == "refused":
            return stands_after_all(self, parcel, trouble)
        return trouble or Sent("done", "", grant.remote)

    def _credit(self, parcel: Parcel) -> Sent:
        basis = parcel.basis
        body: dict[str, Any] = {
            "name": parcel.says[:256] or parcel.id,
            "funding_method": "none",
            "currency": parcel.unit,
            "amount": amount_text(parcel.amount, parcel.scale, "").strip(),
            "priority": basis.priority,
            "key": parcel.id,
        }
        if basis.product:
            body["filters"] = {"features": basis.product.split(",")}
        if basis.expires:
            left = -((self._now() - moment_of(basis.expires)) // _SECOND)
            if left <= 0:
                return Sent("refused", f"{parcel.id} expired at {basis.expires}, before it could be sent.")
            body["expires_after"] = f"PT{left}S"
        answer = self._meter.ask("POST", _credit_path(parcel), json=body)
        trouble = self._meter.trouble(answer)
        if trouble:
            return stands_after_all(self, parcel, trouble) if answer.status == 409 else trouble
        shown = _credit_shown(parcel, answer.data)
        return confirmed("OpenMeter", parcel, shown) if shown else self._meter.unread(answer)

    def _grants(self, parcel: Parcel) -> list[tuple[Shown, bool]]:
        posting = parcel.id if parcel.kind == "award" else parcel.reverses
        found = []
        for page in range(1, _MOST_PAGES + 1):
            asked = {"page": str(page), "pageSize": str(_PAGE), "includeDeleted": "true"}
            entries = self._listed(self._path(parcel), asked, "items")
            for entry in entries:
                if _posting(entry) == posting:
                    shown = self._readable(parcel, _grant_shown(parcel, entry))
                    found.append((shown, entry.get("voidedAt") is not None))
            if len(entries) < _PAGE:
                return found
        raise Unreadable("OpenMeter has a list that does not end; nothing is known of what stands there.")

    def _credits(self, parcel: Parcel) -> list[Mapping[str, Any]]:
        asked = {"filter[key][eq]": parcel.id, "page[size]": str(_PAGE)}
        return [one for one in self._listed(_credit_path(parcel), asked, "data") if one.get("key") == parcel.id]

    def _listed(self, path: str, asked: Mapping[str, str], root: str) -> list[Mapping[str, Any]]:
        data = self._meter.read(path, asked)
        entries = [] if data is None else data.get(root) if isinstance(data, Mapping) else None
        if not isinstance(entries, list) or not all(isinstance(one, Mapping) for one in entries):
            raise Unreadable("OpenMeter answered with something other than a list; nothing is known of it.")
        return entries

    def _readable(self, parcel: Parcel, shown: Shown | None) -> Shown:
        if shown is None:
            raise Unreadable(f"OpenMeter shows {parcel.id} with an amount that cannot be read; look at it there.")
        return shown

    def _path(self, parcel: Parcel) -> str:
        feature = parcel.basis.product or self._features[parcel.unit]
        return f"/api/v2/customers/{quote(parcel.billing, safe='')}/entitlements/{quote(feature, safe='')}/grants"


def _credit_path(parcel: Parcel) -> str:
    return f"/api/v3/openmeter/customers/{quote(parcel.billing, safe='')}/credits/grants"


def _settling(sent: Sent) -> Sent:
    if sent.outcome != "again":
        return sent
    return Sent(sent.outcome, sent.said, sent.remote, max(sent.after or _SETTLED, _SETTLED))


def _period(left: timedelta) -> dict[str, Any] | None:
    """The expiry as a count of hours, or of days where those are too many, never shorter than asked."""
    for name, length in (("HOUR", _HOUR), ("DAY", _DAY)):
        count = -(-left // length)
        if 0 < count <= _MOST_PERIODS:
            return {"duration": name, "count": count}
    return None


def _posting(entry: Mapping[str, Any]) -> str:
    metadata = entry.get("metadata")
    found = metadata.get(POSTING) if isinstance(metadata, Mapping) else None
    return found if isinstance(found, str) else ""


def _grant_shown(parcel: Parcel, entry: Any) -> Shown | None:
    """A grant names its entitlement, not its customer or unit; those are in the path that was asked."""
    amount = minor_of(entry.get("amount"), parcel.scale) if isinstance(entry, Mapping) else None
    if amount is None or not isinstance(entry.get("id"), str):
        return None
    return Shown(remote_of(entry["id"]), _posting(entry), parcel.billing, parcel.unit, amount)


def _credit_shown(parcel: Parcel, entry: Any) -> Shown | None:
    amount = minor_of(entry.get("amount"), parcel.scale) if isinstance(entry, Mapping) else None
    key = entry.get("key") if isinstance(entry, Mapping) else None
    if amount is None or not isinstance(entry.get("id"), str) or not isinstance(key, str):
        return None
    return Shown(remote_of(entry["id"]), key, parcel.billing, unit_shown(entry.get("currency")), amount)
