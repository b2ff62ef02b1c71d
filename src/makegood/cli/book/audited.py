"""Audited: run the audit of a book and show what it looked at and found."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.text import Text

from makegood.cli.book.desk import Desk, desk
from makegood.cli.book.shown import show_section
from makegood.cli.progress import with_progress
from makegood.errors import BadUse
from makegood.reads.audit import audit
from makegood.reads.audit_findings import Audited
from makegood.reads.campaign_words import Section
from makegood.reads.legible import legible
from makegood.spans import iso
from makegood.store import log


def run(lang: str, head: str | None, as_json: bool) -> bool:
    """Audit the book and show it; is it sound?"""
    with desk(lang, reading=True, auditing=True) as at:
        kept = _kept(at, head)
        found = with_progress(lambda tell: audit(at.book, at.now, at.noted, tell))
        if as_json:
            sys.stdout.write(json.dumps(_data(found) | {"kept_head": kept}, ensure_ascii=False, indent=1) + "\n")
        else:
            _show(at, found, kept)
        return found.sound and kept is not False


def _kept(at: Desk, head: str | None) -> bool | None:
    """Does the log go on from the head that somebody kept? None where none is given."""
    if head is None:
        return None
    size, _, root = head.partition(":")
    if not size.isdigit() or len(size) > 18 or len(root) != 64:
        raise BadUse("--head is SIZE:ROOT, such as 1200:9f86d0...; `makegood ledger head` prints it.")
    there = log.root_at(at.book, int(size))
    return there is not None and there.hex() == root.lower()


def _show(at: Desk, found: Audited, kept: bool | None) -> None:
    words, console = at.words, Console()
    rows = tuple((table, words.number(count)) for table, count in found.looked_at.items())
    show_section(console, Section(words.say("Looked at"), (), rows, (1,)))
    console.print()
    for one in found.findings:
        console.print(Text(f"{one.where}: {legible(one.said(words), 600)}", style="bold red"))
    named = {kind: sum(one.kind == kind for one in found.findings) for kind in found.found}
    for kind, count in found.found.items():
        if count > named[kind]:
            more = words.number(count - named[kind])
            console.print(Text(words.say("and {count} more of the kind {kind}", count=more, kind=kind)))
    if kept is False:
        console.print(Text(words.say("The log does not go on from the head that was given."), style="bold red"))
    if at.noted is None:
        console.print(Text(words.say("Nothing was noted of this book here, so an older copy could not be told.")))
    head = words.say("Head of the log: {size} postings, root {root}", size=words.number(found.size), root=found.root)
    console.print(Text(head), soft_wrap=True)
    if found.sound and kept is not False:
        console.print(Text(words.say("The book is sound."), style="bold"))
    else:
        faults = sum(found.found.values()) + (kept is False)
        console.print(Text(words.many("{n} fault was found.", "{n} faults were found.", faults), style="bold red"))


def _data(found: Audited) -> dict[str, Any]:
    return {
        "book": found.book,
        "at": iso(found.at),
        "head": {"size": found.size, "root": found.root},
        "looked_at": dict(found.looked_at),
        "findings": [{"kind": one.kind, "where": one.where, "says": one.says} for one in found.findings],
        "found": dict(found.found),
    }
