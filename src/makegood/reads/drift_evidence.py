"""Drift evidence: every comparison behind a verdict as a row to cite, with request ids and no answer's text."""

from __future__ import annotations

from typing import TextIO

from makegood.incidents.drift.answer import Answer
from makegood.incidents.drift.judge import Drift, quality_pair
from makegood.reads.safe_csv import SafeCsv
from makegood.spans import iso

_SIDE = ("time", "answer", "form", "right", "model", "request_id")
_SIDES = tuple(f"{part}_{name}" for part in ("before", "now") for name in _SIDE)
_HEAD = ("comparison", "question", "topic", "class", "tells_quality", *_SIDES)


def write_evidence(drift: Drift, file: TextIO) -> None:
    """Comparisons in the order in which they were made, a row for each answer of before that the new one lies beside;
    `right` is empty where there is neither right nor wrong."""
    table = SafeCsv(file)
    table.row(_HEAD)
    for number, pair in enumerate(drift.pairs, 1):
        one = pair.canary
        tells = "yes" if one.id in drift.balance.counted and quality_pair(pair) else "no"
        for old in pair.before:
            table.row((str(number), one.id, one.topic, one.group, tells, *_side(old), *_side(pair.new)))


def _side(answer: Answer) -> tuple[str, ...]:
    right = {None: "", True: "yes", False: "no"}[answer.right]
    return iso(answer.time), answer.answer, answer.form, right, answer.model or "", answer.request_id or ""
