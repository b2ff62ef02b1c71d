"""Statements: the text of an analysis, kept as SQL beside the verb that uses it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def statement(package: str, name: str) -> str:
    """The SELECT in `name`.sql of a package, such as statement("makegood.losses", "waste")."""
    return (files(package) / f"{name}.sql").read_text(encoding="utf-8")
