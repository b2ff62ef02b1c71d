"""Which call a request belongs to."""

from __future__ import annotations

import pytest

from makegood.gateway.call_ids import CallId, CallIds, Work, retry_count

WORK = Work("acme", "gpt-5", "f1")
RETRY = {"x-stainless-retry-count": "1"}


def test_the_callers_own_ids_come_first():
    ids = CallIds()
    both = {"Idempotency-Key": "i", "x-client-request-id": "c"}
    assert (ids.of(both, WORK, 0).text, ids.of({"x-client-request-id": "c"}, WORK, 0).text) == ("i", "c")
    assert not ids.of(both, WORK, 0).stamped


def test_without_one_each_call_gets_its_own():
    ids = CallIds()
    one, other = ids.of({}, WORK, 0), ids.of({}, WORK, 0)
    assert one.stamped
    assert one.text != other.text


def test_an_id_too_long_to_be_one_is_not_taken():
    assert CallIds().of({"Idempotency-Key": "x" * 257}, WORK, 0).stamped


@pytest.mark.parametrize(
    ("headers", "work", "after", "same"),
    [
        (RETRY, WORK, 600, True),
        (RETRY, WORK, 600.1, False),  # ten minutes are over
        ({}, WORK, 1, False),  # asked anew, not retried
        ({"x-stainless-retry-count": "0"}, WORK, 1, False),
        (RETRY, Work("acme", "gpt-5", "f2"), 1, False),
        (RETRY, Work("other", "gpt-5", "f1"), 1, False),
        (RETRY, Work("acme", "gpt-5-mini", "f1"), 1, False),
    ],
)
def test_a_retry_of_what_failed_keeps_its_calls_id(headers, work, after, same):
    ids = CallIds()
    first = ids.of({}, WORK, 0)
    ids.failed(WORK, first, 2, 0)
    again = ids.of(headers, work, after)
    assert (again.text == first.text) is same
    if same:
        assert again.attempts == 2  # two attempts went before, not the one that the client library counts


def test_the_callers_own_id_goes_on_counting_its_attempts():
    ids = CallIds()
    for _ in range(2):
        ids.failed(WORK, CallId("mine", False), 3, 0)
    assert ids.of({"Idempotency-Key": "mine", **RETRY}, WORK, 1).attempts == 3
    assert ids.of({"Idempotency-Key": "another", **RETRY}, WORK, 1).attempts == 1


def test_an_id_that_a_client_makes_anew_for_each_request_does_not_split_a_call():
    ids = CallIds()
    first = ids.of({"x-client-request-id": "r1"}, WORK, 0)
    ids.failed(WORK, first, 1, 0)
    assert ids.of({"x-client-request-id": "r2", **RETRY}, WORK, 1) == CallId("r1", False, 1, 1)


def test_callers_that_ask_the_same_in_the_same_moment_stay_apart():
    ids = CallIds()
    calls = [ids.of({}, WORK, 0) for _ in range(3)]
    for call in calls:
        ids.failed(WORK, call, 1, 0)
    again = [ids.of(RETRY, WORK, 1) for _ in range(4)]
    assert [one.text for one in again[:3]] == [one.text for one in calls]
    assert again[3].text not in {one.text for one in calls}


def test_a_second_retry_follows_the_first():
    ids = CallIds()
    ids.failed(WORK, ids.of({}, WORK, 0), 2, 0)
    first = ids.of(RETRY, WORK, 1)
    ids.failed(WORK, first, 4, 1)
    assert ids.of(RETRY, WORK, 2).text != first.text
    assert ids.of({"x-stainless-retry-count": "2"}, WORK, 2) == CallId(first.text, True, 4, 2)


def test_what_is_remembered_is_bounded():
    ids = CallIds()
    for number in range(20_010):
        ids.failed(Work("a", "m", str(number)), CallId("c", True), 1, 0)
    assert ids.of(RETRY, Work("a", "m", "9"), 0).text != "c"
    assert ids.of(RETRY, Work("a", "m", "10"), 0).text == "c"


@pytest.mark.parametrize(("text", "count"), [(None, 0), ("", 0), ("2", 2), ("x", 0), ("-1", 0), ("9999", 0), ("²", 0)])
def test_the_count_of_retries(text, count):
    assert retry_count(text) == count
