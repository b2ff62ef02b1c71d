"""The breaker as a state machine: moments and endings in, admissions out; no clock."""

from __future__ import annotations

import pytest

from makegood.gateway.breaker import CLOSED, HALF_OPEN, OPEN, PASS, PROBE, RAMP, Breaker, Failure
from makegood.gateway.config_shape import BreakerRules

RULES = BreakerRules(failures=3, share_percent=50, least=10, window_seconds=30, open_seconds=5, open_most_seconds=20)


def opened(at: float = 0) -> Breaker:
    breaker = Breaker(RULES)
    for _ in range(3):
        assert breaker.admit(at) == PASS
        breaker.failed(Failure(at))
    assert breaker.state == OPEN
    return breaker


def ramping(at: float) -> Breaker:
    breaker = opened(at - 5)
    assert breaker.admit(at) == PROBE
    breaker.succeeded(at)
    assert breaker.state == RAMP
    return breaker


def test_it_opens_after_so_many_failures_in_a_row():
    breaker = Breaker(RULES)
    for ok in (False, False, True, False, False):
        breaker.succeeded(0) if ok else breaker.failed(Failure(0))
    assert breaker.state == CLOSED
    breaker.failed(Failure(0))
    assert (breaker.state, breaker.admit(0)) == (OPEN, None)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ("FSFSFSFSF", CLOSED),  # nine: too few to tell
        ("FSFSFSFSFS" + "F", OPEN),  # eleven, six of them failed
        ("FSSFSSFSSFSSFSSFSSF", CLOSED),  # a third failed
    ],
)
def test_it_opens_at_a_share_of_failures_among_enough(answers: str, state: str):
    breaker = Breaker(RULES)
    for number, one in enumerate(answers):
        breaker.failed(Failure(number)) if one == "F" else breaker.succeeded(number)
    assert breaker.state == state


def test_failures_of_long_ago_do_not_count():
    breaker = Breaker(RULES)
    for number in range(9):
        breaker.failed(Failure(0)) if number % 2 == 0 else breaker.succeeded(0)
    for number in range(9):
        breaker.failed(Failure(40)) if number % 2 == 0 else breaker.succeeded(40)
    assert breaker.state == CLOSED


def test_one_probe_goes_out_and_nobody_else_until_it_is_back():
    breaker = opened()
    assert [breaker.admit(4.9), breaker.admit(5), breaker.admit(5), breaker.admit(99)] == [None, PROBE, None, None]
    assert breaker.state == HALF_OPEN


def test_each_failed_probe_doubles_the_wait_up_to_its_most():
    breaker, now, waits = opened(), 0.0, []
    for _ in range(4):
        waits.append(breaker.until - now)
        now = breaker.until
        assert breaker.admit(now) == PROBE
        breaker.failed(Failure(now))
    assert waits == [5, 10, 20, 20]


def test_the_wait_is_spread_by_chance_and_never_shorter_than_stated():
    breaker = Breaker(RULES)
    for _ in range(3):
        breaker.failed(Failure(0, retry_after=8, chance=0.5))
    assert (breaker.rest, breaker.until) == (9.0, 5.625)


def test_a_probe_whose_caller_left_gives_its_place_back():
    breaker = opened()
    assert breaker.admit(5) == PROBE
    breaker.dropped(6, PROBE)
    assert breaker.admit(6) == PROBE


def test_a_caller_who_leaves_tells_nothing_about_a_closed_one():
    breaker = Breaker(RULES)
    for _ in range(50):
        breaker.dropped(0, PASS)
    assert breaker.state == CLOSED


def test_after_a_good_probe_the_share_that_is_admitted_grows_to_all():
    breaker = ramping(100)
    admitted = [sum(breaker.admit(100 + start + n / 100) == PASS for n in range(100)) for start in range(0, 30, 5)]
    assert admitted == sorted(admitted)
    assert admitted[0] <= 13  # no stampede in the first second
    assert 80 <= admitted[-1] <= 90
    assert breaker.admit(130) == PASS


def test_a_ramp_that_is_through_ends_closed_and_forgets_how_often_it_was_open():
    breaker = ramping(100)
    breaker.succeeded(131)
    assert breaker.state == CLOSED
    for _ in range(3):
        breaker.failed(Failure(131))
    assert breaker.until - 131 == 5


def test_two_failures_in_a_row_end_a_ramp():
    breaker = ramping(100)
    breaker.failed(Failure(101))
    breaker.succeeded(101)
    breaker.failed(Failure(101))
    assert breaker.state == RAMP
    breaker.failed(Failure(101))
    assert breaker.state == OPEN


def test_who_asks_to_be_left_alone_is_left_alone_and_then_asked_as_before():
    breaker = Breaker(RULES)
    breaker.failed(Failure(10, retry_after=7))
    assert [breaker.admit(16.9), breaker.waits(12), breaker.admit(17), breaker.state] == [None, 5, PASS, CLOSED]


def test_nobody_is_left_alone_for_longer_than_the_config_allows():
    breaker = Breaker(RULES)
    breaker.failed(Failure(0, retry_after=86_400))
    assert breaker.rest == 300


SPARED = RULES.model_copy(update={"spared_calls": 4, "spared_seconds": 60})


def lost(at: float) -> Breaker:
    """A breaker that was opened by what costs its caller the answer."""
    breaker = Breaker(SPARED)
    for _ in range(3):
        breaker.failed(Failure(at, costly=True))
    return breaker


def passed(breaker: Breaker, now: float, calls: int) -> list[str | None]:
    """How so many calls are admitted that can all go elsewhere."""
    told = []
    for _ in range(calls):
        told.append(breaker.admit(now))
        if told[-1] is None:
            breaker.passed_by()
    return told


def test_after_a_failure_that_cost_its_caller_the_answer_a_probe_waits_for_so_many_calls_or_so_long():
    breaker = lost(0)
    assert passed(breaker, 6, 6) == [None] * 4 + [PROBE, None]
    breaker.failed(Failure(7, costly=True))  # the probe too
    assert passed(breaker, 20, 5) == [None] * 4 + [PROBE]
    breaker.dropped(21, PROBE)  # its caller left: the next one is spared as long
    assert passed(breaker, 21, 5) == [None] * 4 + [PROBE]
    breaker.unasked(22, PROBE)  # a budget stood against it: nothing begins anew
    assert passed(breaker, 22, 1) == [PROBE]
    breaker.failed(Failure(22))  # a refusal, which another upstream answers for: by time alone, as ever
    assert [breaker.admit(30), breaker.admit(50)] == [None, PROBE]

    breaker = lost(0)  # few calls: by time
    assert [breaker.admit(59), breaker.admit(60)] == [None, PROBE]
    breaker = lost(0)  # nobody else to ask: as soon as any other
    assert [breaker.admit(4, sparing=False), breaker.admit(6, sparing=False)] == [None, PROBE]


def test_an_answer_while_open_lets_it_recover_where_nobody_else_could_be_asked():
    breaker = opened(3)
    breaker.succeeded(4, began=2)  # asked before it broke
    assert breaker.state == OPEN
    breaker.succeeded(4, began=3.5)
    assert breaker.state == RAMP
