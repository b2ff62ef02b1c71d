"""Texts as plain data with lines: scalars stay text, every path has a line, a fault is told with its line."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.records.config.places import Path
from makegood.terms import lines as subject
from makegood.terms.lines import BadText, Kind, kind_of, read_lined

TOML = '''
a.b."c d" = 1  # a remark with = and ]
"k\\tx" = """
two
lines \\
"""
[t . u]
x = [1, # ]
  {a=1, b.c=[
 2]},
]
[[rows]]
day = 2026-06-30
time = 2026-06-30 10:00:00
instant = 2026-06-30T10:00:00Z
clock = 07:32:00
share = 99.90
long = +1_000.5e-3
hex = 0xff
yes = true
1.2 = 'it''s'
[[rows.cells]]
v = """a""\\"""""
[[rows]]
[[rows.cells]]
[rows.cells.end]
'''.replace("it''s", "its")

SAME: dict[Kind, str] = {
    "yaml": "a: 99.90\nb: [1, true, 2026-06-30]\nc:\n  - d: ~\n  - e: 'null'\n",
    "json": '{"a": 99.90,\n"b": [1, true, "2026-06-30"],\n"c":\n [{"d": null},\n  {"e": "null"}]}',
    "toml": 'a = 99.90\nb = [1, true, 2026-06-30]\nc = [\n{},\n{e = "null"}]\n',
}


@pytest.mark.parametrize("kind", SAME)
def test_scalars_stay_text_in_every_kind(kind: Kind) -> None:
    lined = read_lined(SAME[kind], kind)
    nothing = {} if kind == "toml" else {"d": None}  # TOML has no word for nothing
    assert lined.data == {"a": "99.90", "b": ["1", "true", "2026-06-30"], "c": [nothing, {"e": "null"}]}
    assert [lined.line(path) for path in (("a",), ("b", 2), ("c",), ("c", 1, "e"))] == [1, 2, 3, 5]


def test_toml_is_followed_through_headers_dotted_keys_and_values_over_several_lines() -> None:
    lined = read_lined(TOML, "toml")
    assert lined.data["rows"][0] == {
        "day": "2026-06-30",
        "time": "2026-06-30T10:00:00",
        "instant": "2026-06-30T10:00:00+00:00",
        "clock": "07:32:00",
        "share": "99.90",
        "long": "+1000.5e-3",
        "hex": "255",
        "yes": "true",
        "1": {"2": "its"},
        "cells": [{"v": 'a""""'}],
    }
    expected: dict[Path, int] = {
        ("a", "b", "c d"): 2,
        ("k\tx",): 3,
        ("t", "u"): 7,
        ("t", "u", "x", 0): 8,
        ("t", "u", "x", 1, "b", "c"): 9,
        ("t", "u", "x", 1, "b", "c", 0): 10,
        ("rows",): 12,
        ("rows", 0, "1", "2"): 21,
        ("rows", 0, "cells", 0, "v"): 23,
        ("rows", 1): 24,
        ("rows", 1, "cells", 0, "end"): 26,
    }
    assert {path: lined.lines[path] for path in expected} == expected


