"""Drift page: the verdict on each model as one self-contained page, with what was won beyond chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from makegood.incidents.drift.judge import UNKNOWN_QUALITY, Drift
from makegood.reads.drift import Watched, drift_data, quality_pairs
from makegood.reads.drift_chart import walk_chart
from makegood.reads.drift_words import together_sentences, verdict_sentence, watched_sentences
from makegood.reads.report import page
from makegood.reads.words import Words


@dataclass(frozen=True)
class _Told:
    watched: Watched
    verdict: str
    sentences: Sequence[str]
    charts: Sequence[tuple[str, Markup]]
    evidence: str


def drift_page(watched: Sequence[Watched], now: datetime, words: Words) -> str:
    """The page as HTML text: no script, no network, all foreign text escaped."""
    told = [
        _Told(
            one,
            verdict_sentence(one.drift, words),
            watched_sentences(one, words),
            _charts(one.drift, words),
            evidence_name(one.name),
        )
        for one in watched
    ]
    context = {"told": told, "now": now, "together": together_sentences(drift_data(watched, now), words)}
    return page("drift.html.j2", context, words)


def evidence_name(name: str) -> str:
    """The file of a model's comparisons; the config lets only such names in as files may have."""
    return f"evidence-{name}.csv"


def _charts(drift: Drift, words: Words) -> list[tuple[str, Markup]]:
    drawn = []
    quality, behaviour = drift.quality, drift.behaviour
    if quality and drift.verdict != UNKNOWN_QUALITY:
        title = words.say("Quality dropped: wrong answers beyond those of before")
        drawn.append((title, walk_chart(quality.drop, quality_pairs(drift), title, words)))
    title = words.say("Answers changed: guesses won, less those lost")
    drawn.append((title, walk_chart(behaviour.answers, drift.pairs, title, words)))
    if behaviour.forms.crossed is not None:
        title = words.say("Form changed: guesses won, less those lost")
        drawn.append((title, walk_chart(behaviour.forms, drift.pairs, title, words)))
    return [(title, chart) for title, chart in drawn if chart is not None]
