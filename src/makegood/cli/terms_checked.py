"""Terms checked: the faults of a pack with their lines, holes in its tables, and how worked cases come out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.text import Text

from makegood.awards.casebook import how_many, run_file, run_pack
from makegood.errors import BadUse
from makegood.reads.legible import legible
from makegood.reads.words import Words
from makegood.terms.casebook import Outcome
from makegood.terms.pack import Pack
from makegood.terms.read import find, pack_or_faults
from makegood.terms.tables import table_findings

_STYLES = {"agrees": "green", "differs": "bold red", "fault": "bold red"}
_LONGEST = 2000


def check_terms(reference: str | None, more: Path | None, cases: Path | None, lang: str) -> bool:
    """Print what is wrong and how each case comes out; true when all is well. Raise BadUse for nothing to check."""
    words, console = Words(lang), Console(soft_wrap=True)
    if reference is None and cases is None:
        raise BadUse("name a pack to check, or a file of worked cases with --cases FILE.")
    good, pack = True, None
    if reference is not None:
        pack = sound_pack(reference, console, words)
        if pack is None:
            return False
        _tables(pack, console, words)
        if how_many(pack):
            good &= _told(run_pack(pack), how_many(pack), console, words)
        else:
            console.print(Text(words.say("{terms} has no fault, and no worked cases of its own.", terms=pack.terms)))
    for file, whose in ((more, pack), (cases, None)):
        if file is not None:
            count, outcomes = run_file(file, whose)
            if whose is not None and not count:
                raise BadUse(
                    f"{file}: none of its cases is of {whose.terms}; name it as their 'terms', or run the cases of "
                    "any packs with --cases FILE."
                )
            good &= _told(outcomes, count, console, words)
    return good


def sound_pack(reference: str, console: Console, words: Words) -> Pack | None:
    """The pack; None when it has faults, which are told."""
    path = Path(reference)
    if path.suffix.lower() not in (".yaml", ".yml", ".toml"):
        return find(reference)
    pack, faults = pack_or_faults(path)
    for fault in faults:
        console.print(Text(legible(fault, _LONGEST)))
    if faults:
        console.print(Text(words.many("{n} fault.", "{n} faults.", len(faults)), style="bold red"))
    return pack


def _tables(pack: Pack, console: Console, words: Words) -> None:
    """What the tables leave open is no fault of the pack: the text may be so. It is told all the same."""
    says = {
        "gap": words.say("no row covers figures {range}"),
        "overlap": words.say("more than one row covers figures {range}"),
        "row_though_kept": words.say("a row covers figures {range}, which keep the promise"),
    }
    for version in pack.versions:
        for promise in version.promises:
            for one in table_findings(promise):
                told = says[one.kind].format(range=one.range.words())
                console.print(Text(f"{pack.terms} {version.version} {promise.id}: {told}", style="yellow"))


def _told(outcomes: Iterable[Outcome], count: int, console: Console, words: Words) -> bool:
    """A line a case, then the count."""
    says = {"agrees": words.say("agrees"), "differs": words.say("differs"), "fault": words.say("not weighed")}
    agreed = total = 0
    shown = (
        track(outcomes, "", count, console=Console(stderr=True), transient=True) if console.is_terminal else outcomes
    )
    for one in shown:
        total += 1
        agreed += one.state == "agrees"
        tail = "; ".join((*one.says, *(f"({remark})" for remark in one.remarks)))
        line = Text.assemble(
            f"{legible(one.id, 60)}  ",
            (says[one.state], _STYLES[one.state]),
            f"  {legible(one.terms, 60)}  {legible(one.title, 200)}",
            f": {legible(tail, _LONGEST)}" if tail else "",
        )
        console.print(line)
    count_told = words.say("{agreed} of {total} cases agree.", agreed=words.number(agreed), total=words.number(total))
    console.print(Text(count_told, style="bold green" if agreed == total else "bold red"))
    return agreed == total
