"""Read a published assessment: its causes and hits, or one sentence that says where it is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from makegood.campaigns.cause import Cause
from makegood.campaigns.names import fault_of_name, fault_of_text, quotable
from makegood.campaigns.strict_json import Wrong, bounded, count, kind, member, objects, parse_strictly, shown
from makegood.errors import BadMoney, BadPeriod, BadUse, Unreadable
from makegood.losses.hit import Hit
from makegood.losses.seal import SCHEMA, assessment_hash
from makegood.money import check_currency
from makegood.records.scope import Scope
from makegood.records.tally import Quarantined
from makegood.spans import Span, moment

INCIDENT = "incident"  # the kind of every cause that an assessment tells of
MOST_BYTES = 2 * 1024**3
LONGEST_OF_LOG = 1024  # characters of a provider, service, model or region; a log holds no longer ones
_NAME = re.compile(r"INC-[1-9][0-9]{0,8}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?Z")
_AMOUNT = re.compile(r"[0-9]{1,24}(\.[0-9]{1,18})?")
_NEEDED = ("incidents", "waste", "accounts", "readings", "verdicts", "overbilling", "hash")
_AGAIN = "run `makegood assess` again and import the assessment.json that it writes"


@dataclass(frozen=True)
class Told:
    """What an assessment tells: causes without an id yet, hits that name them by `told_as`, the period looked at.

    `quarantined` are the hits of accounts whose name the book cannot hold. The period is what the file says of itself,
    outside of what its hash covers.
    """

    causes: tuple[Cause, ...]
    hits: tuple[Hit, ...]
    period: Span | None
    hash: str
    notes: tuple[str, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()


def parse_assessment(raw: bytes, source: str) -> object:
    """The JSON of a file named `source`; raise Unreadable where it is none, or repeats a key of an object."""
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"{source}: larger than {MOST_BYTES // 1024**3} GiB; assess a shorter period.")
    try:
        return parse_strictly(raw)
    except Wrong as fault:
        raise Unreadable(f"{source}: {fault}; {_AGAIN}.") from fault


def read_assessment(data: object, source: str) -> Told:
    """Causes and hits of parsed JSON; raise BadUse naming the file, the place and what to do.

    The hash shows that nothing was changed by accident; it is no signature, so every value is checked all the same.
    """
    try:
        return _told(_sealed(data, source), source)
    except Wrong as fault:
        raise BadUse(f"{source}: {fault}; {_AGAIN}.") from fault


def _sealed(data: object, source: str) -> dict[str, Any]:
    """The assessment as an object of the right schema, bounded, complete and as it was made."""
    if not isinstance(data, dict):
        raise Wrong(f"it is not a JSON object but {kind(data)}, and so no assessment")
    if data.get("schema") != SCHEMA:
        raise Wrong(f"its schema is {shown(data.get('schema'))} and not '{SCHEMA}'")
    bounded(data)
    missing = next((name for name in _NEEDED if name not in data), None)
    if missing:
        raise Wrong(f"the field '{missing}' is missing")
    count(member(data, "", "rows", dict), "rows", "used")
    for place, one in objects(data, "", "incidents"):
        list(objects(one, place, "bulletins"))
    if data["hash"] != assessment_hash(data):
        raise BadUse(f"{source} was changed after it was made: its content does not fit its hash; {_AGAIN}.")
    if "hits" not in data:
        raise BadUse(f"{source} was made by an older version, which did not yet tell who met which incident; {_AGAIN}.")
    return data


def _told(data: dict[str, Any], source: str) -> Told:
    causes: dict[str, Cause] = {}
    for place, one in objects(data, "", "incidents"):
        cause = _cause(one, place, data["hash"])
        if cause.told_as in causes:
            raise Wrong(f"{place}.id is {cause.told_as}, which stands there already")
        causes[cause.told_as] = cause
    hits: dict[tuple[str, str], Hit] = {}
    for place, one in objects(data, "", "hits"):
        hit = _hit(one, place)
        if hit.cause not in causes:
            raise Wrong(f"{place}.cause is {hit.cause}, and no incident is called so")
        if (hit.cause, hit.account) in hits:
            raise Wrong(f"{place} is a second hit of {quotable(hit.account)} by {hit.cause}")
        hits[hit.cause, hit.account] = hit
    met = _agreeing(data["incidents"], hits)
    order = {name: number for number, name in enumerate(causes)}
    refused = {key: why for key in hits if (why := fault_of_name(key[1]))}
    kept = (hit for key, hit in hits.items() if key not in refused)
    return Told(
        causes=tuple(causes.values()),
        hits=tuple(sorted(kept, key=lambda hit: (order[hit.cause], hit.account))),
        period=_period(data),
        hash=data["hash"],
        notes=_notes(causes, met),
        quarantined=tuple(
            Quarantined(source, 0, f"the account {quotable(account)} hit by {cause} {why}")
            for (cause, account), why in refused.items()
        ),
    )


def _cause(one: dict[str, Any], place: str, assessment: str) -> Cause:
    scope = member(one, place, "scope", dict)
    fields = [_scope_field(scope, f"{place}.scope", name) for name in ("provider", "service", "model", "region")]
    return Cause("", INCIDENT, _span(one, place), Scope(*fields), _incident_name(one, place, "id"), assessment)


def _scope_field(scope: dict[str, Any], place: str, name: str) -> str | None:
    if name not in scope or scope[name] is None:
        return None
    text: str = member(scope, place, name, str)
    why = fault_of_text(text, LONGEST_OF_LOG)
    if why:
        raise Wrong(f"{place}.{name} {why}")
    return text


def _hit(one: dict[str, Any], place: str) -> Hit:
    attempts, faults, tokens = (count(one, place, name) for name in ("attempts", "faults", "tokens"))
    if faults > attempts:
        raise Wrong(f"{place}.faults is {faults}, more than the {attempts} attempts of which they are a part")
    wasted = member(one, place, "wasted", dict)
    amounts = tuple(sorted(_amount(wasted, f"{place}.wasted", code) for code in wasted))
    account = str(member(one, place, "account", str))
    return Hit(account, _incident_name(one, place, "cause"), attempts, faults, tokens, amounts)


def _amount(wasted: dict[str, Any], place: str, code: str) -> tuple[str, Decimal]:
    text = wasted[code]
    if not _is_currency(code):
        raise Wrong(f"{place} names the currency {quotable(code)}, which ISO 4217 does not know")
    if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
        raise Wrong(f'{place}.{code} is {shown(text)}, not a decimal as text such as "0.12"')
    return code, Decimal(text)


@lru_cache(maxsize=1024)
def _is_currency(code: str) -> bool:
    try:
        return check_currency(code) == code
    except BadMoney:
        return False


def _agreeing(incidents: list[dict[str, Any]], hits: dict[tuple[str, str], Hit]) -> set[str]:
    """The names of the incidents that were met; each one's faults and accounts are those of its hits."""
    sums: dict[str, tuple[int, int]] = {}
    for (cause, _), hit in hits.items():
        faults, accounts = sums.get(cause, (0, 0))
        sums[cause] = (faults + hit.faults, accounts + 1)
    for number, one in enumerate(incidents):
        place = f"incidents[{number}]"
        told = (count(one, place, "faults"), count(one, place, "accounts"))
        found = sums.get(one["id"], (0, 0))
        if told != found:
            raise Wrong(
                f"{place} tells of {told[0]} faults and {told[1]} accounts, "
                f"and the hits by {one['id']} of {found[0]} and {found[1]}"
            )
    return set(sums)


