"""Review page: a contract's findings and its replay as one self-contained page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from makegood.engine import Replayed
from makegood.money import Money
from makegood.reads.report import page
from makegood.reads.review_chart import review_chart
from makegood.reads.review_words import counted_words, evidence_words, grid, severity_words, stated, told_findings
from makegood.reads.words import Words
from makegood.terms.findings import SEVERITIES, Finding
from makegood.terms.pack import PackVersion


@dataclass(frozen=True)
class Reviewed:
    """What the page is made from; `replayed` is None where no evidence was given, `now` the moment of the review."""

    terms: PackVersion
    findings: Sequence[Finding]
    now: datetime
    bill: Money | None = None
    reading: str = ""
    replayed: Replayed | None = None


def review_page(reviewed: Reviewed, words: Words) -> str:
    """The page as HTML text: no script, no network, all text of the contract escaped."""
    told = told_findings(reviewed.findings, words)
    graver = [one for one in SEVERITIES if one != "fine"]
    groups = [(severity_words(one, words), [each for each in told if each.severity == one]) for one in graver]
    accounts = reviewed.replayed.accounts if reviewed.replayed else ()

    def clause_says(name: str) -> str:
        clause = reviewed.terms.clause(name)
        return clause.ko if words.lang == "ko" and clause.ko else clause.says

    context = {
        "clause_says": clause_says,
        "terms": reviewed.terms,
        "now": reviewed.now,
        "bill": reviewed.bill,
        "counted": counted_words(told, words),
        "groups": [group for group in groups if group[1]],
        "stated": (severity_words("fine", words), stated(told)),
        "grid": grid(accounts, words) if accounts else None,
        "evidence": evidence_words(reviewed.replayed, reviewed.reading, words) if reviewed.replayed else (),
        "chart": review_chart(accounts, reviewed.bill.currency, words) if reviewed.bill and accounts else None,
    }
    return page("review.html.j2", context, words)
