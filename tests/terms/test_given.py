"""What a worked case gives: each name is read as what it means, or told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from makegood.errors import BadTerms, MakegoodError
from makegood.spans import month
from makegood.terms.case import Case, Totals
from makegood.terms.given import read_inputs
from makegood.terms.pack import PackVersion
from makegood.terms.read import parse
from makegood.terms.worked import Inputs
from tests.terms.rich_pack import RICH
from tests.terms.small_pack import YAML

FACTS = """\
    facts:
      - {name: plan, also: [edition], kind: word, one_of: [free, team], says: the plan}
      - {name: hit, kind: number, says: the share hit}
      - {name: fee, kind: money, says: the fee}
      - {name: told, kind: moment, anchor: report, says: when it was told}
      - {name: asked, kind: moment, asks: true, says: when the remedy was asked for}
      - {name: stop, kind: flag, says: did it stop}
      - {name: claim.notice, kind: moment, says: when notice was given}
    promises:
"""


def terms(text: str = YAML) -> PackVersion:
    pack, faults = parse(text.replace("    promises:\n", FACTS, 1) if text is YAML else text, "small.yaml")
    assert pack is not None, faults
    return PackVersion(pack, pack.versions[0])


def read(**inputs: Any) -> tuple[Case, tuple[str, ...]]:
    got = read_inputs(terms(), Inputs.model_validate({"month": "2026-06"} | inputs))
    ((_, case),) = got.cases
    return case, got.unused


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({"plan": "team"}, "plan", "team"),
        ({"edition": "team"}, "plan", "team"),
        ({"hit": "0.25"}, "hit", Fraction(1, 4)),
        ({"fee": {"amount": "12.50", "currency": "EUR"}}, "fee", "12.5 EUR"),
        ({"fee": "12.50", "currency": "EUR"}, "fee", "12.5 EUR"),
        ({"fee": "12.50", "bill": {"amount": "1", "currency": "JPY"}}, "fee", "12.5 JPY"),
        ({"told": "2026-06-09T10:00:00+09:00"}, "told", datetime(2026, 6, 9, 1, tzinfo=UTC)),
        ({"told": "2026-06-09"}, "told", datetime(2026, 6, 9, tzinfo=UTC)),
        ({"claim": {"notice": "2026-06-09T01:00:00Z"}}, "claim.notice", datetime(2026, 6, 9, 1, tzinfo=UTC)),
    ],
)
def test_facts(given: dict[str, Any], name: str, value: Any) -> None:
    case, unused = read(**given)
    got = case.facts[name]
    assert (str(got) if name == "fee" else got) == value
    assert unused == ()


def test_names_that_nothing_has_a_use_for_are_told() -> None:
    assert read(colour="blue", claim={"mood": "bad"})[1] == ("colour", "claim.mood")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"hit": "a half"}, "'hit' is not a number"),
        ({"fee": "12.50"}, "'fee' has no currency; give one"),
        ({"fee": "12.50", "currency": "Euro"}, "'fee' cannot be read: 'Euro' is not an ISO 4217"),
        ({"told": "soon"}, "'told' cannot be read"),
        ({"plan": "gold"}, "'plan' is 'gold', which these terms do not know; use free, team"),
        ({"totals": {"requests": 3}}, "'totals' needs one of"),
        ({"totals": {"requests": 3, "errors": 4}}, "more errors than requests"),
        ({"totals": {"requests": 9, "errors": 3, "repeats": 4}}, "more repeats than errors"),
        ({"outage": {"cause": "work"}}, "neither its times nor its minutes"),
        ({"outage": {"start": "2026-06-02T00:00:00Z", "end": "2026-06-01T00:00:00Z"}}, "ends before it starts"),
    ],
)
def test_what_cannot_be_read_is_told(given: dict[str, Any], words: str) -> None:
    with pytest.raises(MakegoodError, match=words):
        read(**given)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ({"outage_seconds": ["59", "61"]}, [59, 61]),
        ({"outage_minutes": "4"}, [240]),
        ({"outage_hours": ["1.5"]}, [5400]),
        ({"outage_minutes_continuous": "8"}, [480]),
        ({"downtime_minutes": "44"}, [2640]),
        ({"downtime_seconds": "7"}, [7]),
        ({"outages": [{"minutes": "2", "seconds": "3"}]}, [123]),
        ({"outage": {"start": "2026-06-02T00:00:00Z", "end": "2026-06-02T00:01:30Z"}}, [90]),
        ({"outage_seconds": []}, []),
    ],
)
def test_outages(given: dict[str, Any], seconds: list[int]) -> None:
    outages = read(**given)[0].outages
    assert outages is not None
    assert [one.seconds for one in outages.items] == seconds


def test_nothing_said_of_outages_is_not_none_of_them() -> None:
    assert read()[0].outages is None


def test_totals_figures_and_claims() -> None:
    case, _ = read(totals={"total": 1000, "failed": 5, "repeats_within_5_minutes": 2}, uptime="99.5")
    assert case.totals == Totals(1000, 5, 2)
    assert case.figures == {"": Fraction("99.5")}
    case, _ = read(months=[{"month": "2026-05", "uptime": "99.1"}, {"month": "2026-06", "missed": True}])
    assert (case.figures, case.fell) == ({"2026-05": Fraction("99.1")}, {"2026-06": True})
    case, _ = read(claim={"received": "2026-07-02T00:00:00Z", "contains": ["logs"]})
    assert case.claim is not None
    assert (case.claim.received, case.claim.contains) == (datetime(2026, 7, 2, tzinfo=UTC), frozenset({"logs"}))
    assert case.now == case.claim.received


def test_the_moment_of_asking_is_a_claim_and_an_anchor_is_one_of_deadlines() -> None:
    case, _ = read(asked="2026-07-03", told="2026-06-09")
    assert case.claim is not None
    assert (case.claim.received, case.claim.contains) == (datetime(2026, 7, 3, tzinfo=UTC), None)
    assert case.anchors == {"report": datetime(2026, 6, 9, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("given", "start", "end"),
    [
        ({"month": "2026-02"}, "2026-02-01T00:00:00", "2026-03-01T00:00:00"),
        ({"month": None, "period": {"start": "2026-06-01T00:00:00+09:00", "end": "2026-06-02T00:00:00+09:00"}},
         "2026-05-31T15:00:00", "2026-06-01T15:00:00"),
        ({"month": None, "outage": {"start": "2026-06-02T00:00:00Z", "end": "2026-06-02T01:00:00Z"}},
         "2026-06-01T00:00:00", "2026-07-01T00:00:00"),
        ({"month": None, "months": [{"month": "2026-05", "uptime": "99"}]},
         "2026-05-01T00:00:00", "2026-06-01T00:00:00"),
    ],
)  # fmt: skip
def test_the_period(given: dict[str, Any], start: str, end: str) -> None:
    period = read(**given)[0].period
    assert (period.start.isoformat()[:19], period.end.isoformat()[:19]) == (start, end)


def test_an_outage_over_two_months_is_a_case_for_each() -> None:
    outage = {"start": "2026-06-30T23:00:00Z", "end": "2026-07-01T02:00:00Z"}
    got = read_inputs(terms(), Inputs.model_validate({"outage": outage}))
    assert [(name, case.period) for name, case in got.cases] == [
        ("2026-06", month("2026-06")),
        ("2026-07", month("2026-07")),
    ]


def test_counts_are_laid_in_the_buckets_of_the_promise() -> None:
    """Eleven minutes from 08:03 on fill two, five and four minutes of three buckets; the background fills the rest."""
    run = {"start": "2026-06-09T08:03:00Z", "minutes": 11, "valid_requests": 10, "server_errors": 1}
    case, _ = read(background={"valid_requests": 30}, runs=[run])
    assert case.counts is not None
    assert list(zip(case.counts.errors, case.counts.valid, strict=True)) == [(2, 20 + 90), (5, 50), (4, 40 + 30)]
    assert case.counts.bucket_minutes == 5


def test_errors_everywhere_cannot_be_given_as_a_background() -> None:
    with pytest.raises(BadTerms, match="'background' holds errors; "):
        read(background={"valid_requests": 30, "server_errors": 1})


def test_requests_by_status_go_through_the_population() -> None:
    statuses = {"200": 8, "429": 4, "500": 3}
    runs = [
        {"start": "2026-06-09T08:00:00Z", "minutes": 1, "status_counts": statuses},
        {"start": "2026-06-09T09:00:00Z", "minutes": 1, "status_counts": statuses, "consumption": "provisioned"},
    ]
    given = {"period": {"start": "2026-06-01T00:00:00Z", "end": "2026-07-01T00:00:00Z"}, "runs": runs}
    pack, _ = parse(RICH, "rich.yaml")
    assert pack is not None
    ((_, case),) = read_inputs(PackVersion(pack, pack.versions[1]), Inputs.model_validate(given)).cases
    assert case.counts is not None
    assert list(zip(case.counts.errors, case.counts.valid, strict=True)) == [(3, 15), (7, 15)]


def test_a_period_of_no_length_is_refused() -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    for end in (start, start - timedelta(days=1)):
        with pytest.raises(BadTerms, match="ends before it starts"):
            read(period={"start": start, "end": end})
