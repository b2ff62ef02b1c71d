"""Verb: audit audiences; the accounts of a file, with reasons and figures, are those that were imported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from makegood.campaigns.audience_file import audience_hash
from makegood.campaigns.cause import AUDIENCE
from makegood.errors import MakegoodError
from makegood.losses.hit import Hit
from makegood.reads.audit_findings import Looking
from makegood.reads.audit_journal import Acts
from makegood.spans import Span, from_us

_CAUSES = "SELECT id, start_us, end_us FROM cause WHERE kind = %s ORDER BY id"
_HITS = "SELECT account, attempts, faults, tokens, wasted, says FROM hit WHERE cause = %s AND assessment = %s"


def audit_audiences(looking: Looking, acts: Acts) -> None:
    """Hold every cause that a file of accounts told of against the hash it was imported under, by table and journal."""
    book, told = looking.book, {act.subject: act.detail.get("hash") for act in acts.of("import_audience")}
    tellings = "SELECT assessment FROM telling WHERE cause = %s"
    for cause, start, end in book.rows(_CAUSES, (AUDIENCE,)):
        looking.looked_at["audience"] += 1
        where, kept = f"cause {cause}", [hash for (hash,) in book.rows(tellings, (cause,))]
        if kept != [told.pop(cause, None)]:
            looking.find("audience_without_act", where, at=cause)
        elif _content(looking, cause, (start, end), kept[0]) != kept[0]:
            looking.find("audience_changed", where, at=cause)
    for cause in sorted(told):
        looking.find("row_missing", f"cause {cause}", at=cause, table="cause")


def _content(looking: Looking, cause: str, span: tuple[int, int], assessment: str) -> str:
    """The hash that the rows give, empty where they cannot be read; hits of another import are another content."""
    others = "SELECT COUNT(*) FROM hit WHERE cause = %s AND assessment <> %s"
    if looking.book.one(others, (cause, assessment))[0]:
        return ""
    try:
        return audience_hash(cause, Span(from_us(span[0]), from_us(span[1])), _hits(looking, cause, assessment))
    except (ValueError, TypeError, AttributeError, OverflowError, InvalidOperation, MakegoodError):
        return ""


def _hits(looking: Looking, cause: str, assessment: str) -> Iterator[Hit]:
    for account, attempts, faults, tokens, wasted, says in looking.rows(_HITS, (cause, assessment)):
        looking.looked_at["hit"] += 1
        amounts = tuple((currency, Decimal(text)) for currency, text in json.loads(wasted).items())
        yield Hit(account, cause, attempts, faults, tokens, amounts, says)
