"""Report: an assessment as one self-contained page for people who decide about money."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from makegood.reads import sentences
from makegood.reads.charts import box_chart, charged_chart
from makegood.reads.clauses import clause_text
from makegood.reads.closeup import closeups
from makegood.reads.figures import RateTable, billing, left_out, padded, rate_table, reading_rows, waste_table
from makegood.reads.labels import label, scope_parts, scope_words
from makegood.reads.legible import TEXT_LIMIT, legible
from makegood.reads.series import Series
from makegood.reads.timeline import bulletin_words, timeline
from makegood.reads.words import Words, words_for

SHOWN = 200  # rows of a table on the page; the rest is in assessment.json and evidence/
ACCOUNTS_SHOWN = 15
_PARTS = ("duckdb", "genai-prices")


def report(assessment: Mapping[str, Any], series: Series, lang: str = "en") -> str:
    """The page as HTML text: no script, no network, all foreign text escaped. Raise BadUse for another language."""
    words = words_for(assessment, lang)
    context = {
        "a": assessment,
        "series": series,
        "shown": SHOWN,
        "accounts_shown": ACCOUNTS_SHOWN,
        "versions": _versions(),
    }
    context |= _sentences(assessment, words) | _charts(assessment, series, words)
    return page("report.html.j2", context, words)


def page(template: str, context: Mapping[str, Any], words: Words) -> str:
    """A page in the house's style as HTML text: no script, no network, all foreign text escaped."""
    style = Markup((files("makegood.reads") / "templates" / "report.css").read_text(encoding="utf-8"))
    common = {"w": words, "say": words.say, "many": words.many, "style": style, "style_hash": _hash(f"\n{style}\n")}
    text = _environment().get_template(template).render({**common, **_named(words), **context})
    # a lone surrogate has no UTF-8 form and would break the writing of the file
    return text.encode("utf-8", "replace").decode()


def _sentences(assessment: Mapping[str, Any], words: Words) -> dict[str, Any]:
    def about(one: Mapping[str, Any]) -> dict[str, str]:
        return {
            "state": sentences.acknowledgement(one, assessment),
            "page": sentences.acknowledgement_words(one, assessment, words),
            "length": sentences.length(one, words),
            "edges": sentences.edges(one, words),
            "narrow": scope_parts(words, one["scope"])[0],
            "wide": scope_parts(words, one["scope"])[1],
        }

    return {
        "headline": sentences.headline(assessment, words),
        "subheads": sentences.subheads(assessment, words),
        "rows_sentences": sentences.rows_sentences(assessment, words),
        "wants": sentences.would_shrink(assessment, words),
        "notes": sentences.notes(assessment, words),
        "about": about,
        "verdict_sentence": lambda one: sentences.verdict_sentence(one, words),
        "amount_words": lambda one: sentences.amount_words(one, words),
        "measured": lambda one: sentences.measured(one, words),
    }


def _charts(assessment: Mapping[str, Any], series: Series, words: Words) -> dict[str, Any]:
    drawn = timeline(series, assessment, words)
    return {
        "timeline": drawn,
        "closeups": closeups(series, assessment, words),
        "charged_chart": charged_chart(series, words),
        "box_chart": box_chart(series, words),
        "rate_table": rate_table(series, words) if drawn else RateTable((), ()),
        "waste_table": waste_table(series, words),
        "reading_rows": reading_rows(assessment),
        "left_out": left_out(assessment),
        "billing": billing(assessment["overbilling"], words),
        "padded": padded(assessment["overbilling"], words),
    }


def _named(words: Words) -> dict[str, Any]:
    return {
        "label": lambda table, code: label(words, table, code),
        "scope_words": lambda scope: scope_words(words, scope),
        "bulletin_words": lambda one: bulletin_words(one, words),
        "legible": legible,
        "of_terms": words.of_terms,
        "clause_text": lambda verdict: clause_text(verdict, words),
        "tongue": lambda text, said: "en" if text == said else words.lang,
        "long": lambda text: legible(text, TEXT_LIMIT),
        "link": link,
    }


def link(address: object) -> str | None:
    """The address if it may be followed from a page: http and https only; else None."""
    text = str(address or "")
    return text if text.lower().startswith(("https://", "http://")) and legible(text, len(text)) == text else None


def _hash(style: str) -> str:
    """The style sheet's name in the content security policy; only this very text may style the page."""
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("makegood.reads", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    """makegood and the parts that figures come from, with their versions."""
    found = []
    for name in ("makegood", *_PARTS):
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return tuple(found)
