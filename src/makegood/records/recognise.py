"""Recognise: tell a file's format by what is in it, never by its name."""

from __future__ import annotations

from collections.abc import Sequence

from makegood.errors import BadUse, UnknownFormat
from makegood.records.sample import Sample
from makegood.records.sources.attempt_format import AttemptFormat
from makegood.records.sources.attempt_formats import ATTEMPT_FORMATS


def candidates(sample: Sample, formats: Sequence[AttemptFormat] = ATTEMPT_FORMATS) -> list[AttemptFormat]:
    """The formats that at least half of the sampled records match, the first of them in order of the list."""
    shape = "table" if sample.kind in ("table", "parquet") else "json"
    found = []
    for form in formats:
        if form.shape == shape and sample.records:
            hits = sum(1 for record in sample.records if form.matches(record))
            if hits * 2 >= len(sample.records):
                found.append(form)
    return found


def recognise(sample: Sample) -> AttemptFormat:
    """The format of a file of attempts; raise UnknownFormat naming what it was compared with."""
    found = candidates(sample)
    if found:
        return found[0]
    raise UnknownFormat(unknown(sample))


def unknown(sample: Sample) -> str:
    """One sentence for a file in no known format: what it has, what it was compared with, how to write a map."""
    shape = "table" if sample.kind in ("table", "parquet") else "json"
    has = ", ".join(list(sample.records[0])[:8]) if sample.records else "no record that could be read"
    compared = "; ".join(f"{form.name} ({form.needs})" for form in ATTEMPT_FORMATS if form.shape == shape)
    return (
        f"{sample.path}: is in no format known here. It has: {has[:300]}. Compared with: {compared}. "
        "Write a map that names your columns and give it with --map (see docs/formats.md)."
    )


def by_name(name: str) -> AttemptFormat:
    """A format by its name; raise BadUse listing the names."""
    for form in ATTEMPT_FORMATS:
        if form.name == name:
            return form
    names = ", ".join(form.name for form in ATTEMPT_FORMATS)
    raise BadUse(f"'{name[:40]}' is no format known here; use one of {names}.")
