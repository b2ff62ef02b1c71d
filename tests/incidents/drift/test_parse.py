"""Answers are read kindly: form apart from content, refusals apart from wrong answers."""

from __future__ import annotations

import time

import pytest

from makegood.incidents.drift.canary import EXACT, NUMBER, ONE_OF, PATTERN, YES_NO, Canary
from makegood.incidents.drift.parse import parse


def canary(kind: str, truth: str, *options: str) -> Canary:
    return Canary("a", "t", truth, "?", kind, truth, options)


YES = canary(YES_NO, "yes", "yes", "no")
PRIME = canary(ONE_OF, "prime", "prime", "composite")
DAY = canary(ONE_OF, "Monday", "Monday", "Tuesday", "Wednesday")
LARGER = canary(ONE_OF, "60.56", "60.56", "60.3")
FOUR = canary(NUMBER, "4")
TEXT = canary(EXACT, "hello world")
DATE = canary(PATTERN, r"\d{4}-\d{2}-\d{2}")

BARE = [(YES, "Yes.", "yes"), (YES, "네", "yes"), (FOUR, "4.0", "4"), (FOUR, "−4", "-4"), (LARGER, "60.3.", "60.3")]
BARE += [(FOUR, "1,234", "1234"), (TEXT, "Hello  World", "hello world"), (TEXT, "bye", "bye"), (DATE, "no", "no")]
DRESSED = [(YES, "```\nyes\n```", "yes"), (YES, "```json\nno\n```", "no"), (YES, "**Yes**", "yes"), (YES, "[No]", "no")]
DRESSED += [(FOUR, r"$\boxed{4}$", "4"), (TEXT, "```\nhello world\n```", "hello world"), (DATE, "`no`", "no")]
PROSE = [
    (YES, "The answer is yes.", "yes"),
    (YES, "Yes, 7919 is a prime number because no small number divides it.", "yes"),
    (YES, "Let me see. It is not divisible by 2 or 3.\n\n[Yes]", "yes"),
    (YES, "First, no small number divides it. So the final answer is: **Yes**", "yes"),
    (YES, "I cannot say for certain, but yes", "yes"),
    (YES, "정답은 예", "yes"),
    (PRIME, "It is composite, not prime.", "composite"),
    (PRIME, "17 is not prime.", "composite"),
    (PRIME, "17 is a prime number", "prime"),
    (DAY, "That date was a Monday.", "Monday"),
    (LARGER, "60.56 is larger than 60.3.", "60.56"),
    (FOUR, "There are **4** letters.", "4"),
    (FOUR, r"So it is \boxed{4}.", "4"),
    (FOUR, "17 + 23 = 40\n40 / 10 = 4", "4"),
    (DATE, "It is\n2024-01-02", "2024-01-02"),
]


@pytest.mark.parametrize(
    ("form", "one", "text", "answer"),
    [(form, *case) for form, cases in (("bare", BARE), ("dressed", DRESSED), ("prose", PROSE)) for case in cases],
)
def test_the_answer_is_read_and_its_form_told_apart(form: str, one: Canary, text: str, answer: str):
    found = parse(one, text)
    assert (found.answer, found.form) == (answer, form)


def test_right_and_wrong_do_not_hang_on_the_form():
    assert [parse(YES, text).right for text in ("yes", "```\nYES\n```", "The answer is yes.", "no")] == [True] * 3 + [
        False
    ]
    assert parse(Canary("a", "t", "x", "?", NUMBER, "3.14", (), FOUR.within + 1), "4").right is True
    assert parse(FOUR, "5").right is False


@pytest.mark.parametrize(
    ("one", "text", "answer"),
    [
        (YES, "I'm sorry, I can't help with that.", "(refused)"),
        (YES, "I am unable to answer.", "(refused)"),
        (YES, "죄송하지만 답변할 수 없습니다.", "(refused)"),
        (YES, "Perhaps.", "(unclear)"),
        (FOUR, "3 and 5", "(unclear)"),
        (DAY, "Monday or Tuesday", "(unclear)"),
        (DAY, "not Monday", "(unclear)"),
        (TEXT, "one line\nand another", "(unclear)"),
    ],
)
def test_what_gives_no_answer_is_neither_right_nor_wrong(one: Canary, text: str, answer: str):
    found = parse(one, text)
    assert (found.answer, found.right) == (answer, None)


def test_a_refusal_is_one_by_the_providers_word_whatever_it_says():
    assert parse(YES, "yes", refused=True).answer == "(refused)"


@pytest.mark.parametrize("one", [YES, FOUR, TEXT, DATE])
def test_half_a_character_is_no_fault_of_the_reader(one: Canary):
    assert "\ud83d" not in parse(one, "\ud83d maybe \ud83d").answer


def test_hostile_text_costs_little_time():
    began = time.process_time()
    pattern = canary(PATTERN, "(a*)*(a*)*b")
    for one in (YES, PRIME, FOUR, TEXT, pattern):
        for text in (
            "a" * 200_000,
            "answer " * 20_000,
            "1," * 100_000,
            "```\n" * 20_000,
            "\\boxed{" * 20_000,
            "not " * 30_000,
            "x\n" * 20_000,
        ):
            parse(one, text)
    assert time.process_time() - began < 3
