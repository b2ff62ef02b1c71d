"""Catalogue: the terms that come with makegood, a line each: window, target, remedy, deadline, status, age."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Day

from makegood.reads.grant_words import form_words, remedy_words
from makegood.reads.programme_words import forms_words
from makegood.reads.promise_words import claim_by_words, target_words, window_words
from makegood.reads.words import Words
from makegood.terms.pack import Pack, Promise, Version

_WORST = "PSTU"


@dataclass(frozen=True)
class Listed:
    """One line of the list; `stale_days` is how long ago the text was last looked up, None when nobody said."""

    terms: str
    version: str
    provider: str
    window: str
    target: str
    remedy: str
    claim_by: str
    status: str
    stale_days: int | None


def listed(packs: Iterable[Pack], today: Day, words: Words) -> list[Listed]:
    """The newest version of each pack."""
    return [_line(pack, max(pack.versions, key=lambda one: one.effective.start), today, words) for pack in packs]


def statuses(version: Version) -> str:
    """The letters of the clauses, each once, the best known first: "P S U"."""
    found = {clause.status for clause in version.clauses.values()}
    return " ".join(letter for letter in _WORST if letter in found)


def _line(pack: Pack, version: Version, today: Day, words: Words) -> Listed:
    seen = version.last_seen
    # beside goodwill only rights stand that need facts, such as the refund of a balance
    promise = version.promises[0] if version.promises and version.goodwill is None else None
    parts = _parts(promise, words) if promise else _without(version, words)
    stale = None if seen is None else max(0, (today - seen).days)
    return Listed(pack.terms, version.version, pack.provider, *parts, statuses(version), stale)


def _parts(promise: Promise, words: Words) -> tuple[str, str, str, str]:
    remedy = f"{form_words(promise.remedy.form, words)}: {remedy_words(promise, words)}"
    return window_words(promise.window, words), target_words(promise, words), remedy, claim_by_words(promise, words)


def _without(version: Version, words: Words) -> tuple[str, str, str, str]:
    if version.programme is not None and version.goodwill is None:
        return "–", _none(version, words), forms_words(version.programme, words), words.say("automatic")
    return "–", _none(version, words), _asked(version, words), "–"


def _none(version: Version, words: Words) -> str:
    """Nothing is promised; or nobody found a text that would say so."""
    rules = version.goodwill
    unread = rules is not None and version.clauses[rules.clause].status == "U"
    return words.say("not known") if unread else words.say("none promised")


def _asked(version: Version, words: Words) -> str:
    return words.say("goodwill") if version.goodwill else "–"
