"""Verb: an outlet from one setting such as `stripe-grants:`; keys come from the environment, never from the setting."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from makegood.adapters.file import FileOutlet
from makegood.adapters.http import Reach
from makegood.adapters.lago import Lago
from makegood.adapters.openmeter import FEATURES, OpenMeter
from makegood.adapters.stripe import ADDRESS
from makegood.adapters.stripe_balance import StripeBalance
from makegood.adapters.stripe_grants import StripeGrants
from makegood.adapters.webhook import WebhookOutlet
from makegood.awards.parcel import Outlet
from makegood.errors import BadUse
from makegood.ledger.unit import SCALES
from makegood.records.config.secret import secret_of

_KEY = re.compile(r"[\x21-\x7e]{1,2000}")
_YES, _NO = ("1", "true", "yes"), ("", "0", "false", "no")
_FEATURE = re.compile(r"[a-z0-9][a-z0-9_\-]{0,63}")


def outlet_of(text: str, environment: Mapping[str, str]) -> Outlet:
    """The outlet that a setting names; raise BadUse where the setting or a key of the environment cannot be right."""
    name, colon, rest = text.strip().partition(":")
    made = _OUTLETS.get(name)
    if not colon or made is None:
        raise BadUse(f"'{name[:40]}' is no outlet; write one of {', '.join(f'{one}:' for one in _OUTLETS)}.")
    return made(rest.strip(), environment)


def secret(name: str, environment: Mapping[str, str]) -> str:
    """The value of NAME, or what the file in NAME_FILE holds; empty where neither is set."""
    value = secret_of(name, environment).strip()
    if value and not all(_KEY.fullmatch(one) for one in value.split(" ")):
        raise BadUse(f"{name} holds characters that no key has; it is one line of visible ASCII.")
    return value


def _needed(name: str, environment: Mapping[str, str]) -> str:
    value = secret(name, environment)
    if not value or " " in value:
        raise BadUse(f"this outlet needs its key; set {name} or {name}_FILE to one.")
    return value


def _reach(address: str, environment: Mapping[str, str]) -> Reach:
    allow = environment.get("OUTLET_ALLOW_HTTP", "").strip().lower()
    if allow not in (*_YES, *_NO):
        raise BadUse("OUTLET_ALLOW_HTTP is 1 to let plain http out, or empty.")
    return Reach(address, allow_http=allow in _YES)


def _file(rest: str, _: Mapping[str, str]) -> Outlet:
    if not rest:
        raise BadUse("the file outlet needs a path; write it like file:credits.jsonl.")
    path = Path(rest)
    if path.is_dir() or not path.parent.is_dir():
        raise BadUse(f"'{rest}' is not a file in a folder that exists; make the folder first.")
    return FileOutlet(path)


def _stripe_balance(rest: str, environment: Mapping[str, str]) -> Outlet:
    return StripeBalance(_needed("STRIPE_API_KEY", environment), _reach(rest or ADDRESS, environment))


def _stripe_grants(rest: str, environment: Mapping[str, str]) -> Outlet:
    return StripeGrants(_needed("STRIPE_API_KEY", environment), _reach(rest or ADDRESS, environment))


def _lago(rest: str, environment: Mapping[str, str]) -> Outlet:
    return Lago(_needed("LAGO_API_KEY", environment), _reach(rest, environment))


def _openmeter(rest: str, environment: Mapping[str, str]) -> Outlet:
    key = secret("OPENMETER_API_KEY", environment)  # one's own installation may have none
    return OpenMeter(key, _reach(rest, environment), _features(environment.get("OPENMETER_FEATURES", "")))


def _features(text: str) -> Mapping[str, str]:
    found = dict(FEATURES)
    for part in filter(None, (one.strip() for one in text.split(","))):
        unit, _, feature = part.partition("=")
        if unit not in SCALES or not _FEATURE.fullmatch(feature):
            raise BadUse(f"OPENMETER_FEATURES: '{part[:60]}' is not unit=feature, with a unit of {', '.join(SCALES)}.")
        found[unit] = feature
    return found


def _webhook(rest: str, environment: Mapping[str, str]) -> Outlet:
    secrets = [one for one in secret("WEBHOOK_SECRET", environment).split(" ") if one]
    shelf = environment.get("WEBHOOK_READ_BACK_URL", "").strip()
    return WebhookOutlet(secrets, _reach(rest, environment), _reach(shelf, environment) if shelf else None)


_OUTLETS: dict[str, Callable[[str, Mapping[str, str]], Outlet]] = {
    "file": _file,
    "stripe-balance": _stripe_balance,
    "stripe-grants": _stripe_grants,
    "lago": _lago,
    "openmeter": _openmeter,
    "webhook": _webhook,
}
