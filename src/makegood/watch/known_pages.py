"""Noun: the status pages that ship with makegood; address, where it was read, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class KnownPage:
    """A page in a known format; `source` says where the address was read and `read` when."""

    provider: str
    url: str
    source: str
    read: date


@dataclass(frozen=True)
class KnownPages:
    """The pages, and why some providers have none: (provider, why)."""

    pages: tuple[KnownPage, ...]
    without: tuple[tuple[str, str], ...]


@cache
def known_pages() -> KnownPages:
    """The shipped list."""
    data = yaml.safe_load((files("makegood.watch") / "pages.yaml").read_text(encoding="utf-8"))
    return KnownPages(
        tuple(KnownPage(**one) for one in data["pages"]),
        tuple((one["provider"], one["why"]) for one in data["without"]),
    )
