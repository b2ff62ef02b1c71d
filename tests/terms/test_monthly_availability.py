"""A promise of 99.9 % a month on three years of an outage calendar: how many months missed it, by each reading."""

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from makegood.incidents.availability import monthly
from makegood.incidents.readings import Question
from makegood.money import parse_money, quantized
from makegood.records.small_files import read_small
from makegood.records.sources.small import Reading
from makegood.spans import Span, month, months
from makegood.terms.bulletins import Telling, outages_from_bulletins
from makegood.terms.case import Case
from makegood.terms.pack import PackVersion
from makegood.terms.read import parse
from makegood.terms.verdict import Verdict
from makegood.terms.weigh import weigh

CONTRACT = """\
terms: own-contract
provider: OpenAI
providers: [openai]
versions:
  - version: "2021-01-01"
    name: A contract of our own
    effective: {from: 2021-01-01}
    clauses:
      uptime: {says: The API is up 99.9 % of the minutes of a calendar month in UTC., source: own sample, status: P}
      credits: {says: Below it 10 % of the bill are credited and below 99 % 25 %., source: own sample, status: P}
    promises:
      - window: {kind: calendar_month, zone: UTC, stated: true, clause: uptime}
        measure: {name: uptime_percent, aggregation: {kind: good_time, clause: uptime}}
        commitment: {range: {at_least: 99.9}, clause: uptime}
        remedy:
          form: credit
          form_clause: credits
          base: {says: the bill of the month, clause: credits}
          grant:
            kind: tiers
            tiers:
              - {range: {at_least: 99.0, below: 99.9}, percent: 10, clause: credits}
              - {range: {below: 99.0}, percent: 25, clause: credits}
          rounding: {rule: half_up, clause: credits}
        automatic: credits
"""
NOW = datetime(2024, 10, 1, tzinfo=UTC)
CALENDAR = Span(datetime(2021, 3, 1, tzinfo=UTC), datetime(2024, 9, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def page(shared: Path) -> Reading:
    return read_small(shared / "data/atlarge_llm_outages/clean/outage_unexploded.csv")


def weighed(page: Reading, reading: str) -> dict[str, Verdict]:
    """The verdict of every full month of the API's calendar, by the month's name."""
    pack, faults = parse(CONTRACT, "contract.yaml")
    assert pack is not None, faults
    terms, bill = PackVersion(pack, pack.versions[0]), parse_money("1000 USD")
    api = [one for one in page.bulletins if one.component == "api"]
    found = {}
    for name in months(CALENDAR):
        period = month(name)
        outages = outages_from_bulletins(api, Telling(pack, period, NOW, reading=reading))
        found[name] = weigh(terms, Case(period, None, NOW, bill=bill, outages=outages))
    return found


@pytest.mark.parametrize(
    ("reading", "missed", "below_99", "credits"),
    [("scaled", 20, 1, 2150), ("unscaled", 25, 5, 3250), ("major_only", 9, 0, 900)],
)
def test_the_weight_of_a_partial_outage_decides_the_credit(
    page: Reading, reading: str, missed: int, below_99: int, credits: int
) -> None:
    found = list(weighed(page, reading).values())
    assert len(found) == 42
    assert sum(one.verdict == "owed" for one in found) == missed
    assert sum(one.measure.commitment_met is False for one in found if one.measure) == missed
    assert {one.verdict for one in found} == {"owed", "not_owed"}
    assert sum(one.measure.value < 99 for one in found) == below_99
    assert sum((one.amount.exact for one in found), Fraction(0)) == credits


@pytest.mark.parametrize(("reading", "percent"), [("scaled", "98.5858"), ("unscaled", "97.0475")])
def test_the_worst_month(page: Reading, reading: str, percent: str) -> None:
    found = {name: one.measure.value for name, one in weighed(page, reading).items()}
    assert min(found, key=found.__getitem__) == "2023-01"
    assert str(quantized(found["2023-01"], 4, "half_even")) == percent


@pytest.mark.parametrize("reading", ["scaled", "unscaled", "major_only"])
def test_the_terms_and_the_incidents_reckon_alike(page: Reading, reading: str) -> None:
    told = monthly(page.bulletins, page.coverage, Question(CALENDAR, NOW, (reading,)))
    api = {f"{one.period.start:%Y-%m}": one.availability for one in told if one.component == "api"}
    assert {name: one.measure.value / 100 for name, one in weighed(page, reading).items()} == api