FAULTS: list[tuple[Kind, str, int, str]] = [
    ("toml", "a = 1\na = 2\nb = 3", 2, "'a' stands here twice"),
    ("toml", "a.b = 1\n\na.b = [\n2]", 3, "'b' stands here twice"),
    ("toml", "[a]\n[b]\n[a]\n", 3, "'a' stands here twice"),
    ("toml", "[a]\nb = 1\n[a.b]", 3, "'b' stands here twice"),
    ("toml", "x = 0\na = {b = 1, b = 2}", 2, "'b' stands here twice"),
    ("toml", "a = {b = 1}\na.c = 2", 2, "this is not TOML"),
    ("toml", "a = 1\nb = ten", 2, "this is not TOML (invalid value)"),
    ("toml", 'a = "x\n', 1, "this is not TOML"),
    ("toml", "a = 1\nb = 2026-02-30", 2, "invalid date"),
    ("toml", "\na: 1", 2, "this is not TOML (expected '='"),
    ("toml", "a = 1\nb = " + "9" * 5000, 2, "thousands of digits"),
    ("toml", "a = 1\nb = 0x" + "f" * 5000, 2, "thousands of digits"),
    ("toml", "\n\na = " + "[" * 5000, 3, "nested more than 40 deep"),
    ("toml", "\n\na = [\n" + "[" * 50 + "]" * 50 + "]", 4, "nested more than 40 deep"),
    ("toml", "b = 1\n" + "a." * 45 + "c = 1", 2, "nested more than 40 deep"),
    ("toml", "b = 1\n[" + "a . " * 400_000 + "c]", 2, "nested more than 40 deep"),
    ("toml", " " * 1_000_000 + "x", 1, "this is not TOML"),
    ("toml", 'a = {"b"' + " " * 1_000_000, 1, "this is not TOML"),
    ("yaml", "a: 1\nb: {a: 1,\n a: 2}", 3, "'a' stands here twice"),
    ("yaml", "a: &x 1\nb: *x", 2, "repeated by reference"),
    ("yaml", "a: 1\n? [b]\n: c", 2, "not a plain word"),
    ("yaml", "a: 1\n---\nb: 2", 2, "a second document begins"),
    ("yaml", "a: 1\nb: [1", 2, "this is not YAML"),
    ("yaml", "a: 1\nb: \x00", 2, "cannot be printed"),
    ("yaml", "a: 1\n" + "[" * 5000, 2, "this is not YAML"),
    ("yaml", "[" * 1_000_000, 1, "nested more than 40 deep"),
    ("yaml", "a: 1\nb: " + "{a: " * 5000, 2, "nested more than 40 deep"),
    ("json", '{"a": 1,\n"b": {"c": 1,\n"c": 2}}', 3, "'c' stands here twice"),
    ("json", '{"a": 1,\n}', 2, "this is not JSON"),
    ("json", '{"a": 1}\nx', 2, "this is not JSON (extra data)"),
    ("json", "\n\n" + "[" * 100_000, 3, "nested more than 40 deep"),
    ("json", '\n{"a":' * 41 + "1" + "}" * 41, 42, "nested more than 40 deep"),
    ("json", '{"a":\n"b", "c": "\\ud800"}', 2, "half a character"),
]


@pytest.mark.parametrize(("kind", "text", "line", "words"), FAULTS, ids=range(len(FAULTS)))
def test_the_first_fault_is_told_with_its_line(kind: Kind, text: str, line: int, words: str) -> None:
    with pytest.raises(BadText) as told:
        read_lined(text, kind)
    assert words in told.value.reason
    assert told.value.line == line
    assert "; " in told.value.reason


def test_yaml_is_read_alike_where_its_library_was_built_without_its_fast_half(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for kind, text in SAME.items() if kind == "yaml"] + ["", "# nothing\n", "a: b: c", "- [x, {y: 1}]\n"]
    fast = [_read(text) for text in texts]
    monkeypatch.setattr(subject, "_LOADER", yaml.SafeLoader)
    assert [_read(text) for text in texts] == fast


def _read(text: str, kind: Kind = "yaml") -> object:
    try:
        lined = read_lined(text, kind)
    except BadText as fault:
        return fault.line
    return lined.data, lined.lines


@pytest.mark.parametrize("kind", ["yaml", "toml", "json"])
@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_a_text_with_nothing_in_it_is_no_data(kind: Kind, text: str) -> None:
    assert read_lined(text, kind).data is None


@pytest.mark.parametrize("kind", SAME)
def test_marks_of_other_systems_change_nothing(kind: Kind) -> None:
    assert read_lined("\ufeff" + SAME[kind].replace("\n", "\r\n"), kind) == read_lined(SAME[kind], kind)


def test_the_kind_is_told_by_the_suffix() -> None:
    assert [kind_of(name) for name in ("a.TOML", "a.json", "a.yml", "toml", "a.b/pack")] == [
        "toml",
        "json",
        "yaml",
        "toml",
        "yaml",
    ]


# --- every path of the data has a line, and that line holds the key -------------------------------------------------

