"""Commands `makegood drift`: make a set of canaries, ask them within a budget, say what changed."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.options import Lang
from makegood.errors import BadUse

if TYPE_CHECKING:  # what these load would slow down the start of every other command
    from rich.console import Console

    from makegood.reads.drift import Watched
    from makegood.reads.words import Words
    from makegood.watch.canaries import Asked

app = typer.Typer(
    help="Canaries: did a model's answers change, and did they get worse?", no_args_is_help=True, rich_markup_mode=None
)
CONFIG = typer.Option("--config", help="The TOML file that names set, models, keys and budget.")
_SET_ASIDE = 5
UNANSWERED = 1


@app.command("set")
def make_set_file(
    out: Annotated[Path, typer.Argument(help="The file to write, such as canaries.jsonl.", metavar="FILE")],
    *,
    seed: Annotated[int, typer.Option(help="Another seed makes other questions.")] = 1,
    size: Annotated[int, typer.Option(help="Questions of each topic, a multiple of 28.")] = 28,
) -> None:
    """Write a set of canaries: eight topics, right answers computed here, classes even."""
    from makegood.incidents.drift.canary_file import set_lines
    from makegood.incidents.drift.made import make_set

    made = make_set(seed, size)
    _write_new(out, set_lines(made))
    typer.echo(f"{out}: {len(made)} canaries")


@app.command()
def ask(
    config: Annotated[Path, CONFIG],
    *,
    only: Annotated[str | None, typer.Option("--model", help="Ask only this model of the config.")] = None,
    most: Annotated[int | None, typer.Option(help="Ask at most so many, within the day's budget.", min=1)] = None,
    renew: Annotated[bool, typer.Option("--renew", help="Begin a new reference, and with it a new test.")] = False,
    lang: Lang = "en",
) -> None:
    """Ask what is due: first the reference, then the watch; each answer is appended as it comes."""
    from makegood.reads.words import Words
    from makegood.watch.canaries import ask as ask_model
    from makegood.watch.canary_config import read_canary_config

    words, read = Words(lang), read_canary_config(config, os.environ)
    models = [one for one in read.models if only in (None, one.name)]
    if not models:
        raise BadUse(f"--model {only}: the config names no such model; it names {_names(read.models)}.")
    for place in read.canaries.quarantined:
        typer.echo(str(place), err=True)
    answered = False
    for model in models:
        done = ask_model(read, model, lambda: datetime.now(UTC), most, renew)
        answered = answered or done.faults < done.asked or not done.asked
        typer.echo(_asked(done, words))
    if not answered:
        raise typer.Exit(UNANSWERED)


@app.command()
def check(
    config: Annotated[Path, CONFIG],
    *,
    out: Annotated[Path | None, typer.Option(help="Folder for drift.html, drift.json and the comparisons.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print drift.json alone.")] = False,
    zone: Annotated[str, typer.Option(help="Time zone to show, such as Asia/Seoul.")] = "UTC",
    lang: Lang = "en",
) -> None:
    """Say whether behaviour or quality changed, with what it rests on; asks nobody."""
    from makegood.reads.drift import Watched, drift_data
    from makegood.reads.words import Words
    from makegood.spans import zone as known
    from makegood.watch.canaries import judged
    from makegood.watch.canary_config import read_canary_config

    words, now = Words(lang, known(zone).key), datetime.now(UTC)
    read = read_canary_config(config, {})
    watched = [
        Watched(
            one.model.name,
            one.model.scope,
            one.drift,
            one.taken.tally,
            (*read.canaries.quarantined, *one.taken.quarantined),
            one.taken.earlier,
        )
        for one in judged(read)
    ]
    data = drift_data(watched, now)
    if as_json:
        typer.echo(_json(data), nl=False)
    else:
        _show(watched, data, words)
    if out is not None:
        _write_out(out, watched, data, (now, words))
        typer.echo(str(out / "drift.html"), err=as_json)


def _names(models: Any) -> str:
    return ", ".join(one.name for one in models)


def _asked(done: Asked, words: Words) -> str:
    """What a run of asking did, and why it ended."""
    from makegood.reads.legible import legible

    ends = {
        "limit": words.say("the number asked for is reached"),
        "day": words.say("the day's budget of questions is used up"),
        "money": words.say("the day's budget of money does not reach for one more"),
        "used_up": words.say("nothing is left to ask; begin a new reference with --renew"),
        "faults": words.say("three in a row met a fault; try again later"),
        "key": words.say("the key is not taken"),
    }
    if done.fault is not None:
        return words.say(
            "{model}: {asked} asked, {faults} of them met a fault (the last: {fault}); {end}.",
            model=done.model,
            asked=words.number(done.asked),
            faults=words.number(done.faults),
            fault=legible(done.fault, 60),
            end=ends[done.ended],
        )
    return words.say(
        "{model}: {asked} asked, {faults} of them met a fault; {end}.",
        model=done.model,
        asked=words.number(done.asked),
        faults=words.number(done.faults),
        end=ends[done.ended],
    )


def _show(watched: list[Watched], data: dict[str, Any], words: Words) -> None:
    from rich.console import Console
    from rich.text import Text

    from makegood.cli.screen import hang
    from makegood.reads.drift_words import together_sentences, verdict_sentence, watched_sentences
    from makegood.reads.legible import legible

    console: Console = Console()
    for one in watched:
        hang("", Text(f"{legible(one.name)}: {verdict_sentence(one.drift, words)}", style="bold"), console)
        for sentence in watched_sentences(one, words):
            hang("  ", Text(sentence), console)
        for place in one.quarantined[:_SET_ASIDE]:
            hang("  ", Text(legible(place, 300), style="yellow"), console)
        tally = one.tally
        if tally.out_of_scope or tally.quarantined or tally.duplicate:
            hang("  ", Text(_rows(one, words), style="dim"), console)
    for sentence in together_sentences(data, words):
        hang("", Text(sentence), console)


def _rows(one: Watched, words: Words) -> str:
    tally = one.tally
    return words.say(
        "{read} rows read = {used} used + {twice} delivered twice + {aside} set aside + "
        "{outside} of other models or earlier plans",
        read=words.number(tally.read),
        used=words.number(tally.used),
        twice=words.number(tally.duplicate),
        aside=words.number(tally.quarantined),
        outside=words.number(tally.out_of_scope),
    )


def _json(data: dict[str, Any]) -> str:
    from makegood.cli.output import as_json

    return as_json(data)


def _write_out(out: Path, watched: list[Watched], data: dict[str, Any], shown: tuple[datetime, Words]) -> None:
    from functools import partial

    from makegood.cli.written import Content, write_folder
    from makegood.reads.drift_evidence import write_evidence
    from makegood.reads.drift_page import drift_page, evidence_name

    files: dict[str, Content] = {"drift.json": _json(data)}
    for one in watched:
        files[evidence_name(one.name)] = partial(write_evidence, one.drift)
    write_folder(out, {**files, "drift.html": drift_page(watched, *shown)})


def _write_new(path: Path, text: str) -> None:
    """A set is never written over: its answers so far would no longer count."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadUse(f"{path}: is there already, and answers may rest on it; name a new file.") from None
    except OSError as fault:
        raise BadUse(f"{path}: cannot be written ({fault.strerror}); name another place.") from fault
