"""makegood: finds what an AI service failed to deliver, what it cost, and what the terms owe."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from makegood.engine import Assessment, Params, assess
    from makegood.errors import MakegoodError
    from makegood.money import Money
    from makegood.reads.assessment import as_data, assessment_hash
    from makegood.records.warehouse import Warehouse
    from makegood.spans import Span

__all__ = [
    "Assessment",
    "MakegoodError",
    "Money",
    "Params",
    "Span",
    "Warehouse",
    "as_data",
    "assess",
    "assessment_hash",
]

_HOMES = {
    "Assessment": "engine",
    "MakegoodError": "errors",
    "Money": "money",
    "Params": "engine",
    "Span": "spans",
    "Warehouse": "records.warehouse",
    "as_data": "reads.assessment",
    "assess": "engine",
    "assessment_hash": "reads.assessment",
}


def __getattr__(name: str) -> Any:
    """Load a public name where it is first asked for, so that the command starts at once."""
    if name not in _HOMES:
        raise AttributeError(f"module 'makegood' has no attribute '{name}'")
    return getattr(import_module(f"makegood.{_HOMES[name]}"), name)
