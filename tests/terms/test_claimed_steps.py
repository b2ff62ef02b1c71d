"""The steps of a claim, what it must hold and what the customer must have done: each tried at its edge."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from makegood.terms.case import ClaimFacts
from makegood.terms.claimed import Checked, check_claim
from makegood.terms.deadline import Due
from tests.terms.parts_in_short import at, case, promise

NOTICE = {
    "step": "notice",
    "in_time": "told_in_time",
    "late": "told_late",
    "passed": "time_to_tell_passed",
    "clause": "notice",
    "readings": [{"id": "n", "anchor": "window_end", "days": 5, "used": True, "says": "five days"}],
}
CLAIM = NOTICE | {
    "step": "claim",
    "in_time": "claim_in_time",
    "late": "claim_late",
    "passed": "deadline_passed",
    "clause": "claim",
}
ENDS = {"notice": at("10 00:00"), "claim": at("20 00:00")}
SECOND = timedelta(seconds=1)


def checked(
    claim: ClaimFacts | None = None, steps: tuple[dict[str, Any], ...] = (NOTICE, CLAIM), **given: Any
) -> Checked:
    parts = {name: given.pop(name) for name in ("claim_rules", "duties") if name in given}
    rules = {"claim": parts["claim_rules"]} if "claim_rules" in parts else {}
    made = promise(deadlines=steps, duties=parts.get("duties", ()), **rules)
    dues = [Due(step["step"], "", True, ENDS[step["step"]], step["step"]) for step in steps]
    given.setdefault("now", at("05 00:00"))
    return check_claim(made, case(claim=claim, **given), dues)


def received(when: datetime | None, contains: frozenset[str] | None = None, **also: Any) -> ClaimFacts:
    return ClaimFacts(when, contains, **also)


@pytest.mark.parametrize(
    ("what", "claim", "given", "refusals", "in_time"),
    [
        ("in the last second", received(at("20 00:00") - SECOND), {}, [], ("claim_in_time",)),
        ("at the first instant too late", received(at("20 00:00")), {}, [("claim_late", "claim")], ()),
        ("no claim, still time", None, {"now": at("09 23:59")}, [], ()),
        ("no claim, one step passed", None, {"now": at("10 00:00")}, [("time_to_tell_passed", "notice")], ()),
        ("no claim, both passed", None, {"now": at("20 00:00")},
         [("time_to_tell_passed", "notice"), ("deadline_passed", "claim")], ()),
        ("notice in time", received(at("12 00:00")), {"claim__notice": at("09 23:59")}, [], ("claim_in_time",)),
        ("notice late, claim in time", received(at("12 00:00")), {"claim__notice": at("10 00:00")},
         [("told_late", "notice")], ("claim_in_time",)),
        ("nobody gave the notice's moment", received(at("12 00:00")), {"now": at("15 00:00")}, [], ("claim_in_time",)),
        ("nor the claim's own, in time by now", received(None), {"now": at("15 00:00")}, [], ()),
        ("nor the claim's own, late by now", received(None), {"now": at("25 00:00")}, [], ()),
        ("it is known that none was made", received(None, made=False), {}, [], ()),
    ],
)  # fmt: skip
def test_steps(
    what: str,
    claim: ClaimFacts | None,
    given: dict[str, Any],
    refusals: list[tuple[str, str]],
    in_time: tuple[str, ...],
) -> None:
    got = checked(claim, **given)
    assert (list(got.refusals), got.in_time) == (refusals, in_time), what


def test_what_is_assumed_to_be_now_is_held_against_nobody() -> None:
    assert checked(None, (CLAIM,), now=at("25 00:00"), now_assumed=True).refusals == ()
    assert checked(None, (CLAIM,), now=at("25 00:00")).refusals == (("deadline_passed", "claim"),)


@pytest.mark.parametrize(
    ("counts", "sent", "refusals"),
    [
        ("sent", at("19 00:00"), ()),
        ("sent", at("20 00:00"), (("claim_late", "claim"),)),
        ("sent", None, (("claim_late", "claim"),)),
        ("received", at("19 00:00"), (("claim_late", "claim"),)),
    ],
)
def test_sent_or_received(counts: str, sent: datetime | None, refusals: tuple[tuple[str, str], ...]) -> None:
    claim = received(at("21 00:00"), sent=sent)
    assert checked(claim, (CLAIM | {"counts": counts},)).refusals == refusals


def test_a_step_that_one_reading_keeps_is_disputed_and_not_refused() -> None:
    made = promise(deadlines=[CLAIM])
    dues = [Due("early", "", True, at("10 00:00"), "claim"), Due("late", "", False, at("20 00:00"), "claim")]
    for moment, refusals, disputed in (
        ("09 00:00", (), ()),
        ("10 00:00", (), (("early", False), ("late", True))),
        ("20 00:00", (("claim_late", "claim"),), ()),
    ):
        got = check_claim(made, case(claim=received(at(moment))), dues)
        assert (got.refusals, got.disputed) == (refusals, disputed)


def test_a_step_without_a_reckoned_end_is_passed_over() -> None:
    assert check_claim(promise(deadlines=[CLAIM]), case(claim=received(at("30 00:00"))), []).refusals == ()


NEEDS = {
    "to": "the desk",
    "if_missing": "forfeited",
    "clause": "desk",
    "requires": [
        {"item": "logs", "says": "the logs", "clause": "logs"},
        {"item": "bill", "says": "the bill", "curable": True, "clause": "bill"},
    ],
}


@pytest.mark.parametrize(
    ("if_missing", "contains", "missing", "refusals"),
    [
        ("forfeited", {"logs", "bill"}, (), ()),
        ("forfeited", {"logs"}, ("bill",), ()),
        ("forfeited", {"bill"}, ("logs",), (("claim_incomplete:logs", "logs"),)),
        ("forfeited", set(), ("logs", "bill"), (("claim_incomplete:logs", "logs"),)),
        ("forfeited", None, ("logs", "bill"), ()),
        ("curable", set(), ("logs", "bill"), ()),
    ],
)
def test_what_a_claim_must_hold(
    if_missing: str, contains: set[str] | None, missing: tuple[str, ...], refusals: tuple[tuple[str, str], ...]
) -> None:
    held = None if contains is None else frozenset(contains)
    got = checked(received(at("05 00:00"), held), (CLAIM,), claim_rules=NEEDS | {"if_missing": if_missing})
    assert (got.missing, got.refusals) == (missing, refusals)


def test_without_a_claim_all_is_missing_and_nothing_refused() -> None:
    got = checked(None, (CLAIM,), claim_rules=NEEDS)
    assert (got.missing, got.refusals) == (("logs", "bill"), ())
    none = checked(received(None, made=False), (CLAIM,), claim_rules=NEEDS)
    assert none.refusals == (("claim_not_made", "desk"),)


BACK_OFF = {
    "item": "back_off",
    "of": "customer",
    "says": "Retries back off.",
    "clause": "duty",
    "condition": {"fact": "backed_off", "is": True, "clause": "c"},
}


@pytest.mark.parametrize(
    ("what", "duty", "facts", "refusals"),
    [
        ("done", {}, {"backed_off": True}, ()),
        ("not done", {}, {"backed_off": False}, (("duty_not_met:back_off", "duty"),)),
        ("not told", {}, {}, ()),
        ("no duty of such a plan", {"when": [{"fact": "big", "is": True, "clause": "c"}]},
         {"backed_off": False, "big": False}, ()),
        ("nor where that is not told", {"when": [{"fact": "big", "is": True, "clause": "c"}]},
         {"backed_off": False}, ()),
        ("in words of its own", {"condition": BACK_OFF["condition"] | {"otherwise": "hammered"}}, {"backed_off": False},
         (("hammered", "duty"),)),
    ],
)  # fmt: skip
def test_duties(what: str, duty: dict[str, Any], facts: dict[str, bool], refusals: tuple[tuple[str, str], ...]) -> None:
    assert checked(None, (CLAIM,), duties=[BACK_OFF | duty], **facts).refusals == refusals, what
