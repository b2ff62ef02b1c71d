"""No float on a money path, no clock and no network below the faces."""

from __future__ import annotations

import ast

from tests.house.source import SOURCE, modules, name

# Where money is read, reckoned, rounded or shown. The detector reckons chances, not money.
BOOK = ("ledger", "awards", "campaigns", "store", "acts")
MONEY = ("money.py", "keys.py", "spans.py", "engine.py", "losses", "terms", "records", *BOOK)
BELOW = (*MONEY, "incidents", "reads")
CLOCKS = {"now", "utcnow", "today", "time", "monotonic"}


def _in(rooms: tuple[str, ...]):
    for path, tree in modules():
        if path.relative_to(SOURCE).parts[0] in rooms:
            yield path, tree


def test_no_float_in_a_money_path():
    found = [
        f"{name(path)}:{node.lineno}"
        for path, tree in _in(MONEY)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert found == []


def test_no_clock_below_the_faces():
    found = [
        f"{name(path)}:{node.lineno}"
        for path, tree in _in(BELOW)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
        and not (node.func.attr == "time" and node.args)
    ]
    assert [place for place in found if "time()" in place or place] == []


def test_no_environment_below_the_faces():
    found = [
        f"{name(path)}:{node.lineno}"
        for path, tree in _in(BELOW)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]
    assert found == []
