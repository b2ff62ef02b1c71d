"""Commands of the watch: run it, try its channels, look at what status pages said and when."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.errors import BadUse

if TYPE_CHECKING:  # what these load would slow down the start of every other command
    from collections.abc import Sequence

    from rich.console import Console

    from makegood.reads.page_history import PageHistory
    from makegood.reads.words import Words
    from makegood.watch.config import Config
    from makegood.watch.task import Task

app = typer.Typer(
    help="Watch status pages and your own traffic, and tell what somebody should know.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
)
DEFAULT = Path("watch.toml")
UNSENT = 1
_STORIES_SHOWN, _NAMED = 30, 20
_BEGINNING = """begin with one that says [traffic] attempts = "attempts", and [[pages]] provider = "openai\" (each
[name] on a line of its own; docs/watch.md has all)""".replace("\n", " ")
_CONFIG = typer.Option(help="The config, a TOML file; docs/watch.md has an example.")


@app.callback(invoke_without_command=True)
def watch(
    context: typer.Context,
    config: Annotated[Path, _CONFIG] = DEFAULT,
    once: Annotated[bool, typer.Option("--once", help="One round, then stop; for a timer.")] = False,
) -> None:
    """Read status pages and your own traffic as they come, and alert: console, e-mail, webhook, Slack."""
    if context.invoked_subcommand is not None:
        return
    from makegood.watch.round import Rounds
    from makegood.watch.run import run, run_once

    read = _read(config)
    tasks = _tasks(read)
    rounds = Rounds(read, _now, _tell)
    try:
        if not once:
            _tell(_what(read))
            run(rounds, _tell, tasks)
            return
        done = run_once(rounds, _tell, tasks)
    finally:
        rounds.close()
    if done.unsent:
        from makegood.reads.legible import counted

        _tell(f"{counted(done.unsent, 'alert')} could not be sent yet; the next round tries again")
        raise typer.Exit(UNSENT)


@app.command("try")
def try_channels(config: Annotated[Path, _CONFIG] = DEFAULT) -> None:
    """Send a trial alert by every channel, and say how each went."""
    from makegood.reads.alert import TASK, Alert
    from makegood.watch.trial import TRIAL

    read, failed = _read(config), False
    for way in read.ways:
        sent = way.send(Alert("trial", TASK, _now(), TRIAL), read.words, repeat=False)
        typer.echo(f"{way.name}: {sent.outcome}{f' ({sent.said})' if sent.said else ''}")
        failed = failed or sent.outcome != "done"
    if failed:
        raise typer.Exit(UNSENT)


@app.command()
def pages() -> None:
    """List the status pages that a config can name by the provider alone, with where each address was read."""
    from makegood.watch.known_pages import known_pages

    known = known_pages()
    for one in known.pages:
        typer.echo(f"{one.provider}\n  page: {one.url}\n  this address was found in: {one.source} ({one.read})")
    for provider, why in known.without:
        typer.echo(f"{provider}\n  no page: {why}")


@app.command()
def history(
    provider: Annotated[str, typer.Argument(help="The provider, as the config names it.", metavar="PROVIDER")],
    config: Annotated[Path, _CONFIG] = DEFAULT,
    bulletin: Annotated[str | None, typer.Option(help="Only this bulletin, by its id on the page.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write a page with a timeline to this file (HTML).")] = None,
    lang: Annotated[str | None, typer.Option(help="Language: en or ko; else the config's.")] = None,
) -> None:
    """Show each version that was seen of a provider's bulletins, and what changed from one to the next."""
    from rich.console import Console

    from makegood.reads.page_history import page_history
    from makegood.reads.words import Words
    from makegood.records.watch_folder import WatchFolder, bulletins_in, read_versions
    from makegood.watch.own_traffic import one_name
    from makegood.watch.polls import read_unkept

    read = _read(config, looks_back=True)
    words = Words(lang, read.words.clock) if lang else read.words
    folder = WatchFolder(read.folder)
    kept = read_versions(folder)[0]
    known = {one.provider for one in kept} | {one.provider for one in read.pages}
    if one_name(provider) not in {one_name(one) for one in known}:
        raise BadUse(_unknown(provider, sorted(known)))
    versions = [one for one in kept if one_name(one.provider) == one_name(provider)]
    unkept = read_unkept(folder, {one.url for one in versions})
    found = page_history(provider, versions, lambda one: bulletins_in(folder, one), bulletin, unkept)
    if bulletin and not found.stories:
        raise BadUse(f"no bulletin '{bulletin[:60]}' was seen on a page of {provider[:60]}; leave --bulletin out.")
    _show(found, words, Console())
    if out is not None:
        from makegood.cli.written import write_file

        write_file("--out", out, _page(found, read, words).encode())
        typer.echo(str(out))


