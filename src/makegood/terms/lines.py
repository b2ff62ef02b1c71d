"""Noun: a YAML text as plain data whose every value knows its line; all scalars stay text, so no float can enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

Path = tuple[str | int, ...]
_NULL = ("", "~", "null")


class BadText(Exception):
    """The text is not the YAML that packs are written in; `line` is 1-based, 0 when unknown."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


@dataclass(frozen=True)
class Lined:
    """`data` in dicts, lists, text and None; `lines` maps the path of each key and item to its line (1-based)."""

    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of the path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_lined(text: str) -> Lined:
    """Parse one YAML document; raise BadText with the line of the first fault."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if root is None:
            raise BadText(1, "the file is empty; begin with 'terms: an-id'")
        lines: dict[Path, int] = {(): root.start_mark.line + 1}
        return Lined(_plain(root, (), lines, set()), lines)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        problem = getattr(fault, "problem", None) or "it holds characters that YAML does not allow"
        raise BadText(mark.line + 1 if mark else 0, f"this is not YAML ({problem}); mend the text here") from fault
    except RecursionError as fault:
        raise BadText(0, "values are nested too deeply; a pack needs fewer than twenty levels") from fault


def _plain(node: Any, path: Path, lines: dict[Path, int], seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    if id(node) in seen:
        raise BadText(line, "a value is repeated by reference (&name, *name); write it out")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, seen)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
        return [_plain(item, (*path, index), lines, seen) for index, item in enumerate(node.value)]
    return None if node.style is None and node.value in _NULL else node.value


def _mapping(node: Any, path: Path, lines: dict[Path, int], seen: set[int]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise BadText(line, "a key is not a plain word; write it as one word")
        if key.value in result:
            raise BadText(line, f"'{key.value}' stands here twice; keep one of them")
        lines[(*path, key.value)] = line
        result[key.value] = _plain(value, (*path, key.value), lines, seen)
    return result
