"""State: every event in every state, the time a campaign stood still, and who did what."""

from datetime import UTC, datetime, timedelta

import pytest

from makegood.campaigns.state import KINDS, MOVES, NEW, STATES, Event, allowed, fold
from makegood.errors import BadState

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def told(*kinds: str) -> list[Event]:
    """Events an hour apart, each by a person of its own."""
    return [Event(kind, START + at * HOUR, f"p{at}") for at, kind in enumerate(kinds)]


ALLOWED = {
    NEW: {"drawn"},
    "drawn": {"approved", "cancelled"},
    "approved": {"started", "cancelled"},
    "running": {"paused", "stopped", "cancelled", "finished"},
    "paused": {"resumed", "cancelled"},
    "stopped": {"resumed", "cancelled"},
    "cancelled": set(),
    "finished": set(),
}


@pytest.mark.parametrize("state", [NEW, *STATES])
@pytest.mark.parametrize("kind", KINDS)
def test_every_event_in_every_state(state: str, kind: str):
    why_not = allowed(state, kind)
    assert (why_not is None) == (kind in ALLOWED[state])
    assert why_not is None or why_not.endswith(".")


def test_the_table_names_known_states_and_events_only():
    assert set(MOVES) == {NEW, *STATES}
    assert {kind for moves in MOVES.values() for kind in moves} == set(KINDS)
    assert {state for moves in MOVES.values() for state in moves.values()} == set(STATES)


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ((), NEW),
        (("drawn", "approved", "started"), "running"),
        (("drawn", "approved", "started", "stopped"), "stopped"),
        (("drawn", "approved", "started", "paused", "resumed", "finished"), "finished"),
        (("drawn", "cancelled"), "cancelled"),
    ],
)
def test_the_state_is_the_fold_of_what_happened(events: tuple[str, ...], state: str):
    assert fold(told(*events)).state == state


def test_a_sentence_says_why_not_and_what_can_be_done():
    assert allowed("drawn", "started") == "a campaign that is drawn cannot be started; it can be approved or cancelled."
    assert allowed(NEW, "approved") == "a campaign that is not drawn cannot be approved; draw it first."
    assert "use one of" in (allowed("drawn", "blessed") or "")
    with pytest.raises(BadState, match="finished cannot be cancelled; nothing follows"):
        fold(told("drawn", "approved", "started", "finished", "cancelled"))


def test_time_that_it_stood_still_is_counted_once_and_runs_while_it_stands():
    events = told("drawn", "approved", "started", "paused", "resumed", "stopped")
    standing = fold(events)
    assert standing.paused == HOUR
    assert standing.shift(START + 9 * HOUR) == 5 * HOUR
    resumed = fold([*events, Event("resumed", START + 9 * HOUR, "p")])
    assert resumed.shift(START + 99 * HOUR) == 5 * HOUR
    # a clock that was set back takes no time away
    assert fold([*events, Event("resumed", START, "p")]).paused == HOUR


def test_who_drew_who_approved_and_why_it_stopped():
    standing = fold(
        [
            *told("drawn", "approved", "started"),
            Event("stopped", START + 5 * HOUR, "worker", {"rule": "errors:21/1000"}),
        ]
    )
    assert (standing.drawn_by, standing.approved_by, standing.person) == ("p0", "p1", "worker")
    assert (standing.started, standing.since) == (START + 2 * HOUR, START + 5 * HOUR)
    assert standing.why == {"rule": "errors:21/1000"}
