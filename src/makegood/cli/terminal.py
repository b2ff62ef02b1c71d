"""Terminal: an assessment on one screen or in a pipe, readable at 80 columns and without colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from makegood.cli.screen import hang, heading, listed, put_table, table_of
from makegood.reads import sentences
from makegood.reads.figures import ReadingRow, billing, padded, reading_rows
from makegood.reads.labels import label, scope_words
from makegood.reads.legible import legible
from makegood.reads.words import Words, words_for

INCIDENTS_SHOWN, VERDICTS_SHOWN, NOTES_SHOWN, SET_ASIDE_SHOWN = 20, 20, 10, 5
READINGS_SHOWN, DAYS_SHOWN = 12, 40
_BOX_STYLE = {"charged": "bold red", "not_charged": "green", "unknown": "yellow", "caller": "dim"}
_VERDICT_STYLE = {
    "owed": "bold green",
    "goodwill": "green",
    "not_owed": "dim",
    "unknown": "yellow",
    "ambiguous": "yellow",
}
_PAGE_STYLE = {"never": "bold red", "page": "blue", "unasked": "dim"}

Facts = Mapping[str, Any]


def show(assessment: Facts, console: Console, lang: str = "en") -> None:
    """Print the assessment; text from the data is never read as markup. Raise BadUse for another language."""
    words = words_for(assessment, lang)
    console.print()
    hang("", Text(sentences.headline(assessment, words), style="bold"), console)
    for sentence in sentences.subheads(assessment, words):
        hang("", Text(sentence), console)
    _rows(assessment, console, words)
    _boxes(assessment, console, words)
    _incidents(assessment, console, words)
    _verdicts(assessment, console, words)
    _readings(assessment, console, words)
    _bill(assessment, console, words)
    listed(words.say("What would leave less in doubt"), sentences.would_shrink(assessment, words), console)
    listed(words.say("Notes"), sentences.notes(assessment, words)[:NOTES_SHOWN], console)
    _more(len(assessment["notes"]) - NOTES_SHOWN, console, words)


def _rows(assessment: Facts, console: Console, words: Words) -> None:
    heading(words.say("Every row accounted for"), console)
    for sentence in sentences.rows_sentences(assessment, words):
        hang("", Text(sentence), console)
    aside = assessment["quarantine"]
    for one in aside[:SET_ASIDE_SHOWN]:
        hang("  ", Text(sentences.set_aside(one), style="yellow"), console)
    _more(len(aside) - SET_ASIDE_SHOWN, console, words)


def _boxes(assessment: Facts, console: Console, words: Words) -> None:
    heading(words.say("What was charged for what failed"), console)
    heads = (words.say("Box"), words.say("Attempts"), words.say("Tokens"), words.say("Amount"))
    table = table_of(heads, figures=(1, 2, 3))
    for name in sentences.BOXES:
        box = assessment["waste"][name]
        cells = (words.number(box["attempts"]), words.number(box["tokens"]), _amount(name, box, words))
        table.add_row(Text(label(words, "box", name), style=_BOX_STYLE[name]), *(Text(cell) for cell in cells))
        for kind, part in box["kinds"].items():
            if part["attempts"] and name != "caller":
                cells = (words.number(part["attempts"]), words.number(part["tokens"]), _amount(name, part, words))
                named = Text(f"  {label(words, 'kind', kind)}", style="dim")
                table.add_row(named, *(Text(cell, style="dim") for cell in cells))
    put_table(table, console)


def _amount(name: str, part: Facts, words: Words) -> str:
    """A sum; none where there is no attempt, "no charge" where nothing was taken, and never 0 for not known."""
    if not part["attempts"]:
        return (words.amounts(part["amounts"]) if name == "charged" else None) or "–"
    if name == "not_charged":
        return words.say("no charge")
    return words.amounts(part["amounts"]) or words.say("not known")


def _incidents(assessment: Facts, console: Console, words: Words) -> None:
    heading(words.say("Incidents"), console)
    incidents = assessment["incidents"]
    if not incidents:
        console.print(Text(words.say("No incident was found in this period.")))
    for number, one in enumerate(incidents[:INCIDENTS_SHOWN], 1):
        state = sentences.acknowledgement(one, assessment)
        console.print(Text.assemble((f"{number}. ", "dim"), (words.span(one["start"], one["end"]), "bold")))
        details = [Text(f"{sentences.length(one, words)}; {sentences.edges(one, words)}"), _hit(one, words)]
        details.append(Text(sentences.acknowledgement_words(one, assessment, words), style=_PAGE_STYLE[state]))
        for detail in details:
            hang("   ", detail, console)
    _more(len(incidents) - INCIDENTS_SHOWN, console, words)


def _hit(incident: Facts, words: Words) -> Text:
    scope = scope_words(words, incident["scope"])
    if not incident["attempts"]:
        return Text(f"{scope}: {words.say('no attempts')}")
    facts = {
        "faults": words.number(incident["faults"]),
        "attempts": words.number(incident["attempts"]),
        "share": words.share(incident["faults"], incident["attempts"]),
    }
    counted = words.many(
        "{faults} of {attempts} attempts failed ({share}), {n} account",
        "{faults} of {attempts} attempts failed ({share}), {n} accounts",
        incident["accounts"],
        **facts,
    )
    return Text(f"{scope}: {counted}")


def _verdicts(assessment: Facts, console: Console, words: Words) -> None:
    verdicts = assessment["verdicts"]
    if not verdicts:
        return
    heading(words.say("What the terms say"), console)
    for one in verdicts[:VERDICTS_SHOWN]:
        name = label(words, "verdict", one["verdict"])
        sentence = sentences.verdict_sentence(one, words)
        console.print(Text(name, style=_VERDICT_STYLE.get(one["verdict"], "")))
        hang("   ", Text(sentence), console)
    _more(len(verdicts) - VERDICTS_SHOWN, console, words)


def _readings(assessment: Facts, console: Console, words: Words) -> None:
    rows = reading_rows(assessment)
    if not rows:
        return
    heading(words.say("Availability, by each way of reading it"), console)
    table = table_of((words.say("Scope"), words.say("Reading"), words.say("Availability")), figures=(2,))
    for row in rows[:READINGS_SHOWN]:
        one = row.facts
        scope = legible(one["component"] or scope_words(words, one["scope"]))
        share = words.percent(one["availability"]["decimal"]) if one["availability"] else words.say("not known")
        table.add_row(Text(scope), Text(_reading(row, words)), Text(share))
    put_table(table, console)
    _more(len(rows) - READINGS_SHOWN, console, words)


def _reading(row: ReadingRow, words: Words) -> str:
    if row.agreed:
        return words.say("every reading agrees")
    named = (
        ", ".join([label(words, "reading", name), *([label(words, "variant", variant)] if variant else [])])
        for name, variant in row.names
    )
    return "; ".join(named)


def _bill(assessment: Facts, console: Console, words: Words) -> None:
    found = billing(assessment["overbilling"], words)
    if found is None:
        return
    heading(words.say("The bill against the price list"), console)
    if found.open:
        said = words.say("{amount} stays open over the whole span.", amount=words.listed(found.open))
        hang("", Text(said, style="bold"), console)
    sums = (words.say("Usage at list price"), words.say("Billed"), words.say("Difference"))
    table = table_of((words.say("Day"), *sums, words.say("State")), figures=(1, 2, 3))
    write = padded(assessment["overbilling"], words)
    days = assessment["overbilling"]["days"]
    for day in days[:DAYS_SHOWN]:
        figures = (write(day[name]) for name in ("priced", "billed", "difference"))
        cells = (words.day(day["day"]), *figures, label(words, "day_state", day["state"]))
        table.add_row(*(Text(cell) for cell in cells))
    put_table(table, console)
    _more(len(days) - DAYS_SHOWN, console, words)
    for first, second, amount in found.moves[:DAYS_SHOWN]:
        moved = words.say("{amount} moved from {first} to {second}.", amount=amount, first=first, second=second)
        hang("-  ", Text(moved), console)


def _more(count: int, console: Console, words: Words) -> None:
    if count > 0:
        text = words.many("{n} more is in assessment.json.", "{n} more are in assessment.json.", count)
        console.print(Text(text, style="dim"))
