"""Verb: the names of the packs that come with makegood, from the head of each file, so that most stay unread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from makegood.terms.lines import read_lined

PACKS = Path(__file__).parent / "packs"


@dataclass(frozen=True)
class Shelved:
    """What stands in a pack's file before its versions."""

    path: Path
    names: tuple[str, ...]
    providers: tuple[str, ...]
    on_request: bool

    def applies_to(self, provider: str) -> bool:
        """Is this how a log names the pack's provider? Letter case does not matter."""
        return provider.casefold() in {name.casefold() for name in self.providers}


@cache
def shelf() -> tuple[Shelved, ...]:
    """Every shipped pack by the name of its file, which is its id."""
    return tuple(_shelved(path) for path in sorted(PACKS.glob("*.yaml"), key=lambda path: path.stem))


def _shelved(path: Path) -> Shelved:
    head, _, _ = path.read_text(encoding="utf-8").partition("\nversions:")
    data = read_lined(head + "\n", "yaml").data
    names = (data["terms"], *data.get("aliases", ()))
    return Shelved(path, names, tuple(data.get("providers", ())), data.get("on_request") == "true")
