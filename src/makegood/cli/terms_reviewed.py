"""Terms reviewed: what a contract leaves open, and what it would have paid on given outages beside other packs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from makegood.cli.asked import Asked
from makegood.cli.progress import with_progress
from makegood.cli.screen import hang, heading, put_table, table_of
from makegood.cli.terms_checked import sound_pack
from makegood.cli.workplace import a_warehouse
from makegood.cli.written import write_folder
from makegood.engine import Replayed
from makegood.engine import replay as engine_replay
from makegood.errors import BadUse
from makegood.reads.labels import label
from makegood.reads.legible import legible
from makegood.reads.review_page import Reviewed, review_page
from makegood.reads.review_words import (
    Grid,
    ToldFinding,
    counted_words,
    evidence_words,
    grid,
    severity_words,
    stated,
    told_findings,
)
from makegood.reads.words import Words
from makegood.terms.evidence import Wanted
from makegood.terms.findings import SEVERITIES
from makegood.terms.pack import Pack, PackVersion
from makegood.terms.read import find, named_version
from makegood.terms.review import review

_STYLES = {"open": "bold red", "weak": "yellow"}
_PAGE = "review.html"


@dataclass(frozen=True)
class Asking:
    """The options of `makegood terms review` beside those that `assess` has too."""

    contract: str
    asked: Asked
    version: str | None = None
    beside: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    reading: str = ""


def review_terms(asking: Asking, now: datetime | None = None) -> bool:
    """Print the findings and the replay, and write the page; false for a contract with faults, which are told."""
    asked, console = asking.asked, Console(soft_wrap=True)
    words = Words(asked.lang, asked.zone)
    params = asked.params(now or datetime.now(UTC))
    pack = sound_pack(asking.contract, console, words)
    if pack is None:
        return False
    beside = [find(reference) for reference in dict.fromkeys(asking.beside)]
    terms = PackVersion(pack, named_version(pack, asking.version))
    reviewed = Reviewed(terms, review(terms, params.now.date()), params.now, params.bill, asking.reading)
    if asked.paths or asked.bulletins:
        wanted = _wanted(asking, pack, reviewed)
        reviewed = replace(reviewed, replayed=_replayed(asking, wanted, beside))
    _show(reviewed, Console(), words)
    if asked.out:
        write_folder(asked.out, {_PAGE: review_page(reviewed, words)})
        console.print(str(asked.out / _PAGE), style="bold", markup=False, highlight=False)
    return True


def _wanted(asking: Asking, pack: Pack, reviewed: Reviewed) -> Wanted:
    params = asking.asked.params(reviewed.now)
    facts = {}
    for text in asking.facts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise BadUse(f"--fact '{text[:40]}' is not read; write NAME=VALUE, such as plan=enterprise.")
        facts[name.strip()] = value.strip()
    zone = None if params.zone == "UTC" else params.zone
    return Wanted(pack, reviewed.now, params.span, asking.of, asking.reading, zone, params.bill, facts)


def _replayed(asking: Asking, wanted: Wanted, beside: Sequence[Pack]) -> Replayed:
    params = asking.asked.params(wanted.now)
    with a_warehouse() as warehouse:
        return with_progress(lambda tell: engine_replay(params, wanted, beside, warehouse, tell))


def _show(reviewed: Reviewed, console: Console, words: Words) -> None:
    terms = reviewed.terms
    title = f"{terms.pack.terms} · {legible(terms.pack.provider)} · {legible(terms.version.name)}"
    hang("", Text(title, style="bold"), console)
    findings = told_findings(reviewed.findings, words)
    hang("", Text(counted_words(findings, words)), console)
    for severity in [one for one in SEVERITIES if one != "fine"]:
        _findings(severity, [one for one in findings if one.severity == severity], console, words)
    whole = stated(findings)
    if whole:
        heading(severity_words("fine", words), console)
        hang("  ", Text(", ".join(whole)), console)
    if reviewed.replayed is not None:
        heading(words.say("What it would have paid"), console)
        for sentence in evidence_words(reviewed.replayed, reviewed.reading, words):
            hang("", Text(sentence), console)
        if reviewed.replayed.accounts:
            _grid(grid(reviewed.replayed.accounts, words), console, words)


def _findings(severity: str, findings: list[ToldFinding], console: Console, words: Words) -> None:
    if findings:
        heading(severity_words(severity, words), console)
    for one in findings:
        clauses = f" [{', '.join(one.clauses)}]" if one.clauses else ""
        head = Text.assemble((f"{one.number} {one.primitive}", _STYLES[severity]), (f"  {one.place}{clauses}", "dim"))
        hang("  ", head, console)
        hang("    ", Text(one.says), console)
        hang("    → ", Text(one.write), console)


def _grid(found: Grid, console: Console, words: Words) -> None:
    console.print()
    if found.packs:
        table = table_of((words.say("Window"), *found.packs))
        for window, cells in found.rows:
            texts = []
            for cell in cells:
                tail = (
                    ""
                    if cell is None
                    else " · ".join(part for part in (label(words, "verdict", cell.kind), cell.figure) if part)
                )
                texts.append(Text("–") if cell is None else Text.assemble(cell.gives, (f"\n{tail}", "dim")))
            table.add_row(Text(window), *texts)
        table.add_row(
            Text(words.say("In all"), style="bold"), *(Text(total, style="bold") for _, total in found.totals)
        )
        put_table(table, console)
    if found.quiet:
        quiet = words.many(
            "In {n} more window none of them owes anything.",
            "In {n} more windows none of them owes anything.",
            found.quiet,
        )
        hang("", Text(quiet, style="dim"), console)
    for name, why in found.silent:
        hang("  ", Text.assemble((name, "bold"), f": {why}"), console)
    for remark in found.remarks:
        hang("  ", Text(remark, style="dim"), console)
