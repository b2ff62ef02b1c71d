"""Files: a faulty line of a set or of answers is set aside with its place, and every row is accounted for."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from makegood.incidents.drift.answer import line_of, take
from makegood.incidents.drift.canary_file import read_set
from tests.incidents.drift.worlds import answer, yes_no_set

GOOD = {"id": "a", "topic": "t", "class": "yes", "ask": "?", "answer": {"kind": "yes_no", "is": "yes"}}


def with_answer(**answer: object) -> dict[str, object]:
    return GOOD | {"answer": answer}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "is not JSON"),
        ("[]", "is no object of id, topic, class, ask, answer"),
        (GOOD | {"more": 1}, "is no object of"),
        (GOOD | {"ask": " "}, "ask is no text"),
        (GOOD | {"ask": "x" * 9000}, "ask is no text"),
        (GOOD | {"topic": "\ud800"}, "half a character"),
        (with_answer(kind="essay"), "answer.kind is none of"),
        (with_answer(kind="yes_no", **{"is": "maybe"}), "does not hold answer.is"),
        (with_answer(kind="one_of", options=["a", "A"], **{"is": "a"}), "an option twice"),
        (with_answer(kind="one_of", options=["a"], **{"is": "a"}), "no list of 2 to 64"),
        (with_answer(kind="number", **{"is": "four"}), "answer.is is no number"),
        (with_answer(kind="number", **{"is": True}), "answer.is is no number"),
        (with_answer(kind="number", within=-1, **{"is": 4}), "answer.within is no number"),
        (with_answer(kind="exact", within=1, **{"is": "a"}), "has the fields is, kind"),
        (with_answer(kind="pattern", **{"is": "(a"}), "no regular expression that RE2 takes"),
        (with_answer(kind="pattern", **{"is": "(?=a)"}), "no regular expression that RE2 takes"),
        (with_answer(kind="pattern", **{"is": "a" * 300}), "more than 200"),
        (GOOD | {"id": "first"}, "the id first stands above already"),
    ],
)
def test_a_faulty_canary_is_set_aside_with_its_line(line: object, reason: str):
    text = line if isinstance(line, str) else json.dumps(line)
    found = read_set("set.jsonl", [json.dumps(GOOD | {"id": "first"}).encode(), b"", text.encode()])
    assert [one.id for one in found.canaries] == ["first"]
    assert [(one.file, one.line) for one in found.quarantined] == [("set.jsonl", 3)]
    assert reason in found.quarantined[0].reason


def test_every_kind_of_answer_is_read():
    kinds = [
        {"kind": "one_of", "is": "a", "options": ["a", "b"]},
        {"kind": "number", "is": 3.5, "within": "0.1"},
        {"kind": "exact", "is": "hello"},
        {"kind": "pattern", "is": r"\d{4}"},
    ]
    lines = [json.dumps(GOOD | {"id": str(n), "answer": one}).encode() for n, one in enumerate(kinds)]
    found = read_set("set.jsonl", lines)
    assert (len(found.canaries), found.quarantined) == (4, ())
    assert len({one.mark for one in found.canaries}) == 4


def test_every_row_of_answers_is_accounted_for():
    one = answer(yes_no_set(1, 1)[0], "yes")
    good, other, later = (line_of(row) for row in (one, replace(one, plan="old"), replace(one, item="prime-1")))
    data = json.loads(good)
    bad = [
        '{"torn',
        "[]",
        json.dumps(data | {"more": 1}),
        json.dumps(data | {"right": "yes"}),
        json.dumps(data | {"status": True}),
        json.dumps(data | {"time": "noon"}),
    ]
    lines = "\n".join([good.strip(), good.strip(), *bad, "", other.strip(), later.strip()]).encode().split(b"\n")
    found = take("answers.jsonl", lines, "m", "plan")
    assert found.answers == (one, replace(one, item="prime-1"))
    tally = found.tally
    assert (tally.read, tally.used, tally.duplicate, tally.quarantined, tally.out_of_scope) == (10, 2, 1, 6, 1)
    assert [place.line for place in found.quarantined] == [3, 4, 5, 6, 7, 8]
    assert take("answers.jsonl", lines, "m").tally.out_of_scope == 0