WORDS = st.sampled_from(["a", "b", "key-1", "2026", "1", "x_y"])
KEYS = st.one_of(WORDS, st.sampled_from(['"a b"', "'c.d'", '"e\\tf"', '"#"', "'[x]'", '"="', '"é"']))
SCALARS = st.sampled_from(
    [
        *("1", "0x1F", "99.90", "true", "-inf", "2026-06-30", "2026-06-30 10:00:00", "07:32:00", '""', "''"),
        *('"a # b"', "'[x'", '"q\\"]"', '"""\n a = 1\n[b]\n"""', "'''\n]\n# '' \n'''"),
        *('"""x""\\""""""', '"""a""""', "'''b'''''", '"""\\\n  c"""'),
    ]
)
GAPS = st.sampled_from(["", " ", "\n", "\n\n", " # a = [\n", "\n  "])
SPACES = st.sampled_from(["", " ", "\t "])


@st.composite
def lists(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    items = draw(st.lists(values, max_size=3))
    text = "".join(f"{draw(GAPS)}{item}{draw(GAPS)}," for item in items)
    return f"[{text[:-1] if draw(st.booleans()) else text}{draw(GAPS)}]"


@st.composite
def pairs(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    key = f"{draw(SPACES)}.{draw(SPACES)}".join(draw(st.lists(KEYS, min_size=1, max_size=3)))
    return f"{key}{draw(SPACES)}={draw(SPACES)}{draw(values)}"


def tables(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(pairs(values), max_size=3).map(lambda found: "{" + ", ".join(found) + "}")


VALUES = st.recursive(SCALARS, lambda inner: st.one_of(lists(inner), tables(inner)), max_leaves=5)


@st.composite
def headers(draw: st.DrawFn) -> str:
    key = f"{draw(SPACES)}.{draw(SPACES)}".join(draw(st.lists(KEYS, min_size=1, max_size=3)))
    left, right = draw(st.sampled_from([("[", "]"), ("[[", "]]")]))
    return f"{left}{draw(SPACES)}{key}{draw(SPACES)}{right}"


@st.composite
def documents(draw: st.DrawFn) -> str:
    """TOML of whatever statements the parser takes one after the other."""
    text = ""
    for statement in draw(st.lists(st.one_of(pairs(VALUES), headers()), min_size=1, max_size=12)):
        longer = f"{text}{draw(GAPS)}{draw(SPACES)}{statement} {draw(st.sampled_from(['', '# = ]']))}\n"
        try:
            tomllib.loads(longer)
        except tomllib.TOMLDecodeError:
            continue
        text = longer
    return text


def _paths(data: Any, path: Path = ()) -> list[Path]:
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(found for step, value in inside for found in _paths(value, (*path, step)))]


@settings(max_examples=400, deadline=None)
@given(documents())
def test_every_path_of_a_toml_text_has_a_line_that_holds_its_key(text: str) -> None:
    parsed = tomllib.loads(text, parse_float=str)
    lined = read_lined(text, "toml")
    assert set(lined.lines) == set(_paths(parsed)) | {()}
    assert _paths(lined.data or {}) == _paths(parsed)
    rows = text.split("\n")
    for path, line in lined.lines.items():
        if path and isinstance(path[-1], str):
            assert json.dumps(path[-1], ensure_ascii=False)[1:-1] in rows[line - 1], (path, line)


@settings(max_examples=200, deadline=None)
@given(documents(), st.integers(0, 400))
def test_a_toml_text_cut_anywhere_is_read_or_told(text: str, at: int) -> None:
    read = _read(text[:at], "toml")
    assert not isinstance(read, int) or 1 <= read <= text.count("\n") + 1


TREES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(TREES, st.sampled_from([None, 0, 2]))
def test_json_has_the_lines_that_yaml_finds_in_it(tree: Any, indent: int | None) -> None:
    text = json.dumps(tree, indent=indent)
    lined = read_lined(text, "json")
    assert set(lined.lines) == set(_paths(lined.data))
    assert lined.data == _as_text(tree)
    if "\\u" not in text:  # YAML reads some escapes otherwise
        assert lined.lines == read_lined(text, "yaml").lines


def _as_text(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _as_text(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_as_text(value) for value in tree]
    return {None: None, True: "true", False: "false"}[tree] if tree is None or isinstance(tree, bool) else str(tree)
