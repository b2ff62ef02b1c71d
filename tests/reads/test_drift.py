"""What is said of drift: one sentence a verdict in both languages, a picture, rows to cite, and data without floats."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from makegood.incidents.drift.answer import REFERENCE
from makegood.incidents.drift.judge import FEW, MUTE, UNBALANCED, Drift
from makegood.keys import canonical
from makegood.reads.drift import Watched, drift_data
from makegood.reads.drift_chart import walk_chart
from makegood.reads.drift_evidence import write_evidence
from makegood.reads.drift_page import drift_page
from makegood.reads.drift_words import drift_sentences, together_sentences, verdict_sentence, watched_sentences
from makegood.reads.words import Words
from makegood.records.scope import Scope
from makegood.records.tally import Tally
from tests.incidents.drift.worlds import START, judged, saying, yes_no_set

EN, KO = Words("en"), Words("ko", "Asia/Seoul")
BALANCED, ALL_YES = yes_no_set(40, 40), yes_no_set(80, 0)
WORLDS = {
    "quiet": (BALANCED, saying((0.95, 0.05), (0.95, 0.05)), 120),
    "early": (BALANCED, saying((0.95, 0.05), (0.95, 0.05)), 20),
    "fell": (BALANCED, saying((0.95, 0.05), (0.6, 0.4)), 120),
    "rose": (BALANCED, saying((0.5, 0.5), (1.0, 0.0)), 120),
    "trap": (ALL_YES, saying((0.98, 0.98), (0.02, 0.02)), 120),
    "habit": (BALANCED, saying((0.98, 0.98), (0.02, 0.02)), 120),
    "refuses": (BALANCED, lambda one, part, _: one.truth if part == REFERENCE else "(refused)", 120),
    "soon": (BALANCED, saying((0.98, 0.98), (0.02, 0.02)), 45),
}


@pytest.fixture(scope="module")
def found() -> dict[str, Drift]:
    return {name: judged(*world) for name, world in WORLDS.items()}


def watched(drift: Drift, name: str = "mini") -> Watched:
    scope = Scope("demo", "chat.completions", "demo-<b>1</b>")
    return Watched(name, scope, drift, Tally(9, 9, 0, 0, 0))


VERDICTS = [
    ("quiet", r"Unchanged so far\.", "바뀌지 않았습니다."),
    ("early", r"Not enough comparisons to say anything yet\.", "부족합니다."),
    ("fell", r"Quality dropped by [\d.]+ points \((between [\d.]+ and|at most) [\d.]+\)\.", "포인트 떨어졌습니다"),
    ("rose", r"Quality rose by [\d.]+ points \((between [\d.]+ and|at most) [\d.]+\)\.", "포인트 올랐습니다"),
    ("trap", r"Behaviour changed, quality unknown: the set is not balanced .*", "고르지 않은 질문 모음"),
    ("refuses", r"Behaviour changed, quality unknown: most of the newest comparisons meet a refusal .*", "거절이거나"),
    ("soon", r"Behaviour changed, quality unknown: fewer than 50 comparisons so far .*", "아직 50건에 못 미칩니다"),
    ("habit", r"Behaviour changed, quality not shown to have changed\.", "근거는 없습니다."),
]


@pytest.mark.parametrize(("name", "english", "korean"), VERDICTS)
def test_each_verdict_is_one_sentence(found: dict[str, Drift], name: str, english: str, korean: str):
    assert re.fullmatch(english, verdict_sentence(found[name], EN))
    assert korean in verdict_sentence(found[name], KO)
    assert len(drift_sentences(found[name], EN)) == len(drift_sentences(found[name], KO)) > 1


@pytest.mark.parametrize(
    ("unknown", "english", "korean"),
    [
        (MUTE, "most of the newest comparisons meet a refusal", "거절이거나"),
        (UNBALANCED, "the set is not balanced", "고르지 않은 질문 모음"),
        (FEW, "fewer than 50 comparisons so far", "아직 50건에 못 미칩니다"),
    ],
)
def test_where_quality_cannot_be_told_unchanged_is_said_of_behaviour_alone(
    found: dict[str, Drift], unknown: str, english: str, korean: str
):
    drift = replace(found["quiet"], unknown=unknown)
    assert verdict_sentence(drift, EN).startswith(f"Behaviour unchanged so far, quality unknown: {english}")
    assert korean in verdict_sentence(drift, KO)


def test_sentences_say_what_it_rests_on_and_what_is_left(found: dict[str, Drift]):
    fell, trap = (" ".join(drift_sentences(found[name], EN)) for name in ("fell", "trap"))
    assert re.search(
        r"Of 120 answers that can tell quality \d+ are right, of the 240 of before beside them \d+\. "
        r"Shown by comparison \d+, on Jan 1, 2026 \d\d:\d\d UTC\.",
        fell,
    )
    assert "40 more answers can be compared with this reference." in fell
    assert "ruled out" not in fell
    assert "tell nothing of quality, as a habit looks like a loss there: prime." in trap
    assert "beside them" not in trap
    assert "A fall of more than" in " ".join(drift_sentences(found["habit"], EN))
    renewed = replace(found["quiet"], counts=replace(found["quiet"].counts, left=0, refused=3, unclear=2, faults=1))
    said = " ".join(drift_sentences(renewed, EN))
    assert "begin a new one with --renew" in said
    assert "neither right nor wrong: 3 now, 0 in the reference" in said
    assert "from the text: 2 now" in said
    assert "questions asked last" not in said
    gone = replace(found["quiet"], counts=replace(found["quiet"].counts, newest_faults=26))
    assert "Of the 50 questions asked last, 26 met a fault; " in " ".join(drift_sentences(gone, EN))
    assert "ruled out" not in " ".join(drift_sentences(found["soon"], EN))
    anew = replace(watched(found["early"]), earlier=72)
    assert watched_sentences(anew, EN)[-1].startswith("72 earlier answers do not count: the set, the seed, ")
    assert watched_sentences(watched(found["early"]), EN) == drift_sentences(found["early"], EN)
    assert "1 question met a fault" in said


def test_a_name_cannot_steer_the_screen(found: dict[str, Drift]):
    swapped = replace(found["quiet"], models=(("a", START), ("\u202eb", START)))
    assert "\\u202eb first answered on Jan 1, 2026" in " ".join(drift_sentences(swapped, EN))


def test_data_is_canonical_and_names_the_e_values(found: dict[str, Drift]):
    data = drift_data([watched(found["fell"], "a"), watched(found["quiet"], "b"), watched(found["trap"], "c")], START)
    assert json.loads(canonical(data)) == data
    fell, quiet, trap = data["models"]
    assert (fell["verdict"], quiet["verdict"], trap["quality"]) == ("dropped", "unchanged", None)
    assert int(fell["quality"]["drop"]["e_value"]) > 1000 > float(quiet["quality"]["drop"]["e_value"])
    assert fell["quality"]["drop"]["alarm_at"].startswith("2026-01-01T")
    assert data["together"]["dropped"] == ["a"]
    assert together_sentences(data, EN)[1] == "Taken together, the drop of a stands (e-BH at 5 %)."
    assert together_sentences(drift_data([watched(found["fell"])], START), EN) == []


def test_the_picture_holds_walk_threshold_and_alarm(found: dict[str, Drift]):
    walk = found["trap"].behaviour.answers
    drawn = ET.fromstring(str(walk_chart(walk, found["trap"].pairs, "t", EN)))
    kinds = [one.get("class") for one in drawn]
    assert (kinds.count("walk"), kinds.count("walk-line"), kinds.count("walk-alarm")) == (1, 1, 1)
    assert f"comparison {walk.crossed}," in "".join(drawn.itertext())
    still = judged(BALANCED, lambda one, *_: one.truth, 60)
    assert walk_chart(still.behaviour.answers, still.pairs, "t", EN) is None
    quiet = found["quiet"].behaviour.answers
    assert "walk-alarm" not in str(walk_chart(quiet, found["quiet"].pairs, "t", EN))


@pytest.mark.parametrize("words", [EN, KO])
def test_the_page_stands_alone_and_escapes(found: dict[str, Drift], words: Words):
    one = drift_page([watched(found["fell"])], START, words)
    several = drift_page([watched(drift, name) for name, drift in found.items()], START, words)
    for page in (one, several):
        assert "<script" not in page
        assert "http" not in page.replace("http-equiv", "")
        assert "demo-<b>" not in page
    assert verdict_sentence(found["fell"], words) in one
    assert several.count('class="walk-alarm"') >= 4


def test_evidence_holds_each_comparison_with_the_answers_that_it_lies_beside(found: dict[str, Drift]):
    drift = found["trap"]
    first = replace(drift.pairs[0], new=replace(drift.pairs[0].new, request_id="=cmd()", answer="\x1b[2J"))
    file = io.StringIO()
    write_evidence(replace(drift, pairs=(first, *drift.pairs[1:])), file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert [int(row["comparison"]) for row in rows] == [n for n in range(1, 121) for _ in (1, 2)]
    assert len({row["before_time"] for row in rows}) == 240
    assert {row["tells_quality"] for row in rows} == {"no"}
    assert (rows[0]["now_request_id"], rows[0]["now_answer"]) == ("'=cmd()", "\ufffd[2J")
    assert sum(row["before_answer"] != row["now_answer"] for row in rows[1:]) >= drift.behaviour.differing - 1
