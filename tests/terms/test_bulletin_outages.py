"""Status pages as a source of down time: what counts, by which reading, and that it is never more than a reading."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from makegood.money import parse_money, quantized
from makegood.records.bulletin import Bulletin
from makegood.records.scope import Scope
from makegood.records.small_files import read_small
from makegood.spans import Span, month
from makegood.terms.bulletins import MEASURED, READINGS, Telling, outages_from_bulletins, told_scopes
from makegood.terms.case import Case
from makegood.terms.downtime import down_figure
from makegood.terms.judge import Matter, judge
from makegood.terms.pack import Pack
from makegood.terms.read import parse
from tests.street.street import assessed, attempt, written
from tests.terms.small_pack import YAML
from tests.terms.small_world import JULY, SmallWarehouse

NOON = datetime(2026, 7, 10, 12, tzinfo=UTC)
NOW = datetime(2026, 8, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
RUN = "run: {at_least_minutes: 5, clause: uptime}, "
DOWN = YAML.replace(
    "{kind: bucket_mean, clause: uptime}",
    "{kind: good_time, bad_when: {error_rate: {above: 5}, clause: uptime}, " + RUN + "clause: uptime}",
)
BILL = parse_money("100 USD")


def pack(text: str = DOWN) -> Pack:
    found, faults = parse(text, "acme.yaml")
    assert found is not None, faults
    return found


def told(hours: float, start: datetime = NOON, **more: object) -> Bulletin:
    """One bulletin of so many hours, a partial outage of acme unless told otherwise."""
    scope = Scope("acme", "API")
    end = start + timedelta(hours=hours)
    one = Bulletin("b", "i", scope, "API", "elevated errors", "partial", "downtime", start, end, "page")
    return replace(one, **more)


def seconds(*bulletins: Bulletin, **telling: object) -> Fraction:
    asked = replace(Telling(pack(), JULY, NOW), **telling)
    return sum((one.seconds for one in outages_from_bulletins(bulletins, asked).items), Fraction(0))


@pytest.mark.parametrize(
    ("bulletins", "hours"),
    [
        ([told(2)], 2),
        ([told(2), told(2, NOON + HOUR)], 3),
        ([told(2), told(1, NOON + 2 * HOUR)], 3),
        ([told(2), told(1, NOON + 3 * HOUR)], 3),
        ([told(2, scope=Scope("Acme-AI"))], 2),
        ([told(2, scope=Scope("openai"))], 0),
        ([told(2, scope=Scope())], 0),
        ([told(2, severity="degraded")], 0),
        ([told(2, severity="unknown")], 0),
        ([told(2, severity="none")], 0),
        ([told(2, severity="maintenance", kind="maintenance")], 0),
        ([told(2, kind="login")], 0),
        ([told(0)], 0),
        ([told(2, month("2026-09").start)], 0),
        # a bulletin keeps its length over the edge; the weighing cuts it
        ([told(2, JULY.start - HOUR)], 2),
    ],
)
def test_what_counts_and_how_long(bulletins: list[Bulletin], hours: int) -> None:
    assert seconds(*bulletins) == 3600 * hours


def test_an_open_bulletin_ends_now() -> None:
    assert seconds(told(1, end=None), now=NOON + 5 * HOUR) == 5 * 3600


def test_each_reading_counts_what_it_says() -> None:
    pages = [told(4, severity="degraded"), told(2, NOON + HOUR), told(1, NOON + 2 * HOUR, severity="major")]
    hours = {name: seconds(*pages, reading=name) / 3600 for name in ("all", "outage_only", "major_only", "scaled")}
    # scaled: the major hour in full, of the partial one only the hour outside it, at 0.3
    assert hours == {"all": 4, "outage_only": 2, "major_only": 1, "scaled": Fraction(13, 10)}
    assert seconds(told(1, kind="login"), doubtful=True) == 3600


def test_minutes_of_a_calendar_have_a_length_and_no_times() -> None:
    day = {"start": JULY.start, "end": JULY.start + 24 * HOUR}
    pages = [told(1, **day, minutes=Fraction(90)), told(1, **day, minutes=Fraction(60), severity="major")]
    found = outages_from_bulletins(pages, Telling(pack(), JULY, NOW))
    assert [(one.seconds, one.span) for one in found.items] == [(9000, None)]
    assert seconds(*pages, reading="scaled") == 60 * (60 + 27)
    full = [replace(one, minutes=Fraction(1400)) for one in pages]
    assert seconds(*full) == 86400
    across = told(1, start=JULY.start - 12 * HOUR, end=JULY.start + 12 * HOUR, minutes=Fraction(100))
    assert seconds(across) == 3000


def test_what_is_not_about_requests_to_models_is_left_out() -> None:
    named = pack(DOWN.replace("[acme, acme-ai]", "[openai]"))
    pages = [told(1, scope=Scope("openai", name), component=name) for name in ("API", "ChatGPT")]
    assert [seconds(one, pack=named) for one in pages] == [3600, 0]


def test_regions_that_are_measured_apart_are_told_apart() -> None:
    text = DOWN.replace("coverage: {clause: uptime}", "coverage: {split: [region], clause: uptime}")
    telling = Telling(pack(text), JULY, NOW, pack(text).versions[0].promises[0])
    east, west = told(1, scope=Scope("acme", region="east")), told(2, scope=Scope("acme", region="west"))
    assert told_scopes([east, west], telling) == (Scope("acme", region="east"), Scope("acme", region="west"))
    everywhere = told(4, NOON + 9 * HOUR)
    assert [seconds(east, west, everywhere, region=name) / 3600 for name in ("East", "west", None)] == [5, 6, 6]
    assert told_scopes([everywhere], telling) == (Scope("acme"),)
    assert told_scopes([told(1, severity="none")], telling) == ()


@pytest.mark.parametrize(("reading", "percent"), [("all", "96.0095"), ("outage_only", "97.9227")])
def test_overlapping_incidents_of_a_real_page(shared: Path, reading: str, percent: str) -> None:
    page = read_small(shared / "data/ai_status_leaderboard/2026-06-15T20/anthropic.json")
    api = [one for one in page.bulletins if one.id.endswith("-k8w3r06qmzrp")]
    may = month("2026-05")
    named = pack(DOWN.replace("[acme, acme-ai]", "[anthropic]").replace(RUN, ""))
    promise = named.versions[0].promises[0]
    outages = outages_from_bulletins(api, Telling(named, may, NOW, promise, reading=reading, doubtful=True))
    found = down_figure(promise, Case(may, None, NOW), outages)
    assert found.value is not None
    assert str(quantized(found.value, 4, "half_even")) == percent


def failing(minutes: int) -> SmallWarehouse:
    return SmallWarehouse(
        [("acme", "chat", "small", "", NOON + timedelta(minutes=one), 10, {503: 9}) for one in range(minutes)]
    )


def judged(folder: Path, warehouse: SmallWarehouse, *bulletins: Bulletin, text: str = DOWN, **matter: object):
    path = folder / "acme.yaml"
    path.write_text(text, encoding="utf-8")
    asked = Matter(JULY, NOW, ["acme"], (str(path),), bill=BILL, bulletins=bulletins)
    return judge(warehouse, replace(asked, **matter))


def test_a_page_alone_never_says_owed_and_shows_each_reading(tmp_path: Path) -> None:
    found = judged(tmp_path, SmallWarehouse(), told(2), told(40, NOON + 9 * HOUR, severity="degraded"))
    (verdict,) = found.verdicts
    assert (verdict.verdict, verdict.amount, verdict.form) == ("ambiguous", None, "none")
    assert verdict.reasons == (MEASURED, "below_commitment")
    assert (verdict.measure.counted_minutes, verdict.scope) == (120, Scope("acme"))
    shown = {one.id: (one.used, dict(one.outcome)) for one in verdict.readings if one.id.startswith("bulletins_")}
    assert list(shown) == [f"bulletins_{name}" for name in READINGS]
    assert [used for used, _ in shown.values()] == [True, False, False]
    outcomes = [(one["verdict"], one.get("amount")) for _, one in shown.values()]
    assert outcomes == [("owed", "10.00 USD"), ("owed", "100.00 USD"), ("not_owed", "0.00 USD")]


def test_what_a_page_does_not_show_is_not_known(tmp_path: Path) -> None:
    (verdict,) = judged(tmp_path, SmallWarehouse(), told(0.5)).verdicts
    assert (verdict.verdict, verdict.reasons) == ("unknown", (MEASURED, "commitment_met"))
    assert (verdict.measure.counted_minutes, verdict.amount) == (30, None)


def test_attempts_decide_and_the_page_stands_beside(tmp_path: Path) -> None:
    found = judged(tmp_path, failing(100), told(3))
    own, page = found.verdicts
    assert (own.verdict, own.measure.counted_minutes, own.amount.exact) == ("owed", 100, 10)
    assert (page.verdict, page.measure.counted_minutes, page.reasons[0]) == ("ambiguous", 180, MEASURED)
    # one promise over one window: that it is looked at twice does not share the bill
    assert not found.bill_shared
    assert dict(page.readings[-3].outcome)["amount"] == "10.00 USD"


def test_a_page_that_tells_nothing_of_the_window_adds_nothing(tmp_path: Path) -> None:
    for silent in (told(2, month("2026-09").start), told(2, severity="maintenance", kind="maintenance")):
        (verdict,) = judged(tmp_path, failing(100), silent).verdicts
        assert verdict.verdict == "owed"
    (verdict,) = judged(tmp_path, SmallWarehouse()).verdicts
    assert verdict.reasons == ("no_attempts_in_scope",)


def test_a_mean_of_requests_cannot_be_told_by_a_page(tmp_path: Path) -> None:
    (verdict,) = judged(tmp_path, SmallWarehouse(), told(2), text=YAML).verdicts
    assert verdict.reasons == ("no_attempts_in_scope",)


EVENTS = (
    DOWN.replace("kind: calendar_month", "kind: event")
    .replace("name: uptime_percent", "name: down_minutes\n          unit: minutes")
    .replace("kind: good_time,", "kind: down_time, take: total,")
    .replace("{range: {at_least: 99.90}, clause: uptime}", "{range: {at_most: 60}, clause: uptime}")
    .replace("{range: {at_least: 95, below: 99.9}, percent: 10, clause: credits}", "{percent: 10, clause: credits}")
    .replace("              - {range: {below: 95}, percent: 100, clause: credits}\n", "")
    .replace("        coverage: {clause: uptime}\n", "")
    .partition("    worked:")[0]
)


def test_where_the_event_is_the_window_each_outage_is_one(tmp_path: Path) -> None:
    short, long = told(0.5), told(3, NOON + 5 * HOUR)
    first, second = judged(tmp_path, SmallWarehouse(), short, long, text=EVENTS).verdicts
    assert [one.period for one in (first, second)] == [Span(one.start, one.end) for one in (short, long)]
    assert [one.verdict for one in (first, second)] == ["unknown", "ambiguous"]
    assert [one.measure.value for one in (first, second)] == [30, 180]


def test_the_whole_way_from_a_log_and_a_page(tmp_path: Path) -> None:
    place = {"provider": "gcp.vertex_ai", "service": "generateContent", "model": "gemini-2.5-pro"}
    log = [attempt(60 * n, **place, status=503 if 60 <= n < 160 else 200, request_id=f"r{n}") for n in range(600)]
    page = {"id": "p1", "start": "2026-02-01T01:00:00Z", "end": "2026-02-01T06:00:00Z", "provider": "google"}
    page |= {"component": "Vertex AI", "title": "elevated errors", "severity": "partial"}
    pages = tmp_path / "page.json"
    pages.write_text(json.dumps([page]), encoding="utf-8")
    options = {"span": month("2026-02"), "now": datetime(2026, 3, 5, tzinfo=UTC), "terms": ("google-gemini",)}
    found = assessed(written(tmp_path / "log", log), bulletins=(pages,), **options)
    told = [(one["verdict"], one["measure"]["counted_minutes"]) for one in found["verdicts"]]
    # the text of 2026-06-30 was not yet in force in February
    assert told == [("unknown", 100), ("unknown", 300)]
    own, by_page = found["verdicts"]
    assert own["reasons"][0] == "version_not_in_force"
    assert by_page["reasons"][:2] == [MEASURED, "version_not_in_force"]
    assert by_page["scope"]["provider"] == "google"
