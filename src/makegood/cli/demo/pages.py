"""Pages: what the providers' status pages say of the made month, right, late, too much and not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from makegood.cli.demo.world import END, PLANS, START, VERTEX, Plan


@dataclass(frozen=True)
class Page:
    """A provider's page: the file it is written to, its name, address and the component that stands for its API."""

    file: str
    name: str
    url: str
    component: str


PAGES = {
    "openai": Page("bulletins.json", "OpenAI (made up)", "https://status.openai.example", "API"),
    "anthropic": Page(
        "bulletins-anthropic.json", "Anthropic (made up)", "https://status.anthropic.example", "Claude API"
    ),
    VERTEX: Page("bulletins-google.json", "Google Vertex AI (made up)", "https://status.google.example", "Gemini API"),
}


@dataclass(frozen=True)
class Told:
    """An incident as the page tells it: span, title, what it says when it opens and when it is over."""

    component: str
    start: datetime
    end: datetime
    title: str
    opening: str
    closing: str
    status: str = "partial_outage"
    impact: str = "major"


def _at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=UTC)


# Nothing in the log stands behind the first of openai's; the others are about something else than the API's answers.
TOLD = {
    "openai": (
        Told(
            "API",
            _at(19, 9, 10),
            _at(19, 9, 55),
            "Elevated errors on API requests",
            "We are looking into reports of failing API requests.",
            "The cause was found and removed; requests succeed again.",
        ),
        Told(
            "ChatGPT",
            _at(24, 15, 2),
            _at(24, 16, 20),
            "Some users cannot log in to ChatGPT",
            "Logging in fails for a part of our users.",
            "Logging in works again.",
        ),
    ),
    "anthropic": (
        Told(
            "Console",
            _at(3, 10, 15),
            _at(3, 11, 0),
            "Sign-in to the Console is slow",
            "Signing in to the Console takes long.",
            "Signing in is as fast as usual.",
            "degraded_performance",
            "minor",
        ),
    ),
    VERTEX: (
        Told(
            "Billing reports",
            _at(4, 11, 40),
            _at(4, 14, 5),
            "Billing reports are delayed",
            "Costs appear in billing reports with a delay of some hours.",
            "Billing reports are up to date.",
            "degraded_performance",
            "minor",
        ),
    ),
}


def page_of(provider: str) -> dict[str, Any]:
    """The page's answer in the shape of Statuspage v2 `incidents.json`, newest incident first."""
    page = PAGES[provider]
    told = [
        _before(page),
        *TOLD[provider],
        *(one for plan in PLANS if plan.scope.provider == provider for one in _of_plan(plan)),
    ]
    told.sort(key=lambda one: one.start, reverse=True)
    return {
        "page": {
            "id": _code(page.name),
            "name": page.name,
            "url": page.url,
            "time_zone": "Etc/UTC",
            "updated_at": _stamp(END),
        },
        "incidents": [_incident(page, one) for one in told],
    }


def _before(page: Page) -> Told:
    """The incident before the month: a page speaks only for the time since the oldest one that it lists."""
    return Told(
        page.component,
        START - timedelta(days=6, hours=9),
        START - timedelta(days=6, hours=8),
        f"{page.component} is slow",
        "Answers take longer than usual.",
        "Answers come as fast as usual.",
        "degraded_performance",
        "minor",
    )


def opened(plan: Plan) -> datetime | None:
    """When the page began to tell of a planted failure; None when it never did."""
    return None if plan.page_minutes is None else plan.span.start + timedelta(minutes=plan.page_minutes)


def _of_plan(plan: Plan) -> Sequence[Told]:
    start = opened(plan)
    if start is None:
        return ()
    total = plan.ppm >= 1_000_000
    share = "all" if total else "a part of"
    window = f"Between {plan.span.start:%H:%M} and {plan.span.end:%H:%M} UTC {share} the requests to our API failed."
    return (
        Told(
            PAGES[plan.scope.provider or ""].component,
            start,
            plan.span.end + timedelta(minutes=9 if total else 21),
            "Requests to the API fail" if total else "Elevated error rates across the API",
            f"We see that {share} the requests to our API fail and look for the cause.",
            f"{window} This is resolved.",
            "major_outage" if total else "partial_outage",
            "critical" if total else "major",
        ),
    )


def _incident(page: Page, told: Told) -> dict[str, Any]:
    code = _code(f"{told.title} {told.start}")
    steps = (("resolved", told.closing, told.end), ("investigating", told.opening, told.start))
    states = (("operational", told.status), (told.status, "operational"))
    return {
        "id": code,
        "name": told.title,
        "status": "resolved",
        "impact": told.impact,
        "created_at": _stamp(told.start),
        "started_at": _stamp(told.start),
        "monitoring_at": None,
        "resolved_at": _stamp(told.end),
        "updated_at": _stamp(told.end),
        "shortlink": f"{page.url}/incidents/{code}",
        "incident_updates": [
            {
                "id": _code(f"{code} {status}"),
                "status": status,
                "body": body,
                "created_at": _stamp(when),
                "display_at": _stamp(when),
                "affected_components": [
                    {"code": _code(told.component), "name": told.component, "old_status": old, "new_status": new}
                ],
            }
            for (status, body, when), (new, old) in zip(steps, states, strict=True)
        ],
        "components": [{"id": _code(told.component), "name": told.component, "status": "operational"}],
    }


def _code(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _stamp(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%S}.000Z"
