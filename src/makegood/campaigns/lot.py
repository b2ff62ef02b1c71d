"""Verb: lot; a fair order of accounts that nobody chose and everybody can draw again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable


def lot(seed: str, use: str) -> Callable[[str], bytes]:
    """A function from a name to its lot: SHA-256 over seed, use and name, so that two uses of a seed are independent.

    Names in the order of their lots are a fair shuffle; the lowest so many of them are a fair sample.
    """
    start = hashlib.sha256(f"{len(seed)}:{seed}{len(use)}:{use}".encode())

    def drawn(name: str) -> bytes:
        digest = start.copy()
        digest.update(name.encode("utf-8", "surrogatepass"))
        return digest.digest()

    return drawn
