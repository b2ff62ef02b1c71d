"""Noun: the states of what leaves the book."""

from __future__ import annotations

# waiting and taken are open; a human has to look at those in TROUBLE.
STATES = ("waiting", "taken", "done", "refused", "differs", "doubt", "unreachable")
TROUBLE = ("refused", "differs", "doubt")
