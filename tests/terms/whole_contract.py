"""A contract that leaves nothing open, as data, and ways to change a part of it."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from makegood.terms.pack import Pack, PackVersion
from makegood.terms.read import parse

_CLAUSE = {"says": "As written in the contract.", "source": "own sample", "date": "2026-01-01", "status": "P"}
_ROWS = [
    {"range": {"at_least": 99.0, "below": 99.9}, "percent": 10, "clause": "credits"},
    {"range": {"at_least": 95.0, "below": 99.0}, "percent": 25, "clause": "credits"},
    {"range": {"below": 95.0}, "percent": 100, "clause": "credits"},
]
_PROMISE: dict[str, Any] = {
    "id": "uptime",
    "coverage": {"split": ["model"], "clause": "uptime"},
    "observer": {"by": "customer", "clause": "uptime"},
    "window": {"kind": "calendar_month", "zone": "UTC", "stated": True, "part": "own_length", "clause": "uptime"},
    "population": {
        "errors": {"statuses": [0, "500-599"], "clause": "uptime"},
        "left_out": {"statuses": ["400-499"], "clause": "uptime"},
        "recounts": [{"use": ["provisioned"], "statuses": [429], "counts_as": "error", "clause": "uptime"}],
        "repeats": {"within_minutes": 5, "clause": "uptime"},
    },
    "measure": {
        "name": "uptime_percent",
        "bucket_minutes": 1,
        "bucket_clause": "uptime",
        "empty": {"value": "perfect", "clause": "uptime"},
        "aggregation": {
            "kind": "good_time",
            "bad_when": {"error_rate": {"above": 5}, "clause": "uptime"},
            "run": {"at_least_minutes": 5, "counts": "whole", "clause": "uptime"},
            "clause": "uptime",
        },
    },
    "commitment": {"range": {"at_least": 99.9}, "clause": "uptime"},
    "remedy": {
        "form": "refund",
        "form_clause": "credits",
        "base": {"says": "the bill of the month of the failure", "clause": "credits"},
        "grant": {"kind": "tiers", "tiers": _ROWS},
        "caps": [{"sum": {"amount": 1000000, "currency": "USD"}, "per": "calendar month", "clause": "credits"}],
        "minimum": {"range": {"above": 1}, "currency": "USD", "clause": "credits"},
        "rounding": {"rule": "half_up", "clause": "credits"},
        "pay_by": {"id": "paid", "anchor": "window_end", "days": 30, "says": "Thirty days after the month."},
        "pay_by_clause": "credits",
    },
    "automatic": "credits",
    "duties": [
        {"item": "notice_of_failure", "of": "provider", "says": "Failures are told in an hour.", "clause": "uptime"},
        {
            "item": "back_off",
            "of": "customer",
            "says": "Retries back off.",
            "condition": {"fact": "backed_off", "is": True, "if_not_given": "holds", "clause": "uptime"},
            "clause": "uptime",
        },
    ],
    "exclusions": [
        {
            "id": "maintenance",
            "says": "planned work",
            "causes": ["maintenance"],
            "evidence": "the notice",
            "notice_hours": 72,
            "budget_minutes": 120,
            "budget_per": "window",
            "takes": "both",
            "clause": "uptime",
        }
    ],
}
_PACK: dict[str, Any] = {
    "terms": "whole",
    "title": "A whole contract",
    "provider": "Acme AI",
    "providers": ["acme"],
    "versions": [
        {
            "version": "1",
            "name": "Contract of 2026",
            "effective": {"from": "2026-01-01", "to": "2027-01-01"},
            "checked": "2026-01-01",
            "clauses": {"uptime": _CLAUSE, "credits": _CLAUSE, "unread": {**_CLAUSE, "status": "U"}},
            "facts": [
                {"name": "backed_off", "kind": "flag", "says": "whether retries backed off"},
                {"name": "spent", "kind": "money", "says": "what was spent"},
                {"name": "share", "kind": "number", "says": "the share affected"},
                {"name": "bought", "kind": "moment", "anchor": "purchase", "says": "when the balance was bought"},
            ],
            "promises": [_PROMISE],
            "stacking": {"rule": "each", "clause": "credits"},
            "prepaid": {
                "expires": [{"id": "a-year", "anchor": "purchase", "days": 365, "says": "365 days."}],
                "refundable": "unused",
                "says": "Balances expire after 365 days.",
                "clause": "credits",
            },
        }
    ],
}
VERSION: dict[str, Any] = _PACK["versions"][0]
CLAIM = {
    "to": "the help desk",
    "if_missing": "curable",
    "requires": [{"item": "logs", "says": "the logs", "clause": "credits"}],
    "clause": "credits",
}
DEADLINE: dict[str, Any] = {
    "counts": "sent",
    "clause": "credits",
    "readings": [{"id": "thirty", "anchor": "window_end", "days": 30, "used": True, "says": "After the month."}],
}
GONE = object()
Changes = dict[str, Any]


def data_of(changes: Changes | None = None) -> dict[str, Any]:
    """The whole contract with values put (or, with GONE, taken away) at paths such as "window.zone".

    A path starts in the promise, or with "version." in the version, or with "pack." in the pack.
    """
    data: dict[str, Any] = json.loads(json.dumps(_PACK))  # parts that are written once above are apart here
    for path, value in (changes or {}).items():
        head, _, rest = path.partition(".")
        path = rest if head in ("version", "pack") else path
        at: Any = data if head == "pack" else data["versions"][0]
        at = at if head in ("version", "pack") else at["promises"][0]
        *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        for part in parents:
            at = at[part]
        if value is GONE:
            del at[last]
        else:
            at[last] = deepcopy(value)
    return data


def changed(changes: Changes | None = None) -> Pack:
    """The whole contract, changed."""
    pack, faults = parse(json.dumps(data_of(changes), indent=1), "whole.yaml")
    assert pack is not None, [str(one) for one in faults]
    return pack


def version_of(changes: Changes | None = None) -> PackVersion:
    """Its first version."""
    pack = changed(changes)
    return PackVersion(pack, pack.versions[0])
