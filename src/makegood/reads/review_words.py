"""Review words: findings and what a replay comes to, as texts for screen and paper, in either language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from makegood.engine import Replayed
from makegood.money import quantized
from makegood.reads.labels import label
from makegood.reads.legible import TEXT_LIMIT, legible
from makegood.reads.part_words import plain_number, sized_words
from makegood.reads.words import Words
from makegood.spans import Span
from makegood.terms.findings import SEVERITIES, Finding
from makegood.terms.replay import Account, Played
from makegood.terms.verdict import Verdict
from makegood.terms.worth import Worth

_INSTANT = timedelta(microseconds=1)
_WHY = 3


@dataclass(frozen=True)
class ToldFinding:
    """One finding in words: `number` and `primitive`, its `place` in the contract, its clauses, and two sentences."""

    severity: str
    number: int
    primitive: str
    place: str
    clauses: tuple[str, ...]
    says: str
    write: str


@dataclass(frozen=True)
class Cell:
    """What one pack gives for one window: `kind` is the verdict, `gives` the amount or why there is none."""

    kind: str
    gives: str
    figure: str


@dataclass(frozen=True)
class Grid:
    """Windows by packs: `rows` hold the window in words and a cell a pack, None where it has no such window.

    Windows in which no pack owes anything are left out and counted (`quiet`); packs of which nothing can be told on
    this evidence stand in `silent` with the reason, and in no column.
    """

    packs: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    totals: tuple[tuple[str, str], ...]
    quiet: int
    silent: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]


def told_findings(findings: Sequence[Finding], words: Words) -> list[ToldFinding]:
    """Every finding in this language, in the order given; what holds of several promises is said once."""
    together: dict[tuple[str, int, tuple[tuple[str, str], ...]], list[Finding]] = {}
    for one in findings:
        together.setdefault((one.code, one.primitive, one.params), []).append(one)
    return [_told(group, words) for group in together.values()]


def _told(group: Sequence[Finding], words: Words) -> ToldFinding:
    one = group[0]
    params = {name: legible(value, TEXT_LIMIT) for name, value in one.params}
    return ToldFinding(
        one.severity,
        one.primitive,
        words.note(f"review.primitive.{one.primitive}", {}, one.name),
        ", ".join(legible(place) for each in group if (place := each.section)),
        tuple(dict.fromkeys(each.clause for each in group if each.clause)),
        words.note(f"review.{one.code}.says", params, legible(one.says, TEXT_LIMIT)),
        words.note(f"review.{one.code}.write", params, legible(one.write, TEXT_LIMIT)),
    )


def stated(findings: Sequence[ToldFinding]) -> list[str]:
    """The primitives of which nothing is left open or weak, each once with its number."""
    graver = {one.number for one in findings if one.severity != "fine"}
    return list(dict.fromkeys(f"{one.number} {one.primitive}" for one in findings if one.number not in graver))


def severity_words(severity: str, words: Words) -> str:
    """The head above findings of a severity."""
    named = {
        "open": words.say("Left open: a verdict will be unknown or have readings because of it"),
        "weak": words.say("Weak: it costs a side clarity or money"),
        "fine": words.say("As it should be, or open without harm"),
    }
    return named[severity]


def counted_words(findings: Sequence[ToldFinding], words: Words) -> str:
    """How many findings of each severity there are."""
    found = Counter(one.severity for one in findings)
    open_, weak = (found[severity] for severity in SEVERITIES[:2])
    return words.say(
        "{open} left open, {weak} weak, in 26 primitives.", open=words.number(open_), weak=words.number(weak)
    )


def grid(accounts: Sequence[Account], words: Words) -> Grid:
    """All accounts beside each other."""
    named = list(zip(names(accounts), accounts, strict=True))
    silent = [(name, reason) for name, one in named if (reason := _silence(one, words))]
    shown = [(name, one) for name, one in named if name not in dict(silent)]
    rows, quiet = [], 0
    for window, played in side_by_side([one for _, one in shown], words):
        if all(one is None or one.leading.verdict in ("not_owed", "goodwill") for one in played):
            quiet += 1
        else:
            rows.append((window, tuple(None if one is None else _cell(one, words) for one in played)))
    totals = tuple((name, worth_words(one.total, len(one.played), words)) for name, one in shown)
    return Grid(
        tuple(name for name, _ in shown), tuple(rows), totals, quiet, tuple(silent), tuple(_remarks(named, words))
    )


def names(accounts: Sequence[Account]) -> list[str]:
    """Each pack by its id; drafts of one contract that share it are numbered."""
    found: list[str] = []
    for at, one in enumerate(accounts):
        same = sum(other.pack.terms == one.pack.terms for other in accounts[:at])
        found.append(f"{one.pack.terms} ({same + 1})" if same else one.pack.terms)
    return found


def side_by_side(accounts: Sequence[Account], words: Words) -> list[tuple[str, tuple[Played | None, ...]]]:
    """Windows by their names, in order, with what each account has of that name: each counts in its own zone."""
    windows = sorted(
        ((played.window, at, played) for at, one in enumerate(accounts) for played in one.played),
        key=lambda one: one[:2],
    )
    found: list[tuple[str, list[Played | None]]] = []
    latest: dict[str, list[Played | None]] = {}
    for window, at, played in windows:
        name = window_words(window, words)
        cells = latest.get(name)
        if cells is None or cells[at] is not None:
            cells = latest[name] = [None] * len(accounts)
            found.append((name, cells))
        cells[at] = played
    return [(name, tuple(cells)) for name, cells in found]


def _silence(account: Account, words: Words) -> str | None:
    """Why nothing can be told of any window; None where something can."""
    verdicts = [one.leading for one in account.played]
    if not verdicts:
        return words.say("it has no window in this span")
    if all(one.verdict == "goodwill" for one in verdicts):
        return words.say("nothing is promised; goodwill may be asked for")
    reasons = {one.reasons[:1] for one in verdicts}
    if all(one.verdict == "unknown" for one in verdicts) and len(reasons) == 1:
        return why_words(verdicts[0], words)
    return None


def _remarks(named: Sequence[tuple[str, Account]], words: Words) -> list[str]:
    found = []
    before = [name for name, one in named if any(not played.in_force for played in one.played)]
    if before:
        terms = words.listed(before)
        found.append(words.say("Not in force in every window, and replayed all the same: {terms}.", terms=terms))
    for name, one in named:
        if one.facts_unused:
            facts = words.listed(legible(fact) for fact in one.facts_unused)
            found.append(words.say("{terms}: nothing in this text asks for {facts}.", terms=name, facts=facts))
    return found


def window_words(window: Span, words: Words) -> str:
    """A month by its name; anything longer than an event by its first and last day; an event by its times."""
    if window.end - window.start < timedelta(days=7):
        return words.span(window.start, window.end)
    month = words.period(window.start, window.end)
    if month != words.span(window.start, window.end):
        return month
    return f"{words.day(window.start)} – {words.day(window.end - _INSTANT)}"


def _cell(played: Played, words: Words) -> Cell:
    leading = played.leading
    return Cell(leading.verdict, _gives(played, words), _figure(leading, words))


def _gives(played: Played, words: Words) -> str:
    leading, worth = played.leading, played.worth
    if leading.verdict == "not_owed" and not worth.unknown:
        return words.say("nothing")
    if leading.verdict == "goodwill":
        return words.say("goodwill only")
    if leading.verdict == "unknown" and not worth.least:
        return words.say("not known: {why}", why=why_words(leading, words))
    if leading.verdict == "owed" and worth.unknown and leading.percent is not None and not worth.least:
        percent = words.percent(_short(leading.percent))
        return words.say("{percent} of the base, which is not known", percent=percent)
    return worth_words(worth, 1, words)


def _short(value: Fraction) -> Decimal:
    return plain_number(quantized(value, 4, "half_up"))


def _figure(verdict: Verdict, words: Words) -> str:
    """The figure where there is one, by its unit."""
    figure = verdict.measure
    if figure is None or figure.value is None:
        return ""
    shown = quantized(figure.value, 4, "half_up")
    return f"{words.number(shown)}%" if figure.unit == "percent" else sized_words(shown, figure.unit, words)


def worth_words(worth: Worth, windows: int, words: Words) -> str:
    """What verdicts come to: an amount, a range, or "at least" its lower end where something of them is not known."""
    parts = [_range(worth, currency, words) for currency in sorted(worth.least)]
    if worth.unknown:
        parts = [words.money(least, currency) for currency, least in sorted(worth.least.items()) if least]
    parts += [sized_words(_short(size), unit, words) for unit, size in sorted(worth.extent.items())]
    if worth.rights:
        parts.append(words.many("{n} right without an amount", "{n} rights without an amount", worth.rights))
    told = " + ".join(parts)
    if not worth.unknown:
        return told or words.say("nothing")
    if not told:
        return words.say("not known")
    if windows == 1:
        return words.say("at least {amount}", amount=told)
    rest = words.many("{n} amount is not known", "{n} amounts are not known", worth.unknown)
    return words.say("at least {amount}; {rest}", amount=told, rest=rest)


def _range(worth: Worth, currency: str, words: Words) -> str:
    least, most = worth.least[currency], worth.most[currency]
    if least == most:
        return words.money(least, currency)
    return words.say("{least} to {most}", least=words.money(least, currency), most=words.money(most, currency))


def why_words(verdict: Verdict, words: Words) -> str:
    """Why a verdict is not known, in a few words: the first reason, with others of its kind."""
    named = {
        "fact_not_given": words.say("a fact is not given"),
        "requests_not_shown": words.say("it counts requests, which status pages do not show"),
        "figure_not_reported": words.say("it takes a figure that the provider reports"),
        "no_figures_given": words.say("nothing here shows its figure"),
        "figure_unpublished": words.say("how its figure is reckoned is not published"),
    }
    told: list[str] = []
    first = next(iter(verdict.reasons), "").partition(":")[0]
    for reason in [one for one in verdict.reasons if one.partition(":")[0] == first][:_WHY]:
        head, colon, detail = reason.partition(":")
        own = named.get(head)
        plain = f"{own} ({legible(detail)})" if own and colon else own or label(words, "reason", reason)
        told.append(plain)
    return "; ".join(told) or label(words, "verdict", verdict.verdict)


def evidence_words(replayed: Replayed, reading: str, words: Words) -> list[str]:
    """What the replay rests on, and how it was read."""
    chosen, tally = replayed.chosen, replayed.tally
    if chosen.evidence is None:
        return [words.say("These files hold nothing to replay.")]
    whose = words.listed(legible(name) for name in chosen.providers) or words.say("nobody")
    span = words.span(chosen.evidence.span.start, chosen.evidence.span.end)
    found = [words.say("Replayed on what the files tell of {whose}: {span}.", whose=whose, span=span)]
    if chosen.evidence.measure is not None:
        found.append(words.many("{n} attempt was read.", "{n} attempts were read.", tally.used))
    if chosen.evidence.outages is not None:
        how = label(words, "reading", reading)
        found.append(
            words.many(
                "{n} record of status pages speaks of it; read as: {how}.",
                "{n} records of status pages speak of it; read as: {how}.",
                len(chosen.bulletins),
                how=how,
            )
        )
    found.append(words.say("Each claim is taken as made in time and whole, and each text as if it had been in force."))
    if replayed.quarantined:
        aside = len(replayed.quarantined)
        found.append(words.many("{n} row could not be used.", "{n} rows could not be used.", aside))
    return found
