"""Which bulletins acknowledge an incident that was found in attempts, and which stand for themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from makegood.incidents.incident import Found
from makegood.incidents.meet import Meeting, meet
from makegood.records.bulletin import Bulletin
from makegood.records.scope import Scope
from makegood.records.small_files import read_small
from makegood.spans import Span, moment

AT = moment("2026-02-01T10:00:00Z")
NOW = moment("2026-03-01T00:00:00Z")
HOUR = Span(AT, AT + timedelta(hours=1))


def found(provider: str = "anthropic", region: str | None = None) -> Found:
    """Something found from ten to eleven."""
    return Found(Scope(provider, "chat", "model-1", region), HOUR, HOUR, HOUR, 100, 90)


def bulletin(start: int = 0, end: int | None = 60, **fields: object) -> Bulletin:
    """A page's word on an API, in minutes after ten."""
    made = Bulletin(
        id="b",
        incident="b",
        scope=Scope("anthropic"),
        component="Claude API (api.anthropic.com)",
        title="Elevated errors",
        severity="major",
        kind="downtime",
        start=AT + timedelta(minutes=start),
        end=None if end is None else AT + timedelta(minutes=end),
        source="page",
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def bases(one: Found, *told: Bulletin, within: Span | None = None) -> list[str]:
    """The basis of every incident, in order of time."""
    return [incident.basis for incident in meet(Meeting([one], told, NOW, within))]


CLOUD = {"scope": Scope("google", region="us-central1")}
TOLD = [
    ("the same hour", found(), bulletin(), ["both"]),
    ("fourteen minutes late", found(), bulletin(74, 90), ["both"]),
    ("fifteen minutes late", found(), bulletin(75, 90), ["attempts", "bulletin"]),
    ("still open, since before", found(), bulletin(-600, None), ["both"]),
    ("another provider's page", found("openai"), bulletin(), ["attempts", "bulletin"]),
    ("the page's own app", found(), bulletin(component="claude.ai"), ["attempts", "bulletin"]),
    ("the page's console", found(), bulletin(component="Claude Console"), ["attempts", "bulletin"]),
    ("a component nobody knows", found(), bulletin(component="Uncategorised"), ["both"]),
    (
        "a database of the cloud",
        found("google"),
        bulletin(component="Cloud Spanner", **CLOUD),
        ["attempts", "bulletin"],
    ),
    ("models of the cloud", found("google"), bulletin(component="Vertex Gemini API", **CLOUD), ["both"]),
    (
        "models of the cloud, elsewhere",
        found("google", "europe-west1"),
        bulletin(component="Vertex Gemini API", **CLOUD),
        ["attempts", "bulletin"],
    ),
    ("not downtime", found(), bulletin(kind="login"), ["attempts"]),
    ("no impact", found(), bulletin(severity="none"), ["attempts"]),
]


@pytest.mark.parametrize(("one", "told", "expected"), [row for _, *row in TOLD], ids=[name for name, *_ in TOLD])
def test_what_acknowledges(one: Found, told: Bulletin, expected: list[str]) -> None:
    assert sorted(bases(one, told)) == expected


def test_a_page_that_opens_after_the_log_ends_acknowledges_what_the_log_ends_with() -> None:
    log = Span(AT - timedelta(days=1), HOUR.end)
    assert bases(found(), bulletin(65, 120), within=log) == ["both"]


def test_a_bulletin_out_of_the_period_that_meets_nothing_is_no_incident_of_it() -> None:
    log = Span(AT - timedelta(days=1), HOUR.end)
    assert bases(found(), bulletin(600, 660), within=log) == ["attempts"]


def test_the_other_components_of_a_page_that_acknowledges_are_not_told_again() -> None:
    app = bulletin(id="b-app", component="claude.ai")
    (one,) = meet(Meeting([found()], [bulletin(), app], NOW))
    assert [told.component for told in one.bulletins] == ["Claude API (api.anthropic.com)"]


def test_a_whole_cloud_s_page_acknowledges_no_outage_of_models(shared: Path) -> None:
    """From July 2021 to July 2022 Google's page told of Vertex AI on some days only, of anything else on most."""
    page = read_small(shared / "data" / "cloud_status" / "gcp_incidents_2021-07_to_2022-07.json.gz").bulletins
    downtime = [one for one in page if one.kind == "downtime" and one.component == "Google Cloud Networking"]
    assert downtime
    span = downtime[0].span(NOW)
    told = [one for one in page if one.incident == downtime[0].incident]
    one = replace(found("google"), span=span)
    assert "both" not in {incident.basis for incident in meet(Meeting([one], told, NOW))}
