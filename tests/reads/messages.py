"""Messages: every text that the source can say, found in its syntax trees and templates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, nodes

from makegood.reads import labels

ROOMS = ("reads", "cli")
Message = str | tuple[str, str]


def used_messages() -> set[Message]:
    """Message ids of `say` and pairs of `many`, and every label; a call whose message is not literal is refused."""
    found: set[Message] = {text for table in labels.TABLES.values() for text in table.values()}
    root = Path(str(files("makegood")))
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            found |= _in_python(path)
        for path in sorted((root / room).rglob("*.j2")):
            found |= _in_template(path)
    return found


def _in_python(path: Path) -> set[Message]:
    found: set[Message] = set()
    for node in _spoken(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("say", "many"):
            found |= _said(node.func.attr, [getattr(arg, "value", None) for arg in node.args], f"{path}:{node.lineno}")
    return found


def _spoken(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those of a method `say` itself, which only hands on what its callers wrote out."""
    yield tree
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.FunctionDef) and node.name in ("say", "many")):
            yield from _spoken(node)


def _in_template(path: Path) -> set[Message]:
    found: set[Message] = set()
    for node in Environment().parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
        if isinstance(node.node, nodes.Name) and node.node.name in ("say", "many"):
            found |= _said(node.node.name, [getattr(arg, "value", None) for arg in node.args], f"{path}:{node.lineno}")
    return found


def _said(name: str, arguments: list[object], place: str) -> set[Message]:
    literal = arguments[: 1 if name == "say" else 2]
    if "labels.py" in place and not all(isinstance(one, str) for one in literal):
        return set()  # a message of its tables, which are taken whole
    assert all(isinstance(one, str) for one in literal), f"{place}: the message of {name}() must be written out"
    texts = [str(one) for one in literal]
    return {texts[0]} if name == "say" else {(texts[0], texts[1])}
