"""Alert words on status pages: what a page says beside own traffic, by itself, and how it rewrote what it said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from makegood.reads import alert as kinds
from makegood.reads.alert import Alert
from makegood.reads.labels import label
from makegood.reads.legible import TEXT_LIMIT, legible
from makegood.reads.words import Words
from makegood.spans import moment

Facts = Mapping[str, Any]
_MINUTE = timedelta(minutes=1)


def beside_lines(facts: Facts, words: Words) -> Iterator[str]:
    """What the page says, or does not say, of an incident of own traffic."""
    page = facts["page"]
    state = page["state"]
    if state == "none":
        yield words.say("No status page of this provider is watched.")
    elif state == "unread":
        yield words.say(
            "The status page {url} could not be read since it began, so nothing is said about what it says.",
            url=legible(page["url"], TEXT_LIMIT),
        )
    elif state == "silent":
        yield words.say(
            "The status page {url} says nothing of it; last read {read_at}, {minutes} after it began.",
            url=legible(page["url"], TEXT_LIMIT),
            read_at=words.moment(page["read_at"]),
            minutes=words.minutes(page["minutes"]),
        )
        if page["refused"]:
            yield words.many(
                "{n} record of it could not be read; what it says is not known.",
                "{n} records of it could not be read; what they say is not known.",
                page["refused"],
            )
    else:
        yield from _says(facts, words)


def _says(facts: Facts, words: Words) -> Iterator[str]:
    page = facts["page"]
    named = {"title": legible(page["title"], TEXT_LIMIT), "severity": label(words, "severity", page["severity"])}
    if page["end"]:
        span = words.span(page["start"], page["end"])
        yield words.say("The status page says: {title} ({severity}), {span}.", **named, span=span)
    else:
        start = words.moment(page["start"])
        yield words.say("The status page says: {title} ({severity}), since {start}, still open.", **named, start=start)
    yield from _posted(page, words)
    if page["posted"] and facts.get("was_silent") is not None:
        late = (moment(page["posted"][1]) - moment(facts["since"])) // _MINUTE
        if late > 0:
            yield words.say("That was at most {minutes} after your first failed attempt.", minutes=words.minutes(late))
    yield from _link(page, words)


def _posted(page: Facts, words: Words) -> Iterator[str]:
    """Between which two looks it came to stand there, which is all that can be shown of when it was posted."""
    if page["posted"]:
        unseen, seen = page["posted"]
        yield words.say("It came to stand there between {unseen} and {seen}.", **_two(unseen, seen, words))


def _two(unseen: str, seen: str, words: Words) -> dict[str, str]:
    return dict(zip(("unseen", "seen"), words.two(unseen, seen), strict=True))


def _link(page: Facts, words: Words) -> Iterator[str]:
    if page.get("link"):
        yield words.say("There: {link}", link=legible(page["link"], TEXT_LIMIT))


def page_subject(alert: Alert, words: Words) -> str:
    """An alert on a page by itself, on one line."""
    facts = alert.facts
    provider = legible(facts["provider"])
    if alert.kind == kinds.EDITED:
        return words.say("{provider}: the status page rewrote what it said before", provider=provider)
    if alert.kind == kinds.PAGE_ONLY:
        return words.say("{provider}: the status page reports a failure, and your calls are fine", provider=provider)
    if alert.kind == kinds.PAGE_CHANGED:
        return words.say("{provider}: the status page reports the failure as worse", provider=provider)
    if alert.kind == kinds.PAGE_ENDED and facts["gone"]:
        return words.say("{provider}: the failure is gone from the status page", provider=provider)
    if alert.kind == kinds.PAGE_ENDED:
        return words.say("{provider}: the status page reports the failure as over", provider=provider)
    return words.say("{provider}: the status page reports a failure", provider=provider)


def page_lines(alert: Alert, words: Words) -> Iterator[str]:
    """What a page says by itself, and what own traffic shows beside it."""
    facts = alert.facts
    yield words.say(
        "{title} ({severity}), since {start}; affected: {components}.",
        title=legible(facts["title"], TEXT_LIMIT),
        severity=label(words, "severity", facts["severity"]),
        start=words.moment(facts["start"]),
        components=words.listed(legible(one) for one in facts["components"]),
    )
    if facts.get("before"):
        before = label(words, "severity", facts["before"]["severity"])
        yield words.say("Before: {severity}.", severity=before)
    if facts.get("end"):
        yield words.say("Over by its own word at {end}.", end=words.moment(facts["end"]))
    if facts["text"]:
        yield legible(facts["text"], TEXT_LIMIT)
    yield from _posted(facts, words)
    yield _own(facts["own"], words)
    yield from _link(facts, words)
    yield words.say(
        "Next: keep this page's versions with a claim: makegood watch history {provider}", provider=facts["provider"]
    )


def _own(own: Facts, words: Words) -> str:
    if own["state"] == "unread":
        return words.say("Your own calls are not watched, or could not be read.")
    if own["state"] == "none":
        return words.say("You made no calls to this provider in that time.")
    told = {"faults": words.number(own["faults"]), "since": words.moment(own["since"])}
    if own["state"] == "fine":
        return words.many(
            "Your own traffic is fine: {n} attempt since {since}, {faults} failed by the provider's fault.",
            "Your own traffic is fine: {n} attempts since {since}, {faults} failed by the provider's fault.",
            own["attempts"],
            **told,
        )
    return words.many(
        "Your own traffic: {n} attempt since {since}, {faults} failed by the provider's fault.",
        "Your own traffic: {n} attempts since {since}, {faults} failed by the provider's fault.",
        own["attempts"],
        **told,
    )


def edited_lines(facts: Facts, words: Words) -> Iterator[str]:
    """What was rewritten, a line each, and between which looks."""
    for one in facts["edits"]:
        yield f"{legible(one.get('title') or one['incident'], TEXT_LIMIT)}: {change_words(one, words)}"
    if facts["more"]:
        yield words.many("and {n} more", "and {n} more", facts["more"])
    unseen, seen = facts["posted"]
    yield words.say("It was rewritten between {unseen} and {seen}.", **_two(unseen, seen, words))
    yield words.say(
        "Both versions are kept: makegood watch history {provider}",
        provider=facts["provider"],
    )


def change_words(change: Facts, words: Words) -> str:
    """One change between two versions in words."""
    told = {name: _value(change["what"], change.get(name), words) for name in ("before", "after")} | {
        "component": legible(change.get("component", ""))
    }
    if change.get("stated"):
        told["stated"] = words.moment(change["stated"])
    return _CHANGES[change["what"]](words, told)


def _value(what: str, value: str | None, words: Words) -> str:
    """A time, a severity or a text, as what the change is about says."""
    if value is None:
        return "–"
    if what.startswith(("severity_", "component_")):
        return label(words, "severity", value)
    if what.startswith("window_"):
        return words.span(*value.split("/", 1)) if "/" in value else legible(value)
    if what in _OF_TIME:
        return words.exact(value)
    return legible(value, TEXT_LIMIT)


_OF_TIME = frozenset(
    "posted closed reopened dropped removed start_moved end_moved update_retimed rescheduled".split()  # noqa: SIM905
)
_CHANGES: dict[str, Callable[[Words, dict[str, str]], str]] = {
    "posted": lambda w, t: w.say("posted; starts {after}", **t),
    "update_added": lambda w, t: w.say("an update of {stated}: {after}", **t),
    "closed": lambda w, t: w.say("closed, at {after}", **t),
    "reopened": lambda w, t: w.say("opened again; it had ended {before}", **t),
    "severity_raised": lambda w, t: w.say("{component}: {before} became {after}", **t),
    "severity_lowered": lambda w, t: w.say("{component}: {before} was lowered to {after}", **t),
    "component_added": lambda w, t: w.say("{component} was added ({after})", **t),
    "component_removed": lambda w, t: w.say("{component} was taken off ({before})", **t),
    "window_stated": lambda w, t: w.say("the text now states a span: {after}", **t),
    "window_changed": lambda w, t: w.say("the span that the text states, {before}, became {after}", **t),
    "dropped": lambda w, t: w.say("no longer listed, as the oldest of the page; it began {before}", **t),
    "removed": lambda w, t: w.say("removed from the page; it began {before}", **t),
    "start_moved": lambda w, t: w.say("its start was moved from {before} to {after}", **t),
    "end_moved": lambda w, t: w.say("its end was moved from {before} to {after}", **t),
    "rescheduled": lambda w, t: w.say("planned work was moved from {before} to {after}", **t),
    "title_edited": lambda w, t: w.say('its title, "{before}", became "{after}"', **t),
    "text_edited": lambda w, t: w.say('the update of {stated} was rewritten: "{before}" became "{after}"', **t),
    "update_inserted": lambda w, t: w.say("an update of {stated} was put in before others: {after}", **t),
    "update_retimed": lambda w, t: w.say("an update was moved from {before} to {after}", **t),
    "update_removed": lambda w, t: w.say("the update of {stated} was removed: {before}", **t),
    "backdated": lambda w, t: w.say("dated {stated}, when it did not stand there yet", **t),
}
