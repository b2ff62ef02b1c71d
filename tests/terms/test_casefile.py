"""Files of worked cases: JSON or YAML, a bare list or one with a head; each case knows its lines when asked."""

from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter

import pytest
import yaml

from makegood.errors import BadTerms
from makegood.terms.casefile import GivenCase, read_cases
from makegood.terms.read import text_of

CASES = [
    {"id": "one", "inputs": {"bill": {"currency": "USD", "amount": "12.00"}}, "expected": {"eligible": True}},
    {"id": "two", "inputs": {"runs": [{"minutes": 5}]}, "expected": {"credit": None, "met": [True, [False]]}},
]
PLAIN = [
    {"id": "one", "inputs": {"bill": {"currency": "USD", "amount": "12.00"}}, "expected": {"eligible": "true"}},
    {"id": "two", "inputs": {"runs": [{"minutes": "5"}]}, "expected": {"credit": None, "met": ["true", ["false"]]}},
]
HEAD = {"format": 1, "about": "Two cases, no more"}


def _read(tmp_path: Path, name: str, text: str) -> tuple[GivenCase, ...]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_cases(path)


def _written(whole: object, name: str, indent: int | None) -> str:
    if name.endswith(".json"):
        return json.dumps(whole, indent=indent)
    return yaml.safe_dump(whole, default_flow_style=indent is None)


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("has_head", [True, False])
@pytest.mark.parametrize("name", ["c.json", "c.yaml", "c.yml"])
def test_cases_are_read_as_text_with_their_lines(tmp_path: Path, name: str, has_head: bool, indent: int | None) -> None:
    text = _written({**HEAD, "cases": CASES, "also": [1]} if has_head else CASES, name, indent)
    cases, rows = _read(tmp_path, name, text), text.split("\n")
    assert [case.data for case in cases] == PLAIN
    for case in cases:
        lined = case.lined()
        assert lined.data is case.data
        assert lined.line(()) == case.line
        assert "inputs" in rows[lined.line(("inputs",)) - 1]
        assert "expected" in rows[lined.line(("expected", "nothing")) - 1]
    assert "minutes" in rows[cases[1].lined().line(("inputs", "runs", 0, "minutes")) - 1]


def test_numbers_stay_as_they_are_written(tmp_path: Path) -> None:
    (case,) = _read(tmp_path, "c.json", '[{"a": 12.50, "b": 1e3, "c": -0, "d": NaN, "e": 99999999999999999999.9}]')
    assert case.data == {"a": "12.50", "b": "1e3", "c": "-0", "d": "NaN", "e": "99999999999999999999.9"}


def test_characters_of_two_halves_are_read(tmp_path: Path) -> None:
    (case,) = _read(tmp_path, "c.json", json.dumps([{"title": "늦었다 🙂"}]))
    assert case.data == {"title": "늦었다 🙂"}


def test_the_published_cases_are_read_whole(shared: Path) -> None:
    path = shared / "terms" / "cases.json"
    cases, rows = read_cases(path), path.read_text(encoding="utf-8").split("\n")
    raw = json.loads(path.read_text(encoding="utf-8"), parse_float=str, parse_int=str)["cases"]
    assert [case.data["id"] for case in cases] == [case["id"] for case in raw]
    for case in cases:
        assert f'"{case.data["id"]}"' in rows[case.lined().line(("id",)) - 1]
        assert '"expected"' in rows[case.lined().line(("expected",)) - 1]


