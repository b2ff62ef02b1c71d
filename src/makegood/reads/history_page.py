"""History page: the versions of a provider's status page as one self-contained page, own traffic beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from makegood.reads.history_chart import OwnTraffic, around, history_chart
from makegood.reads.history_words import (
    changed_words,
    head_words,
    own_words,
    says_words,
    seen_words,
    still_words,
    story_title,
    unkept_words,
)
from makegood.reads.page_history import PageHistory, PageStory
from makegood.reads.report import page
from makegood.reads.words import Words

MOST_STORIES, MOST_CHARTS = 100, 40


@dataclass(frozen=True)
class StoryShown:
    """One story in words, with its picture where it is among the first."""

    title: str
    story: PageStory
    rows: tuple[tuple[str, str, tuple[tuple[bool, str], ...]], ...]
    own: tuple[str, ...]
    chart: Markup | None


def history_page(history: PageHistory, own: OwnTraffic, now: datetime, words: Words) -> str:
    """The page as HTML text: no script, no network, all text of the status page escaped."""
    shown = [_shown(one, place, own, now, words) for place, one in enumerate(history.stories[:MOST_STORIES])]
    context = {
        "history": history,
        "now": now,
        "head": head_words(history, words),
        "unkept": tuple(unkept_words(history, words)),
        "still": still_words(history, words),
        "stories": shown,
        "left_out": max(0, len(history.stories) - MOST_STORIES),
        "unread": own.unread,
        "aside": own.aside,
        "edited": sum(1 for one in history.stories if one.edited),
    }
    return page("history.html.j2", context, words)


def _shown(story: PageStory, place: int, own: OwnTraffic, now: datetime, words: Words) -> StoryShown:
    rows = tuple(
        (seen_words(one, words), says_words(one, words), tuple(changed_words(one, words))) for one in story.tellings
    )
    near = own.near(around(story, own, now))
    chart = history_chart(story, own, now, words) if place < MOST_CHARTS else None
    return StoryShown(story_title(story), story, rows, tuple(own_words(near, words)), chart)
