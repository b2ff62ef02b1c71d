"""Verify words: every reason that a check of a folder can give is known, with what it holds, in both languages."""

from __future__ import annotations

import ast
import inspect
import re
from types import ModuleType

import pytest

from makegood.reads.labels import SEALED
from makegood.reads.verify_words import fault_words
from makegood.reads.words import Words
from makegood.records import check_commitments, commitments
from makegood.records.tally import Quarantined


def test_each_reason_of_the_check_stands_in_the_table():
    told = " ".join(SEALED.values())
    said = [*_texts(check_commitments, "Quarantined"), *_texts(commitments, "ValueError")]
    assert len(said) > 12
    assert [text for text in said if text not in told] == []


def _texts(module: ModuleType, name: str) -> list[str]:
    """The literal texts of what is made by a name, and of a `reason` beside it or given back."""
    found: list[str] = []
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        made = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        named = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "reason"
        if made or named or (isinstance(node, ast.Return) and name == "Quarantined"):
            constants = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
            found += [text.strip("()") for text in constants if isinstance(text, str) and " " in text.strip()]
    return found


@pytest.mark.parametrize(
    ("reason", "korean"),
    [
        ("is missing", "없어졌습니다"),
        ("cannot be read (Permission denied)", "읽을 수 없습니다(Permission denied)"),
        ("is no commitment: the line was changed", "확정 기록이 아닙니다. 이 행은 바뀌었습니다"),
        ("is of 2026-01-02, which is not after 2026-01-03", "2026-01-02의 기록으로, 2026-01-03 이후의 날이 아닙니다"),
        ("of something new", "of something new"),
    ],
)
def test_it_is_said_with_its_place(reason: str, korean: str):
    fault = Quarantined("a/b", 3, reason)
    assert fault_words(fault, Words("en")) == f"a/b:3: {reason}"
    assert fault_words(fault, Words("ko")) == f"a/b:3: {korean}"


def test_each_reason_has_its_own_korean():
    for text in SEALED.values():
        reason = re.sub(r"\{\w+\}", "X", text)
        told = fault_words(Quarantined("a", 0, reason), Words("ko"))
        assert re.search("[가-힣]", told), text
