"""SDK clients that are hooked, and the rows that they leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

import makegood.hooks
from makegood.hooks.recorder import close_log
from tests.gateway.asking import Clients

OPENAI, ANTHROPIC = ("openai", "async_openai"), ("anthropic", "async_anthropic")


@dataclass
class Hooked:
    """Both SDKs, hooked into one folder; `new` gives the rows since it was last asked."""

    clients: Clients
    folder: Path
    _read: int = field(default=0)

    @classmethod
    def at(cls, address: str, folder: Path) -> Hooked:
        """Clients of an address, as of provider `demo`."""
        clients = Clients.at(address, timeout=5)
        for name in OPENAI:
            makegood.hooks.openai(getattr(clients, name), folder=folder, account="acme", provider="demo")
        for name in ANTHROPIC:
            makegood.hooks.anthropic(getattr(clients, name), folder=folder, account="acme", provider="demo")
        return cls(clients, folder)

    def new(self) -> list[dict[str, Any]]:
        """The rows that were written since, as they stand in the journal."""
        found = rows(self.folder)
        new, self._read = found[self._read :], len(found)
        return new

    def close(self) -> None:
        """Close the folder's log."""
        close_log(self.folder)

    @staticmethod
    def close_folder(folder: Path) -> None:
        """Close the log of a folder, if there is one."""
        close_log(folder)


def rows(folder: Path) -> list[dict[str, Any]]:
    """The rows of the open journals, in order."""
    return [
        orjson.loads(line) for path in sorted(folder.glob("open/*.jsonl")) for line in path.read_bytes().splitlines()
    ]
