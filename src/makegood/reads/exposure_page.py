"""Audit page: an audit as one self-contained page for people who decide what to depend on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from makegood.reads import exposure_words as told
from makegood.reads.amiss_words import amiss_words
from makegood.reads.exposure_charts import stops_chart, traffic_chart
from makegood.reads.report import page
from makegood.reads.series import Series
from makegood.reads.toll_words import toll_rows
from makegood.reads.words import Words, words_for

THINGS_SHOWN, LANES_SHOWN, PATHS_SHOWN, REPLAYS_SHOWN, VERDICTS_SHOWN = 60, 6, 200, 60, 40


def audit_page(data: Mapping[str, Any], series: Series, lang: str = "en") -> str:
    """The page as HTML text: no script, no network, all foreign text escaped. Raise BadUse for another language."""
    words = words_for(data, lang)
    context = {
        "a": data,
        "headline": told.headline(data, words),
        "subheads": [*amiss_words(data, words), *told.subheads(data, words)],
        "sides": [told.side_row(one, words) for one in data["sides"]],
        "things": [_thing(one, words) for one in data["things"][:THINGS_SHOWN]],
        "more_things": len(data["things"]) - THINGS_SHOWN,
        "paths": [told.path_row(one, words) for one in data["paths"][:PATHS_SHOWN]],
        "replays": [_replay(one, words, data["params"]["on"]) for one in data["replays"][:REPLAYS_SHOWN]],
        "more_replays": len(data["replays"]) - REPLAYS_SHOWN,
        "detours": (told.detour_sentences(data, words), told.detour_rows(data, words)),
        "notes": told.notes(data, words),
        "stops": stops_chart(data, words),
        "traffic": traffic_chart(data, series, words),
    }
    return page("audit.html.j2", context, words)


def _thing(one: Mapping[str, Any], words: Words) -> dict[str, Any]:
    return {
        "name": told.thing_words(one),
        "dimension": one["dimension"],
        "whole": words.number(one["whole"]["calls"]),
        "stops": words.number(one["stops"]["calls"]),
        "share": told.share_words(one["stops"]["share"]["calls"], words),
        "spend": told.spend_words(one["stops"]["spend"], words),
        "lanes": [
            (told.lane_words(lane), words.number(lane["calls"]), told.alternative_words(lane["alternative"], words))
            for lane in one["lanes"][:LANES_SHOWN]
        ],
        "more": len(one["lanes"]) - LANES_SHOWN,
    }


def _replay(one: Mapping[str, Any], words: Words, chosen: str | None) -> dict[str, Any]:
    return {
        "title": one["title"],
        "window": words.span(one["window"]["start"], one["window"]["end"]),
        "laid": told.laid_words(one, words, chosen),
        "range": told.range_words(one, words),
        "tolls": toll_rows(one, words),
        "verdicts": told.verdict_rows(one, words)[:VERDICTS_SHOWN],
        "links": list(dict.fromkeys(reading["url"] for reading in one["readings"] if reading["url"])),
    }
