"""History words: the versions of a page in one sentence each, for the screen and the page."""

from __future__ import annotations

from collections.abc import Iterator

from makegood.incidents.incident import Found
from makegood.reads.alert import scope_data
from makegood.reads.alert_page_words import change_words
from makegood.reads.labels import label, scope_words
from makegood.reads.legible import TEXT_LIMIT, legible
from makegood.reads.page_history import PageHistory, PageStory, Telling
from makegood.reads.words import Words


def head_words(history: PageHistory, words: Words) -> str:
    """How many versions were kept, and over which time."""
    if history.first is None or history.last is None:
        return words.say("No version of this page was kept yet.")
    return words.many(
        "{n} version was kept, seen from {first} to {last}.",
        "{n} versions were kept, seen from {first} to {last}.",
        history.versions,
        first=words.moment(history.first),
        last=words.moment(history.last),
    )


def unkept_words(history: PageHistory, words: Words) -> Iterator[str]:
    """What was shown and is not kept."""
    if history.alike:
        yield words.many(
            "{n} look showed other bytes that say the same; such bytes are kept once in a while only.",
            "{n} looks showed other bytes that say the same; such bytes are kept once in a while only.",
            history.alike,
        )
    if history.passed:
        yield words.many(
            "{n} look showed what this page changes at nearly every look, or more than is kept in a day; "
            "of that, too, one is kept once in a while.",
            "{n} looks showed what this page changes at nearly every look, or more than is kept in a day; "
            "of that, too, one is kept once in a while.",
            history.passed,
        )


def still_words(history: PageHistory, words: Words) -> str | None:
    """The bulletins that stood there from the first look on and never changed."""
    if not history.still:
        return None
    return words.many(
        "{n} more bulletin stood there at the first look and was not changed since.",
        "{n} more bulletins stood there at the first look and were not changed since.",
        history.still,
    )


def seen_words(telling: Telling, words: Words) -> str:
    """When it came to stand there, as far as can be shown."""
    if telling.unseen is None:
        return words.say("there at the first look, {seen}", seen=words.exact(telling.seen))
    unseen, seen = words.two(telling.unseen, telling.seen)
    return words.say("between {unseen} and {seen}", unseen=unseen, seen=seen)


def says_words(telling: Telling, words: Words) -> str:
    """What that version says: span and severity."""
    if telling.start is None:
        return words.say("nothing any more")
    severity = label(words, "severity", telling.severity)
    if telling.end is None:
        return words.say("since {start}, open; {severity}", start=words.moment(telling.start), severity=severity)
    return words.say("{span}; {severity}", span=words.span(telling.start, telling.end), severity=severity)


def changed_words(telling: Telling, words: Words) -> Iterator[tuple[bool, str]]:
    """What differs from the version before, each with whether it rewrites the past."""
    for one in telling.changes:
        yield one.is_edit, change_words(one.as_data(), words)


def own_words(own: tuple[Found, ...], words: Words) -> Iterator[str]:
    """What own traffic shows in the time of a story."""
    for one in own:
        yield words.many(
            "Your own traffic: {scope} failed {span}, {faults} of {n} attempt.",
            "Your own traffic: {scope} failed {span}, {faults} of {n} attempts.",
            one.attempts,
            scope=scope_words(words, scope_data(one.scope)),
            span=words.span(one.span.start, one.span.end),
            faults=words.number(one.faults),
        )


def story_title(story: PageStory) -> str:
    """The title as it was last told."""
    return legible(story.title, TEXT_LIMIT)
