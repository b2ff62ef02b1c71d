"""Sentences: each says the answer, and never more than the facts carry."""

from copy import deepcopy
from typing import Any

import pytest

from makegood.reads import sentences
from makegood.reads.words import Words, words_for
from tests.reads.sample import Sample

EN, KO = Words("en"), Words("ko")


def box(attempts: int = 0, **amounts: str) -> dict[str, Any]:
    """A box of failed attempts."""
    part = {"attempts": attempts, "tokens": 10 * attempts, "amounts": amounts}
    return part | {"kinds": {"failed": part}}


def made(sample: Sample, **changes: Any) -> dict[str, Any]:
    """The sample's assessment with parts replaced."""
    return deepcopy(sample.assessment) | changes


def waste(**boxes: dict[str, Any]) -> dict[str, Any]:
    """Four boxes, empty unless given."""
    return {name: boxes.get(name, box()) for name in ("charged", "not_charged", "unknown", "caller")}


@pytest.mark.parametrize(
    ("boxes", "said", "never"),
    [
        ({"charged": box(135, USD="7.311409991")}, "You paid $7.31 for 135 attempts that delivered nothing.", "known"),
        ({"charged": box(1, KRW="1200")}, "You paid ₩1,200 for 1 attempt that delivered nothing.", "attempts"),
        ({"charged": box(4)}, "the amount is not known", "$"),
        ({"unknown": box(7)}, "for 7 it cannot be told", "$"),
        ({"not_charged": box(9, USD="0")}, "Nothing that you were charged for is known to be undelivered.", "$"),
    ],
)
def test_the_headline_is_the_answer(sample: Sample, boxes: dict[str, Any], said: str, never: str) -> None:
    headline = sentences.headline(made(sample, waste=waste(**boxes)), EN)
    assert said in headline
    assert never not in headline


def test_uncharged_failures_are_said_to_be_uncharged(sample: Sample) -> None:
    lines = sentences.subheads(made(sample, waste=waste(not_charged=box(9, USD="0"))), EN)
    assert "9 failed attempts were not charged." in lines


def test_without_rows_nothing_is_claimed(sample: Sample) -> None:
    empty = made(sample, waste=waste(), rows={"read": 0, "used": 0})
    assert "nothing can be said" in sentences.headline(empty, EN)


def test_the_first_lines_name_doubt_silence_debt_and_goodwill(sample: Sample) -> None:
    lines = " ".join(sentences.subheads(sample.assessment, words_for(sample.assessment, "en")))
    assert "219 more failed attempts" in lines
    assert "4 incidents were found. 1 was never acknowledged by the status page." in lines
    assert "Owed: $1,200.01 (rounded half up) or $1,200.00 (rounded down) under google-gemini." in lines
    assert "Goodwill that can be asked for: $7.40 under anthropic." in lines


def test_silence_is_only_told_where_a_status_page_was_given(sample: Sample) -> None:
    unasked = made(sample, params=sample.assessment["params"] | {"bulletins": []})
    gray = sample.assessment["incidents"][1]
    assert sentences.acknowledgement(gray, sample.assessment) == "never"
    assert sentences.acknowledgement(gray, unasked) == "unasked"
    assert "never" not in sentences.acknowledgement_words(gray, unasked, EN)
    assert "never acknowledged" in sentences.acknowledgement_words(gray, sample.assessment, EN)
    assert sentences.acknowledgement_words(gray, sample.assessment, KO) == "상태 페이지에 한 번도 공지되지 않음"


def test_silence_of_another_providers_page_is_no_silence(sample: Sample) -> None:
    gray = sample.assessment["incidents"][1]
    others = made(sample, readings=[])
    assert {one["scope"]["provider"] for one in others["incidents"] if one["bulletins"]} == {"google", "openai"}
    assert sentences.acknowledgement(gray, others) == "unasked"
    none_named = made(sample, readings=[], incidents=[gray])
    assert sentences.acknowledgement(gray, none_named) == "never"


@pytest.mark.parametrize(
    ("logged", "page", "said"),
    [
        ("gcp.vertex_ai", "google", "never"),
        ("azure/openai", "azure/openai", "never"),
        ("Anthropic", "anthropic", "never"),
        ("nobody", "Nobody ", "never"),
        ("gcp.vertex_ai", "openai", "unasked"),
        ("nobody", "somebody", "unasked"),
    ],
)
def test_a_page_speaks_for_its_provider_by_any_of_its_names(logged: str, page: str, said: str) -> None:
    gray = {"scope": {"provider": logged}, "bulletins": [], "basis": "attempts"}
    told = {"scope": {"provider": page}, "basis": "bulletins"}
    facts = {"params": {"bulletins": ["page.json"]}, "readings": [told], "incidents": [gray]}
    assert sentences.acknowledgement(gray, facts) == said


def test_both_lengths_stand_side_by_side(sample: Sample) -> None:
    total, _, flapping, page_only = sample.assessment["incidents"]
    said = sentences.incident_sentence(total, sample.assessment, EN)
    assert "(42 min)" in said
    assert "on the status page for 28 min" in said
    assert "still open" in sentences.incident_sentence(flapping, sample.assessment, EN)
    assert sentences.edges(page_only, EN) == "edges as the status page states them"
    assert sentences.edges(total, EN) == "edges sure to the minute"
    assert sentences.edges(flapping, EN) == "start within 13:02–13:08, end within 15:37–15:46"


