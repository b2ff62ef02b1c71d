"""Noun: the states of what leaves the book."""

from __future__ import annotations

# waiting and taken are open; a human has to look at those in TROUBLE. A reminder can become needless while it waits.
STATES = ("waiting", "taken", "done", "refused", "differs", "doubt", "unreachable")
NEEDLESS = "needless"
UNREACHABLE = "unreachable"
TROUBLE = ("refused", "differs", "doubt")
