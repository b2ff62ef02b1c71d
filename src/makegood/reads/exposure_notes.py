"""Notes: what a reader of an audit should know about its evidence; each with a code, its facts and a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from makegood.engine import Audit
from makegood.reads.source_notes import Told, no_call_ids, published, source_notes, usable_not_known


def noted(audit: Audit) -> list[dict[str, Any]]:
    """The notes in a fixed order; `text` is English, other languages are made from `code` and `params`."""
    return published((*source_notes(audit), *_grouping(audit), *_dimensions(audit), *_spend(audit), *_replays(audit)))


def _grouping(audit: Audit) -> Iterator[Told]:
    yield from no_call_ids(audit)
    yield from usable_not_known(audit)
    if not audit.extras.with_route:
        text = (
            "These files name no routes, so calls stand by service and model: only the same model elsewhere, and "
            "what answered a call after a failure, can show an alternative."
        )
        yield "audit_no_routes", {}, text


def _dimensions(audit: Audit) -> Iterator[Told]:
    whole = audit.exposure.whole.calls
    named = {"region": "region", "key": "key"}
    for side in audit.exposure.sides:
        n = side.untold.calls
        if n and side.dimension in named:
            text = f"For {n:,} of {whole:,} calls these files name no {named[side.dimension]}: of these it cannot tell."
            yield f"audit_no_{side.dimension}", {"n": n, "whole": whole}, text


def _spend(audit: Audit) -> Iterator[Told]:
    spend = audit.exposure.whole.spend
    if spend.listed:
        n = spend.listed
        text = f"For {n:,} attempts the log names no charge; they stand at the list price of model, tokens and day."
        yield "audit_listed", {"n": n}, text
    if spend.unknown:
        n = spend.unknown
        text = f"For {n:,} attempts nobody knows what they cost; they are in no amount."
        yield "audit_unpriced", {"n": n}, text


def _replays(audit: Audit) -> Iterator[Told]:
    if any(replay.laid for replay, _ in audit.replays):
        text = (
            "A stated share is a peak: over a whole window fewer requests failed on average. Total is the most that "
            "can have been. What the alternatives could carry at once is not known from a log."
        )
        yield "audit_peak", {}, text
        if not audit.params.reading.bill and _wants_bill(audit):
            text = "Without the month's bill (--bill) a credit that is a share of it has no amount."
            yield "audit_no_bill", {}, text
    if audit.params.routes and not audit.extras.with_route:
        text = "A gateway's file was given, and the log names no routes: whether its paths were taken cannot be told."
        yield "audit_paths_not_shown", {}, text


def _wants_bill(audit: Audit) -> bool:
    """Does some verdict give a share of a base that nobody named?"""
    verdicts = (one for _, paid in audit.replays for each in paid for played in each.played for one in played.verdicts)
    return any(one.verdict == "owed" and one.amount is None and one.percent is not None for one in verdicts)
