"""OpenAI completions usage export (TSV or CSV): token counts a day, model and key, written as floats ("10.0").

Days without use are empty rows. A model can have two rows a day. Columns of October 2025.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from makegood.records.charge import Charge
from makegood.records.sources.cells import count_or_none, words
from makegood.records.sources.charges_openai_costs_tsv import PROVIDER, bucket, read_buckets
from makegood.records.sources.small import Document, Reading, Row, SmallFormat, Unusable, sound

# Kinds that are priced apart from text: the kind of a charge and the column that counts it.
_APART = {
    "input_audio": "input_audio_tokens",
    "cached_input_audio": "input_cached_audio_tokens",
    "output_audio": "output_audio_tokens",
    "input_image": "input_image_tokens",
    "cached_input_image": "input_cached_image_tokens",
    "output_image": "output_image_tokens",
}
_STANDARD_TIERS = ("", "default", "standard", "auto")


def token_kinds(cells: Mapping[str, Any]) -> dict[str, int]:
    """Counts by kind of a completions row; raise Unusable where its parts do not add up to its totals."""
    read = {name: count_or_none(cells.get(name), name) for name in cells if name.endswith("_tokens")}
    whole, output = read.get("input_tokens") or 0, read.get("output_tokens") or 0
    cached, written = read.get("input_cached_tokens") or 0, read.get("input_cache_write_tokens") or 0
    fresh = read.get("input_uncached_tokens")
    if fresh is None:
        fresh = whole - cached - written
    if fresh < 0 or fresh + cached + written != whole:
        raise Unusable(f"input_tokens {whole} is not {fresh} uncached + {cached} cached + {written} cache write")
    apart = {kind: read.get(name) or 0 for kind, name in _APART.items()}
    kinds = {
        "input": fresh - apart["input_audio"] - apart["input_image"],
        "cached_input": cached - apart["cached_input_audio"] - apart["cached_input_image"],
        "cache_write": written,
        "output": output - apart["output_audio"] - apart["output_image"],
        **apart,
    }
    if min(kinds.values()) < 0:
        raise Unusable("audio and image tokens are more than the totals they are part of")
    return {kind: count for kind, count in kinds.items() if count}


def tier_of(batch: Any, service_tier: Any) -> str | None:
    """The processing tier other than the standard: batch, flex, priority ..."""
    if batch is True or words(batch).lower() == "true":
        return "batch"
    tier = words(service_tier, 40).lower()
    return None if tier in _STANDARD_TIERS else tier


def _matches(document: Document) -> bool:
    names = ("start_time", "end_time", "num_model_requests", "model", "input_tokens", "output_tokens")
    return document.rows is not None and document.rows.has(*names)


def _read(document: Document) -> Reading:
    def one(row: Row) -> Iterator[Charge]:
        cells = sound(row)
        covered = bucket(cells)
        if not words(cells.get("model")) and not any(words(cells.get(name)) for name in cells if "tokens" in name):
            return
        if not words(cells.get("model")):
            raise Unusable("token counts without a model")
        yield Charge(
            span=covered,
            account=words(cells.get("organization_id")) or words(cells.get("project_id")),
            provider=PROVIDER,
            item="completions",
            source=document.file,
            line=row.line,
            model=words(cells["model"], 200),
            requests=count_or_none(cells.get("num_model_requests"), "num_model_requests"),
            tokens=token_kinds(cells),
            tier=tier_of(cells.get("batch"), cells.get("service_tier")),
        )

    return read_buckets(document, one)


FORMAT = SmallFormat(
    name="openai-usage-export",
    kind="charges",
    title="OpenAI completions usage export (TSV)",
    matches=_matches,
    read=_read,
)
