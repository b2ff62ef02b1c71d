"""Command: make the month, assess it as `makegood assess` does, and show what was found beside what was planted."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from makegood.cli.asked import Asked
from makegood.cli.assess import run as assess
from makegood.cli.demo.beside import show_beside
from makegood.cli.demo.compare import Line, compare
from makegood.cli.demo.month import make_month
from makegood.cli.demo.planted import CURRENCY, Planted
from makegood.cli.demo.world import JUDGED, START, VERTEX
from makegood.cli.progress import with_progress
from makegood.errors import BadUse
from makegood.reads.words import Words

DIFFERS = 1


def run(out: Path, lang: str) -> None:
    """Write the month to out/month and its report to out/report; leave with status 1 when a line differs.

    The month is judged as of JUDGED, a few days after its end: judged later, the time to claim would be over.
    """
    asked = Asked(paths=(), period=f"{START:%Y-%m}", terms=("google-gemini", "anthropic", "openai"), lang=lang)
    asked = replace(asked, out=out / "report")
    asked.params(JUDGED)
    planted = _made(out)
    words, console, lines = Words(lang), Console(), list[Line]()
    _introduce(out / "month", console, words)

    def beside(data: dict[str, object]) -> None:
        lines.extend(compare(planted, data))
        show_beside(lines, console, words)
        console.print(Text(words.say("How these losses become credits on accounts: docs/provider.md")), soft_wrap=True)

    assess(_asked(asked, planted, out / "month"), beside, JUDGED)
    if not all(line.agrees for line in lines):
        raise typer.Exit(DIFFERS)


def _introduce(month: Path, console: Console, words: Words) -> None:
    for said in (
        words.say("A month of calls to three providers was made, with failures planted in it: {folder}", folder=month),
        words.say("It is assessed as `makegood assess` would do on {day}.", day=words.day(JUDGED)),
    ):
        console.print(Text(said), soft_wrap=True)


def _asked(asked: Asked, planted: Planted, month: Path) -> Asked:
    def named(what: str) -> tuple[Path, ...]:
        return tuple(month / name for name in planted.files[what])

    bill = f"{planted.bills[VERTEX]} {CURRENCY}"
    return replace(asked, paths=named("attempts"), bulletins=named("bulletins"), charges=named("charges"), bill=bill)


def _made(out: Path) -> Planted:
    """Make the month aside and move each file into place when all are whole; files of other names stay."""
    try:
        (out / "month").mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".makegood-", dir=out))
    except OSError as fault:
        raise BadUse(f"--out {out}: cannot be written ({fault.strerror}); name another folder.") from fault
    try:
        planted = with_progress(lambda tell: make_month(aside, tell=tell))
        for made in sorted(aside.iterdir()):
            os.replace(made, out / "month" / made.name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return planted
