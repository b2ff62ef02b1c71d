"""Alert words: one alert in English or Korean; a subject, and a line for each thing that is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import escape

from makegood.reads import alert as kinds
from makegood.reads.alert import Alert
from makegood.reads.alert_claim_words import deadline_lines, deadline_subject
from makegood.reads.alert_page_words import beside_lines, edited_lines, page_lines, page_subject
from makegood.reads.labels import label, scope_words
from makegood.reads.legible import TEXT_LIMIT, legible
from makegood.reads.words import Words
from makegood.spans import iso, moment

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class AlertText:
    """An alert in words: `subject` on one line, `lines` below it, `html` the same as a page, `data` for machines."""

    alert: Alert
    subject: str
    lines: tuple[str, ...]
    html: str
    data: dict[str, Any]

    @property
    def text(self) -> str:
        """The lines as plain text."""
        return "\n".join(self.lines)


def alert_text(alert: Alert, words: Words) -> AlertText:
    """The alert in one language; text from pages and logs is made safe to look at, and escaped in the page."""
    subject, lines = subject_of(alert, words), tuple(_lines(alert, words))
    body = "".join(f"<p>{escape(line)}</p>\n" for line in lines)
    html = (
        f'<!doctype html>\n<html lang="{words.lang}"><head><meta charset="utf-8"><title>{escape(subject)}</title>'
        f"</head>\n<body>\n<h1>{escape(subject)}</h1>\n{body}</body></html>\n"
    )
    facts = {"id": alert.id, "kind": alert.kind, "at": iso(alert.at), "subject": subject, "lines": list(lines)}
    return AlertText(alert, subject, lines, html, {**facts, "facts": dict(alert.facts)})


def repeated(subject: str, words: Words) -> str:
    """The subject of an alert that may have arrived before, for a receiver that cannot tell."""
    return words.say("{subject} (may be a repeat)", subject=subject)


def subject_of(alert: Alert, words: Words) -> str:
    """The alert on one line."""
    facts = alert.facts
    if alert.kind in _OWN:
        return _OWN[alert.kind](facts, words)
    if alert.kind == kinds.DEADLINE:
        return deadline_subject(facts, words)
    if alert.kind == kinds.SUMMARY:
        return words.many("{n} more alert was held back", "{n} more alerts were held back", len(facts["held"]))
    if alert.kind == kinds.TASK:
        return legible(facts["subject"].get(words.lang) or facts["subject"]["en"], TEXT_LIMIT)
    if alert.kind in (kinds.BLIND, kinds.SEES_AGAIN):
        return _sight(alert, words)
    return page_subject(alert, words)


def _lines(alert: Alert, words: Words) -> Iterator[str]:
    facts = alert.facts
    if alert.kind in _OWN:
        yield from _own_lines(alert, words)
    elif alert.kind == kinds.DEADLINE:
        yield from deadline_lines(facts, words)
    elif alert.kind == kinds.EDITED:
        yield from edited_lines(facts, words)
    elif alert.kind == kinds.SUMMARY:
        yield from _summed(facts, words)
    elif alert.kind == kinds.TASK:
        yield from (legible(one.get(words.lang) or one["en"], TEXT_LIMIT) for one in facts["lines"])
    elif alert.kind in (kinds.BLIND, kinds.SEES_AGAIN):
        yield from _sight_lines(alert, words)
    else:
        yield from page_lines(alert, words)


def _began(facts: Facts, words: Words) -> str:
    if facts.get("faint"):
        return words.say("{scope}: {share} of your calls fail since {since}", **_what(facts, words))
    return words.say("{scope}: your calls fail since {since}", **_what(facts, words))


def _silent(facts: Facts, words: Words) -> str:
    if facts.get("faint"):
        return words.say(
            "{scope}: {share} of your calls fail since {since}, and the status page does not say so",
            **_what(facts, words),
        )
    return words.say(
        "{scope}: your calls fail since {since}, and the status page does not say so", **_what(facts, words)
    )


def _changed(facts: Facts, words: Words) -> str:
    return words.say("{scope}: the incident since {since} has grown", **_what(facts, words))


def _acknowledged(facts: Facts, words: Words) -> str:
    return words.say("{scope}: the status page now says what you see since {since}", **_what(facts, words))


def _ended(facts: Facts, words: Words) -> str:
    what = _what(facts, words)
    if facts["withdrawn"]:
        return words.say("{scope}: the alarm since {since} is withdrawn", **what)
    if facts.get("lapsed"):
        return words.say("{scope}: the incident since {since} is past; how it ended is not known", **what)
    if facts["stopped"]:
        return words.say("{scope}: no more calls after the incident since {since}; how it ended is not known", **what)
    return words.say("{scope}: the incident since {since} is over", **what)


_OWN: dict[str, Callable[[Facts, Words], str]] = {
    kinds.BEGAN: _began,
    kinds.SILENT: _silent,
    kinds.CHANGED: _changed,
    kinds.ACKNOWLEDGED: _acknowledged,
    kinds.ENDED: _ended,
}


def _what(facts: Facts, words: Words) -> dict[str, str]:
    share = words.share(facts["faults"], facts["attempts"])
    return {"scope": scope_words(words, facts["scope"]), "since": words.moment(facts["since"]), "share": share}


def _own_lines(alert: Alert, words: Words) -> Iterator[str]:
    facts = alert.facts
    if facts.get("before"):
        was = facts["before"]
        yield words.say(
            "Before: {scope}, {severity}. Now: {scope_now}, {severity_now}.",
            scope=scope_words(words, was["scope"]),
            severity=label(words, "severity", was["severity"]),
            scope_now=scope_words(words, facts["scope"]),
            severity_now=label(words, "severity", facts["severity"]),
        )
    if facts.get("withdrawn"):
        yield words.say("Together with the calls since then, no more fail than is usual here.")
    elif facts.get("lapsed"):
        yield from _lapsed(facts, words)
    else:
        yield _counted(facts, words)
    if alert.kind == kinds.CHANGED and facts.get("lately") and facts["lately"][0]:
        attempts, faults = facts["lately"]
        yield words.many(
            "In the last minutes: {n} attempt, {faults} of them failed by the provider's fault ({share}).",
            "In the last minutes: {n} attempts, {faults} of them failed by the provider's fault ({share}).",
            attempts,
            faults=words.number(faults),
            share=words.share(faults, attempts),
        )
    if facts.get("faint") and alert.kind != kinds.ENDED:
        yield words.say(
            "Too few fail at a time for an alarm: it shows in all attempts since then together. "
            "Should later ones show that it was nothing, this alert is withdrawn."
        )
    if facts["until"] and not facts.get("withdrawn"):
        yield words.say("The last of them ended at {until}.", until=words.moment(facts["until"]))
    if facts.get("missed"):
        yield words.say("It began and ended while the watch was not looking.")
    yield from beside_lines(facts, words)
    yield from _lost(facts, words)
    yield _next(alert, words)


def _lapsed(facts: Facts, words: Words) -> Iterator[str]:
    """What was last known of it, as its attempts are not looked at any more."""
    yield words.say(
        "It began before {lapsed}, and the watch, started again, reads no attempts from before that moment.",
        lapsed=words.moment(facts["lapsed"]),
    )
    yield words.many(
        "When it was last told: {n} attempt, {faults} of them failed by the provider's fault ({share}): {severity}.",
        "When it was last told: {n} attempts, {faults} of them failed by the provider's fault ({share}): {severity}.",
        facts["attempts"],
        **_counts(facts, words),
    )


def _counted(facts: Facts, words: Words) -> str:
    """What the alarm counts, which may have begun later than the incident that it goes on with."""
    counted = facts.get("counted") or facts["since"]
    if counted != facts["since"]:
        return words.many(
            "Since {counted}: {n} attempt, {faults} of them failed by the provider's fault ({share}): {severity}.",
            "Since {counted}: {n} attempts, {faults} of them failed by the provider's fault ({share}): {severity}.",
            facts["attempts"],
            counted=words.moment(counted),
            **_counts(facts, words),
        )
    return words.many(
        "{n} attempt since then, {faults} of them failed by the provider's fault ({share}): {severity}.",
        "{n} attempts since then, {faults} of them failed by the provider's fault ({share}): {severity}.",
        facts["attempts"],
        **_counts(facts, words),
    )


def _counts(facts: Facts, words: Words) -> dict[str, str]:
    return {
        "faults": words.number(facts["faults"]),
        "share": words.share(facts["faults"], facts["attempts"]),
        "severity": label(words, "severity", facts["severity"]),
    }


def _lost(facts: Facts, words: Words) -> Iterator[str]:
    """What is known to be lost; nothing is said where it was not looked at, and never 0 for not known.

    It is counted anew from the log since the incident began, so that its counts may be more than the alarm's.
    """
    lost = facts.get("lost")
    if lost is None:
        return
    sums = words.amounts(lost["amounts"])
    if sums:
        yield words.many(
            "Lost so far: {amount} charged for {n} attempt that delivered nothing.",
            "Lost so far: {amount} charged for {n} attempts that delivered nothing.",
            lost["charged"],
            amount=sums,
        )
    elif lost["charged"]:
        yield words.many(
            "Lost so far: {n} attempt that delivered nothing was charged; the amount is not known.",
            "Lost so far: {n} attempts that delivered nothing were charged; the amount is not known.",
            lost["charged"],
        )
    if lost["unknown"]:
        yield words.many(
            "Of the attempts in the log since {since} {all} delivered nothing; for {n} of them it cannot be told "
            "whether it was charged.",
            "Of the attempts in the log since {since} {all} delivered nothing; for {n} of them it cannot be told "
            "whether they were charged.",
            lost["unknown"],
            since=words.moment(facts["since"]),
            all=words.number(lost["charged"] + lost["unknown"] + lost["not_charged"]),
        )
    if not lost["charged"] and not lost["unknown"] and lost["not_charged"]:
        yield words.say("By the provider's rules none of the failed attempts is charged.")


def _next(alert: Alert, words: Words) -> str:
    folder = legible(alert.facts["folder"] or "attempts", TEXT_LIMIT)
    if alert.kind == kinds.ENDED:
        return words.say(
            "Next: what it cost and what the terms owe for it: makegood assess {folder} --out report", folder=folder
        )
    return words.say(
        "Next: move these calls to another provider where you can, and keep the log: it is the evidence. "
        "What it cost so far: makegood assess {folder}",
        folder=folder,
    )


def _sight(alert: Alert, words: Words) -> str:
    what = legible(alert.facts["what"], TEXT_LIMIT)
    page = alert.facts["sort"] == "page"
    if alert.kind == kinds.BLIND:
        return (
            words.say("The watch cannot read the status page {what}", what=what)
            if page
            else words.say("The watch sees no calls in {what}", what=what)
        )
    return (
        words.say("The watch reads the status page {what} again", what=what)
        if page
        else words.say("The watch sees calls in {what} again", what=what)
    )


def _sight_lines(alert: Alert, words: Words) -> Iterator[str]:
    facts = alert.facts
    if facts["last"]:
        yield words.say("Last seen before that: {last}.", last=words.moment(facts["last"]))
    else:
        yield words.say("Nothing was seen there since the watch began.")
    if alert.kind == kinds.SEES_AGAIN:
        return
    if facts["why"]:
        yield words.say("Why: {why}", why=legible(facts["why"], TEXT_LIMIT))
    if facts["sort"] == "page":
        yield words.say("Until it can be read, nothing is said about what this page keeps silent about.")
    else:
        yield words.say(
            "Next: check that calls still go through the gateway or the hooks; without them no incident is seen."
        )


def _summed(facts: Facts, words: Words) -> Iterator[str]:
    """The alerts held back, each by its subject; those beyond what a summary names are counted."""
    named = facts["named"]
    for one in named:
        yield subject_of(Alert("", one["kind"], moment(one["at"]), one["facts"]), words)
    if len(facts["held"]) > len(named):
        yield words.many("and {n} more", "and {n} more", len(facts["held"]) - len(named))
    yield words.say("There were more alerts than the limit for an hour lets through.")
