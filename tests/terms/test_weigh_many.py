"""Many cases: the same verdicts in the same order, however many processes weigh them."""

from datetime import timedelta

from makegood.money import parse_money
from makegood.terms.weigh import weigh_each
from makegood.terms.weigh_many import weigh_many
from tests.terms.small_world import BEDROCK, JULY, at


def test_two_processes_give_the_verdicts_of_one_in_the_order_of_the_cases() -> None:
    cases = [
        at(BEDROCK, JULY, (JULY.start + timedelta(hours=n % 700), 60, 10, n % 10 + 1), bill=parse_money(f"{n + 1} USD"))
        for n in range(600)
    ]
    one = [verdicts[0].as_data() for verdicts in weigh_many(BEDROCK, cases)]
    assert one == [weigh_each(BEDROCK, case)[0].as_data() for case in cases]
    assert len({data["percent"] for data in one}) > 1
    assert [verdicts[0].as_data() for verdicts in weigh_many(BEDROCK, cases, workers=2)] == one


def test_no_cases_no_verdicts() -> None:
    assert list(weigh_many(BEDROCK, [], workers=2)) == []