def test_an_incident_without_attempts_is_no_rate(sample: Sample) -> None:
    page_only = sample.assessment["incidents"][3] | {"attempts": 0, "faults": 0}
    said = sentences.incident_sentence(page_only, sample.assessment, EN)
    assert "the log holds no attempts" in said
    assert "%" not in said


def verdict(sample: Sample, **changes: Any) -> dict[str, Any]:
    """The sample's owed verdict with parts replaced."""
    return deepcopy(sample.assessment["verdicts"][0]) | changes


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        (
            {},
            ["$1,200.01 (rounded half up) or $1,200.00 (rounded down) is owed", "Mar 30, 2026 14:59 UTC", "below the"],
        ),
        (
            {"amount": None, "reasons": ["below_commitment", "bill_not_given"]},
            ["amount is not known", "needs the bill"],
        ),
        ({"verdict": "not_owed", "reasons": ["commitment_met"]}, ["nothing is owed: the commitment was met."]),
        ({"verdict": "unknown", "reasons": ["clause_unverified:credits.table"]}, ["cannot be said", "(credits.table)"]),
        ({"verdict": "ambiguous", "reasons": ["tier_gap"]}, ["read in more than one way", "between two rows"]),
        ({"verdict": "goodwill", "reasons": ["no_sla"]}, ["nothing is owed, but", "as goodwill"]),
        ({"verdict": "goodwill", "amount": None, "reasons": ["waste_not_given"]}, ["goodwill can be asked for"]),
        ({"verdict": "owed", "reasons": ["some_new_code"]}, ["some new code"]),
    ],
)
def test_a_verdict_is_one_sentence(sample: Sample, changes: dict[str, Any], parts: list[str]) -> None:
    said = sentences.verdict_sentence(verdict(sample, **changes), EN)
    assert all(part in said for part in parts), said
    assert said.count(". ") == 0
    assert said.endswith(".")


def test_the_same_rounding_is_said_once() -> None:
    amount = {"exact": "7.4", "rounded": {"half_up": "7.40", "floor": "7.40"}, "currency": "USD"}
    assert sentences.amount_words(amount, EN) == "$7.40"


def test_a_measure_is_read_in_either_shape(sample: Sample) -> None:
    flat = verdict(sample)
    nested = verdict(sample, measure={"name": "uptime_percent", "value": {"fraction": "1/2", "decimal": "0.5"}})
    assert sentences.measured(flat, EN) == "uptime 99.900794%"
    assert sentences.measured(nested, EN) == "uptime 0.5%"
    assert sentences.measured(verdict(sample, measure={"name": "uptime_percent", "value": None}), EN) is None
    minutes = {"name": "down_minutes", "unit": "minutes", "value": {"decimal": "180.500000", "fraction": "361/2"}}
    assert sentences.measured(verdict(sample, measure=minutes), EN) == "down minutes 180.5 minutes"


def test_a_grant_that_is_no_money_is_said_in_its_unit(sample: Sample) -> None:
    days = verdict(sample, verdict="owed", amount=None, quantity={"exact": "15", "unit": "days"}, form="extension")
    assert "15 days is owed (extension of the subscription)" in sentences.verdict_sentence(days, EN)
    part = verdict(sample, verdict="owed", amount=None, quantity={"exact": "1880/23", "unit": "days"}, form="extension")
    assert "81.73913 days is owed" in sentences.verdict_sentence(part, EN)


def test_what_would_shrink_follows_from_what_was_given(sample: Sample) -> None:
    params = sample.assessment["params"]
    doubtful = waste(unknown=box(3))
    bare = made(sample, waste=doubtful, notes=[], params=params | {"bulletins": [], "charges": []})
    wants = " ".join(sentences.would_shrink(bare, EN))
    assert "invoice" in wants
    assert "usage export" in wants
    assert "status page's feed" in wants
    assert "Call ids" not in wants
    given = made(sample, waste=doubtful, params=params | {"charges": ["costs.tsv"]})
    wants = " ".join(sentences.would_shrink(given, EN))
    assert "invoice" not in wants
    assert "do not name them all" in wants
    assert "Call ids" in wants


def test_with_nothing_in_doubt_nothing_is_wanted(sample: Sample) -> None:
    rows = sample.assessment["rows"] | {"quarantined": 0}
    sure = made(sample, waste=waste(charged=box(1, USD="1")), notes=[], rows=rows)
    assert sentences.would_shrink(sure, EN) == []


def test_rows_add_up_in_words(sample: Sample) -> None:
    said = sentences.rows_sentence(sample.assessment["rows"], EN)
    assert said == "728 rows read = 720 used + 6 delivered twice + 2 set aside + 0 out of scope"


def test_notes_are_translated_by_code(sample: Sample) -> None:
    known, new = sentences.notes(sample.assessment, KO)
    assert known.startswith("otlp: ")
    assert "재시도" in known
    assert new == "A note that no catalogue knows yet."


def test_one_row_is_one_row() -> None:
    rows = {"read": 1, "used": 1, "duplicate": 0, "quarantined": 0, "out_of_scope": 0}
    assert sentences.rows_sentence(rows, EN).startswith("1 row read = 1 used")
    pages = {"params": {"inputs": [{"kind": "bulletins", "read": 1, "quarantined": 0}]}, "rows": rows | {"read": 0}}
    assert sentences.rows_sentences(pages, EN) == ["1 row of status pages and bills read, 0 set aside"]