def _unknown(provider: str, known: Sequence[str]) -> str:
    """Why there is no history of a provider, and of which ones there is."""
    names = ", ".join(one[:60] for one in known[:_NAMED])
    mend = f"name one of {names}" if names else "no page was ever kept; run makegood watch first"
    return f"no page of '{provider[:60]}' is watched or kept; {mend}."


def _read(path: Path, looks_back: bool = False) -> Config:
    """The config; one that `looks_back` sends nothing, and needs no secret of a channel."""
    from makegood.watch.config import read_config

    if path == DEFAULT and not path.exists():
        raise BadUse(f"there is no {DEFAULT} here; {_BEGINNING}, or name another file by --config.")
    return read_config(path, None if looks_back else os.environ)


def _now() -> datetime:
    return datetime.now(UTC)


def _tasks(read: Config) -> list[Task]:
    """What is done besides: canaries, where the config names some."""
    if read.canaries is None:
        return []
    from makegood.watch.canary_config import read_canary_config
    from makegood.watch.canary_task import CanaryTask

    return [CanaryTask(read_canary_config(read.canaries, os.environ), _now, read.words.clock, _tell)]


def _tell(line: str) -> None:
    """A line for whoever keeps the watch; alerts go by the channels."""
    from makegood.reads.legible import legible

    sys.stderr.write(f"makegood watch: {legible(line, 1000)}\n")


def _what(read: Config) -> str:
    traffic = read.attempts or "not watched"
    return f"pages: {len(read.pages)}, own traffic: {traffic}, assessments: {len(read.assessments)}, channels: " + str(
        len(read.ways)
    )


def _page(found: PageHistory, read: Config, words: Words) -> str:
    from makegood.losses.faults import read_rules
    from makegood.reads.history_chart import OwnTraffic
    from makegood.reads.history_page import history_page
    from makegood.spans import Span
    from makegood.watch.own_traffic import BESIDE, own_traffic

    now, own = _now(), OwnTraffic()
    if read.attempts is not None and found.stories:
        spans = [one.span(now) for one in found.stories]
        span = Span(min(one.start for one in spans) - BESIDE, max(one.end for one in spans) + BESIDE)
        own = own_traffic(read.attempts, found.provider, span, read_rules())
        if own.unread:
            _tell(f"{read.attempts}: own traffic is not shown ({own.unread})")
        elif own.aside:
            aside = "1 row or file was" if own.aside == 1 else f"{own.aside:,} rows or files were"
            _tell(f"{read.attempts}: {aside} set aside; makegood assess names them all")
    return history_page(found, own, now, words)


def _show(found: PageHistory, words: Words, console: Console) -> None:
    from rich.text import Text

    from makegood.cli.screen import hang
    from makegood.reads.history_words import (
        changed_words,
        head_words,
        says_words,
        seen_words,
        still_words,
        story_title,
        unkept_words,
    )

    hang("", Text(head_words(found, words), style="bold"), console)
    for sentence in unkept_words(found, words):
        hang("", Text(sentence), console)
    for story in found.stories[:_STORIES_SHOWN]:
        console.print()
        hang("", Text.assemble((story_title(story), "bold underline"), f"  {story.incident}"), console)
        for telling in story.tellings:
            hang("  ", Text(seen_words(telling, words), style="dim"), console)
            hang("    ", Text(says_words(telling, words)), console)
            for edit, sentence in changed_words(telling, words):
                hang("    ! " if edit else "    · ", Text(sentence, style="bold red" if edit else ""), console)
    more = len(found.stories) - _STORIES_SHOWN
    if more > 0:
        console.print()
        hang("", Text(words.many("and {n} more", "and {n} more", more), style="dim"), console)
    still = still_words(found, words)
    if still:
        console.print()
        hang("", Text(still, style="dim"), console)
