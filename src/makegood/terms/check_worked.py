"""Verb: check that the worked cases of a version can be tried: their version, and every value they give."""

from __future__ import annotations

import re
from collections.abc import Iterator

from makegood.errors import MakegoodError
from makegood.terms.given import read_inputs
from makegood.terms.lines import Path
from makegood.terms.pack import Pack, PackVersion, Version
from makegood.terms.worked import Worked

Fault = tuple[Path, str]
_QUOTED = re.compile(r"'([\w.-]+)'")


def untried(version: Version) -> Iterator[Fault]:
    """The worked cases that name another version, or give a value that cannot be read, each with its path."""
    alone = PackVersion(Pack.model_construct(terms="", versions=(version,)), version)
    known = (version.version, *version.also)
    for at, worked in enumerate(version.worked):
        asked = worked.terms_version
        if asked is not None and asked not in known:
            mend = f"use '{version.version}' or leave it out"
            yield ("worked", at, "terms_version"), f"version '{asked[:60]}' is not the one it stands under; {mend}"
        try:
            read_inputs(alone, worked.inputs)
        except MakegoodError as fault:
            yield ("worked", at, "inputs", *_place(str(fault), worked)), _reason(str(fault))
    for at, case in enumerate(version.programme.worked if version.programme else ()):
        if case.terms_version not in (None, *known):
            mend = f"use '{version.version}' or leave it out"
            told = f"version '{str(case.terms_version)[:60]}' is not the one it stands under; {mend}"
            yield ("programme", "worked", at, "terms_version"), told


def _place(told: str, worked: Worked) -> Path:
    """The way to the first name that the fault speaks of, as far as the inputs hold it."""
    named = _QUOTED.search(told)
    if named is None:
        return ()
    whole, first = named[1], named[1].partition(".")[0]
    return (whole,) if whole in worked.inputs.model_fields_set else (first, *whole.split(".")[1:])


def _reason(told: str) -> str:
    sentence = told[:1].lower() + told[1:].rstrip(".")
    return sentence if "; " in sentence else f"{sentence}; correct it"