FAULTS = [
    ("c.json", "", "c.json:1: there are no cases"),
    ("c.json", "{}", "c.json:1: there are no cases; write a list"),
    ("c.json", "\n[]", "c.json:2: there are no cases"),
    ("c.json", '{"format": 1,\n"cases": 5}', "c.json:2: there are no cases"),
    ("c.json", '{"format": 1,\n"cases": []}', "c.json:2: there are no cases"),
    ("c.json", '{"about": "x",\n"format": 2, "cases": [{}]}', "c.json:2: the file is not of format 1"),
    ("c.json", '[{"id": "a"},\n"b"]', "c.json:2: a case is not a set of named values"),
    ("c.json", '[{"id": "a"},\n{"id": "b",\n"id": "c"}]', "c.json:3: 'id' stands here twice"),
    ("c.json", '{"cases": [{}],\n"cases": [{}]}', "c.json:2: 'cases' stands here twice"),
    ("c.json", '[{"id": "a"},\n{"id": b}]', "c.json:2: this is not JSON (expecting value)"),
    ("c.json", '[{"id": "a"},\n]', "c.json:2: this is not JSON (expecting value)"),
    ("c.json", '[{"id": "a"}\n{"id": "b"}]', "c.json:2: this is not JSON (expecting , or ])"),
    ("c.json", '{"cases": [{}],\n}', 'c.json:2: this is not JSON (expecting ")'),
    ("c.json", '[{"id": "a"}]\nx', "c.json:2: this is not JSON (extra data)"),
    ("c.json", '[{"id": "a"},\n{"id": "\\ud800"}]', "c.json:2: half a character is escaped here"),
    ("c.json", '[{"id": "a"},\n{"id": ' + "[" * 100_000, "c.json:2: values are nested more than 40 deep"),
    ("c.json", '"cases"', "c.json:1: there are no cases"),
    ("c.yaml", "", "c.yaml:1: there are no cases"),
    ("c.yaml", "format: 1\ncases: 5", "c.yaml:2: there are no cases"),
    ("c.yaml", "about: x\nformat: 2\ncases: [{}]", "c.yaml:2: the file is not of format 1"),
    ("c.yaml", "- id: a\n- b", "c.yaml:2: a case is not a set of named values"),
    ("c.yaml", "- id: a\n  id: b", "c.yaml:2: 'id' stands here twice"),
    ("c.yaml", "- id: [", "c.yaml:1: this is not YAML"),
]


@pytest.mark.parametrize(("name", "text", "words"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_names_file_line_reason_and_mend(tmp_path: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(BadTerms) as told:
        _read(tmp_path, name, text)
    sentence = str(told.value)
    assert f"{tmp_path}/{words}" in sentence
    assert sentence.endswith(".")
    assert "; " in sentence


def test_a_case_nested_without_end_stands_where_it_begins(tmp_path: Path) -> None:
    (case,) = _read(tmp_path, "c.json", '\n[{"a":\n' + "[" * 100 + "]" * 100 + "}]")
    assert case.lined().line(("a", 0)) == case.line == 2


@pytest.mark.parametrize("depth", [60, 300, 700, 960])
def test_half_a_character_at_any_depth_is_told(tmp_path: Path, depth: int) -> None:
    with pytest.raises(BadTerms, match=r"c\.json:[12]: (values are nested more than 40 deep|half a character)"):
        _read(tmp_path, "c.json", '[{"id":\n' + "[" * depth + '"\\ud800"' + "]" * depth + "}]")


def test_files_that_are_none_are_said(tmp_path: Path) -> None:
    with pytest.raises(BadTerms, match="cannot be read"):
        read_cases(tmp_path / "absent.json")
    (tmp_path / "latin.json").write_bytes(b'[\n"\xff"]')
    with pytest.raises(BadTerms, match=r"latin\.json:2: the text is not UTF-8"):
        read_cases(tmp_path / "latin.json")
    with pytest.raises(BadTerms, match="larger than 0 MB; give a file of worked cases"):
        text_of(tmp_path / "latin.json", "a file of worked cases", 3)


def test_many_cases_are_read_in_a_time_that_grows_with_their_number(tmp_path: Path) -> None:
    one = {
        "inputs": {"segments": [{"intervals": 864, "requests": 1000, "errors": 100}] * 5},
        "expected": {"value": 99.0},
    }
    text = json.dumps({**HEAD, "cases": [{"id": f"c{at}", **one} for at in range(10_000)]}, indent=1)
    start = perf_counter()
    cases = _read(tmp_path, "c.json", text)
    assert perf_counter() - start < 5  # 0.3 s on the machine where 100,000 published cases of 130 MB took 6 s
    assert len(cases) == 10_000
    assert '"c9999"' in text.split("\n")[cases[-1].lined().line(("id",)) - 1]
