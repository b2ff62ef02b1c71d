"""A made status page in Statuspage's shape, to be edited step by step as its keeper would."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime
from typing import Any

URL = "https://status.acme.test/api/v2/incidents.json"


def incident(name: str, start: str, *updates: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    """An incident with (time, status, text) updates, oldest first; closed where the last one says resolved."""
    told = [
        {"status": status, "body": text, "display_at": at, "affected_components": None} for at, status, text in updates
    ]
    status = updates[-1][1] if updates else "investigating"
    return {
        "id": name,
        "name": more.pop("title", f"Elevated errors ({name})"),
        "status": status,
        "impact": more.pop("impact", "major"),
        "created_at": start,
        "started_at": start,
        "resolved_at": updates[-1][0] if status == "resolved" else None,
        "updated_at": updates[-1][0] if updates else start,
        "shortlink": f"https://status.acme.test/{name}",
        "incident_updates": list(reversed(told)),
        "components": [{"id": "api", "name": "API"}],
        **more,
    }


def page(*incidents: dict[str, Any], name: str = "Acme") -> bytes:
    """The bytes of a page that lists these incidents, the latest first."""
    return json.dumps(
        {"page": {"id": "p1", "name": name, "url": "https://status.acme.test"}, "incidents": incidents}
    ).encode()


def edited(one: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A copy of an incident with other fields."""
    return {**deepcopy(one), **fields}


def at(text: str) -> datetime:
    """A moment of the made day, such as "09:30"."""
    return datetime.fromisoformat(f"2026-11-22T{text}{':00' if len(text) == 5 else ''}+00:00")


def iso(text: str) -> str:
    """The same as a page writes it."""
    return at(text).isoformat().replace("+00:00", "Z")


OLD = incident("old1", "2026-11-01T00:00:00Z", ("2026-11-01T01:00:00Z", "resolved", "Fixed."))
