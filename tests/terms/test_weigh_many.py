"""Many cases: the same verdicts in the same order, however many processes weigh them."""

from datetime import timedelta
from typing import Any

from makegood.money import parse_money
from makegood.terms.verdict import Verdict
from makegood.terms.weigh import weigh_each
from makegood.terms.weigh_many import weigh_many
from tests.terms.small_world import BEDROCK, JULY, at


def data(verdicts: tuple[Verdict, ...]) -> list[dict[str, Any]]:
    return [one.as_data() for one in verdicts]


def test_two_processes_give_the_verdicts_of_one_in_the_order_of_the_cases() -> None:
    cases = [
        at(BEDROCK, JULY, (JULY.start + timedelta(hours=n % 700), 60, 10, n % 10 + 1), bill=parse_money(f"{n + 1} USD"))
        for n in range(600)
    ]
    one = list(weigh_many(BEDROCK, cases, data))
    assert one == [data(weigh_each(BEDROCK, case)) for case in cases]
    assert len({verdicts[0]["percent"] for verdicts in one}) > 1
    assert list(weigh_many(BEDROCK, cases, len, workers=2)) == [1] * 600
    assert list(weigh_many(BEDROCK, cases, data, workers=2)) == one


def test_no_cases_no_verdicts() -> None:
    assert list(weigh_many(BEDROCK, [], len, workers=2)) == []