def _notes(causes: dict[str, Cause], met: set[str]) -> tuple[str, ...]:
    if not causes:
        return ("There is no incident in this assessment, and so nobody was hit.",)
    idle = [name for name in causes if name not in met]
    if not idle:
        return ()
    named = ", ".join(idle[:10]) + (f" and {len(idle) - 10} more" if len(idle) > 10 else "")
    return (f"Nobody in the log met a failure in {named}.",)


def _period(data: dict[str, Any]) -> Span | None:
    params = member(data, "", "params", dict)
    if params.get("period") is None:
        return None
    return _span(member(params, "params", "period", dict), "params.period")


def _span(one: dict[str, Any], place: str) -> Span:
    start, end = (_time(one, place, name) for name in ("start", "end"))
    if end < start:
        raise Wrong(f"{place} ends before it starts")
    return Span(start, end)


def _time(one: dict[str, Any], place: str, name: str) -> Any:
    text = str(member(one, place, name, str))
    if _TIME.fullmatch(text):
        try:
            return moment(text)
        except BadPeriod:
            pass
    raise Wrong(f"{place}.{name} is {shown(text)}, not a time in UTC such as 2026-02-01T00:00:00Z")


def _incident_name(one: dict[str, Any], place: str, name: str) -> str:
    text = str(member(one, place, name, str))
    if not _NAME.fullmatch(text):
        raise Wrong(f"{place}.{name} is {shown(text)}, not the name of an incident such as INC-1")
    return text
