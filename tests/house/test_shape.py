"""The shape of the house: sizes, captions, names of files, what is public."""

from __future__ import annotations

import ast
from statistics import median

import makegood
from tests.house.source import ROOT, functions, modules, name

MOST_LINES, MOST_FUNCTION_LINES, MOST_PARAMETERS = 400, 60, 5
# The command line's own signature is its list of options.
MANY_OPTIONS = {"assess"}


def test_no_file_is_over_400_lines():
    long = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path, _ in modules()}
    assert {path: lines for path, lines in long.items() if lines > MOST_LINES} == {}


def test_the_median_file_is_about_120_lines():
    assert median(len(path.read_text(encoding="utf-8").splitlines()) for path, _ in modules()) <= 130


def test_no_function_is_over_60_lines():
    long = [
        f"{name(path)}:{node.lineno} {node.name} {node.end_lineno - node.lineno + 1}"
        for path, tree in modules()
        for node in functions(tree)
        if (node.end_lineno or 0) - node.lineno + 1 > MOST_FUNCTION_LINES and node.name not in MANY_OPTIONS
    ]
    assert long == []


def test_no_function_takes_more_than_five_parameters():
    many = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path, tree in modules()
        for node in functions(tree)
        if len([*node.args.posonlyargs, *node.args.args]) - _bound(node) > MOST_PARAMETERS
        and node.name not in MANY_OPTIONS
    ]
    assert many == []


def _bound(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return int(bool(node.args.args) and node.args.args[0].arg in ("self", "cls"))


def test_every_module_has_a_caption_of_one_line():
    for path, tree in modules():
        caption = (ast.get_docstring(tree) or "").splitlines()
        assert caption, f"{name(path)} has no caption"
        assert len(caption[0]) <= 116, f"{name(path)}: the caption is too long"
        assert caption[0].rstrip().endswith((".", ";", ":")), f"{name(path)}: the caption is one sentence"


def test_every_public_name_says_what_it_is():
    silent = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path, tree in modules()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_drawer_without_a_name():
    drawers = {"utils", "util", "helpers", "common", "types", "misc"}
    assert [name(path) for path, _ in modules() if path.stem in drawers or path.parent.name in drawers] == []


def test_init_files_hold_a_caption_and_the_public_list_only():
    for path, tree in modules():
        if path.name == "__init__.py":
            allowed = ast.Expr | ast.ImportFrom | ast.Import | ast.Assign | ast.AnnAssign | ast.If | ast.FunctionDef
            assert all(isinstance(node, allowed) for node in tree.body), name(path)
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 60, name(path)


def test_what_is_public_is_what_is_exported():
    assert sorted(makegood.__all__) == list(makegood.__all__)
    for public in makegood.__all__:
        assert getattr(makegood, public) is not None
    documented = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    assert [public for public in makegood.__all__ if f"`{public}`" not in documented] == []
