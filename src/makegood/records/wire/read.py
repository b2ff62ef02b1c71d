"""Verb: read an answer as it passes; bytes in, what it told out, nothing of its text kept."""

from __future__ import annotations

from typing import Protocol

from makegood.records.wire.asked import Asked
from makegood.records.wire.told import Told


class Reader(Protocol):
    """Reads one answer. Bytes are fed as they pass, cut anywhere, decoded of any content encoding."""

    @property
    def began(self) -> bool:
        """Whether something that the caller could use has been fed; of a JSON body only once it has ended."""

    @property
    def failed(self) -> str | None:
        """The name of an error that has been fed (an error event, or a body that has ended); `error` for a nameless."""

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes of the body; never raises, whatever they are."""

    def end(self, cut: bool = False) -> Told:
        """What the answer told; `cut` says that the body ended before its transport said so. Never raises."""


def reader(asked: Asked, status: int, content_type: str) -> Reader:
    """The reader for an answer of this status and content type to what was asked."""
    raise NotImplementedError
