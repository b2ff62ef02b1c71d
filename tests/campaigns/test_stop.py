"""Stop: which counts stop a campaign, at the very number."""

import pytest

from makegood.campaigns.allocation import StopRules
from makegood.campaigns.stop import Counts, stopped_by

RULES = StopRules(errors_ppm=20_000, complaints_ppm=5_000, least=20)


@pytest.mark.parametrize(
    ("counts", "stopped"),
    [
        (Counts(), None),
        (Counts(sent=1000, failed=20), None),
        (Counts(sent=1000, failed=21), "errors:21/1000"),
        (Counts(sent=19, failed=19), None),
        (Counts(sent=20, failed=1), "errors:1/20"),
        (Counts(granted=1000, complaints=5), None),
        (Counts(granted=1000, complaints=6), "complaints:6/1000"),
        (Counts(granted=19, complaints=19), None),
        (Counts(spent=100, budget=100), None),
        (Counts(spent=101, budget=100), "budget:101/100"),
        (Counts(1000, 21, 1000, 6, 101, 100), "budget:101/100"),
        (Counts(1000, 21, 1000, 6), "errors:21/1000"),
        (Counts(sent=10**15, failed=2 * 10**13), None),
        (Counts(sent=10**15, failed=2 * 10**13 + 1), "errors:20000000000001/1000000000000000"),
    ],
)
def test_the_counts_that_stop(counts: Counts, stopped: str | None):
    assert stopped_by(RULES, counts) == stopped


def test_a_rule_of_nothing_stops_at_the_first():
    strict = StopRules(errors_ppm=0, complaints_ppm=0, least=0)
    assert stopped_by(strict, Counts(sent=1, failed=1)) == "errors:1/1"
    assert stopped_by(strict, Counts(sent=1, granted=1)) is None
