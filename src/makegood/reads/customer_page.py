"""Customer page: the answer to "did I get mine?", with every posting and its proof, as one self-contained page."""

from __future__ import annotations

from makegood.reads.report import page
from makegood.reads.statement_words import CHECK, FILE, Told
from makegood.reads.words import Words


def customer_page(told: Told, words: Words) -> str:
    """A statement in words (told_statement) as HTML text: no script, no network, all foreign text escaped."""
    return page("customer.html.j2", {"told": told, "command": CHECK.format(file=FILE)}, words)
