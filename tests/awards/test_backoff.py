"""When it is tried again: twice as long each time, six hours at most, about three days in all, without chance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from makegood.awards.backoff import LONGEST_ASKED, MOST_TRIES, given_up, next_try

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tries", "longest"),
    [(0, 30), (1, 30), (2, 60), (3, 120), (10, 30 * 512), (11, 6 * 3600), (23, 6 * 3600), (10**6, 6 * 3600)],
)
def test_the_wait_doubles_up_to_six_hours_and_is_at_most_a_quarter_shorter(tries: int, longest: int):
    waits = [(next_try(tries, NOW, f"mg-{seed}") - NOW) / timedelta(seconds=1) for seed in range(200)]
    assert max(waits) <= longest
    assert min(waits) >= longest * 3 / 4
    assert max(waits) - min(waits) > longest / 5
    assert next_try(tries, NOW, "mg-1") == next_try(tries, NOW, "mg-1")


def test_it_is_given_up_after_about_three_days():
    for seed in range(50):
        now = NOW
        for tries in range(1, MOST_TRIES):
            assert not given_up(tries)
            now = next_try(tries, now, f"mg-{seed}")
        assert timedelta(hours=65) <= now - NOW <= timedelta(hours=87)
    assert given_up(MOST_TRIES)
    assert given_up(MOST_TRIES + 1)


def test_what_the_other_side_asks_for_is_kept_to_and_never_shortens():
    asked = timedelta(hours=2)
    assert asked <= next_try(1, NOW, "mg-1", asked) - NOW <= asked + timedelta(seconds=8)
    assert len({next_try(1, NOW, f"mg-{seed}", asked) for seed in range(100)}) == 100
    assert next_try(5, NOW, "mg-1", timedelta(seconds=1)) == next_try(5, NOW, "mg-1")
    assert next_try(5, NOW, "mg-1", timedelta()) == next_try(5, NOW, "mg-1")
    assert next_try(1, NOW, "mg-1", timedelta(days=4000)) - NOW <= LONGEST_ASKED + timedelta(seconds=8)
