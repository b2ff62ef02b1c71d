"""Verb: hook a client of an SDK, or a transport; from then on each of its attempts is recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from makegood.errors import BadUse
from makegood.hooks.recorder import Recorder, log_of
from makegood.hooks.transports import Recording, library_of, recording
from makegood.hooks.who import Who

FOLDER = "attempts"
Client = TypeVar("Client")


def openai(
    client: Client,
    *,
    folder: str | Path = FOLDER,
    account: str = "default",
    provider: str | None = None,
    region: str | None = None,
    key: str | None = None,
) -> Client:
    """Record every attempt of a client of the `openai` package into an attempts folder; returns the same client.

    The client may be sync or async, for OpenAI, Azure or any other base URL; copies by `with_options` share its
    transport and are recorded with it. `provider` is told by the host where it is not given; `key` is a name for the
    key. Raises BadUse for anything else, and NotRecorded where the folder cannot be written.
    """
    return _hooked(client, "openai", folder, Who(account, provider, region, key))


def anthropic(
    client: Client,
    *,
    folder: str | Path = FOLDER,
    account: str = "default",
    provider: str | None = None,
    region: str | None = None,
    key: str | None = None,
) -> Client:
    """Record every attempt of a client of the `anthropic` package; as `openai`."""
    return _hooked(client, "anthropic", folder, Who(account, provider, region, key))


def transport(
    inner: Any,
    *,
    folder: str | Path = FOLDER,
    account: str = "default",
    provider: str | None = None,
    region: str | None = None,
    key: str | None = None,
) -> Any:
    """A transport of httpx2 (or httpx) around another, to be given to a client of that library; as `openai`."""
    library = library_of(inner)
    if library is None:
        raise BadUse(
            f"a {type(inner).__name__} is no transport of httpx2 or httpx; give one, as httpx2.HTTPTransport()."
        )
    return recording(inner, Recorder(log_of(folder), Who(account, provider, region, key)), library)


def _hooked(client: Client, package: str, folder: str | Path, who: Who) -> Client:
    own = [kind.__module__.partition(".")[0] for kind in type(client).__mro__]
    within: Any = getattr(client, "_client", None)
    library = library_of(within)
    if package not in own or library is None or not hasattr(within, "_transport"):
        raise BadUse(
            f"a {type(client).__name__} is no client of the {package} package; give one, or hook its transport."
        )
    before = within._transport
    recorder = Recorder(log_of(folder), who)
    if isinstance(before, Recording):
        if before.recorder.log is recorder.log and before.recorder.who == who:
            return client
        raise BadUse("this client is hooked already, into another folder or for another account; hook it once.")
    within._transport = recording(before, recorder, library)
    mounts = getattr(within, "_mounts", {})
    for pattern, mounted in mounts.items():
        if mounted is not None:
            mounts[pattern] = recording(mounted, recorder, library)
    return client
