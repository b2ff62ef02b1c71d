"""Noun: an upstream as it is asked; where, with which key, headers, certificates and patience."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field

from aiohttp import ClientTimeout
from yarl import URL

from makegood.gateway.config import Config
from makegood.gateway.config_shape import OPENAI, Timeouts, Upstream

_URLS = 1_000
_OPENAI_PREFIX = "/v1"


@dataclass(slots=True)
class Upper:
    """`auth` is the header that carries the key, `passes_key` says that the caller's own key goes on instead, `key` is
    the name of the key. `extra` are the headers that the config adds."""

    name: str
    wire: str
    base: str
    provider: str
    region: str | None
    key: str | None
    passes_key: bool
    auth: tuple[str, str] | None = field(repr=False)
    extra: tuple[tuple[str, str], ...]
    certificates: ssl.SSLContext | bool
    waits: Timeouts
    patience: ClientTimeout
    _urls: dict[str, URL] = field(default_factory=dict)

    @property
    def bare_key(self) -> bytes:
        """The key alone; empty where the upstream has none of its own."""
        return self.auth[1].removeprefix("Bearer ").encode("ascii") if self.auth else b""

    def url(self, target: str) -> URL:
        """The address for a request target such as /v1/chat/completions?x=1; the host is always this upstream's."""
        known = self._urls.get(target)
        if known is None:
            tail = target.removeprefix(_OPENAI_PREFIX) if self.wire == OPENAI else target
            known = URL(self.base + tail, encoded=True)
            if len(self._urls) < _URLS:
                self._urls[target] = known
        return known


def uppers_of(config: Config) -> dict[str, Upper]:
    """Every upstream of a config by its name."""
    return {name: _upper(config, name, said) for name, said in config.said.upstreams.items()}


def _upper(config: Config, name: str, said: Upstream) -> Upper:
    passes = said.send_key and not said.key_env and not config.said.callers
    certificates: ssl.SSLContext | bool = True
    if said.ca_file:
        certificates = ssl.create_default_context(cafile=str(config.path.parent / said.ca_file))
    waits = said.timeouts or config.said.timeouts
    return Upper(
        name=name,
        wire=said.wire,
        base=said.base_url.rstrip("/"),
        provider=said.provider or name,
        region=said.region,
        key=said.key_env,
        passes_key=passes,
        auth=_auth(said, config.keys[said.key_env]) if said.key_env else None,
        extra=tuple(said.headers.items()),
        certificates=certificates,
        waits=waits,
        patience=ClientTimeout(total=None, connect=waits.connect_seconds),
    )


def _auth(said: Upstream, key: str) -> tuple[str, str]:
    header = said.key_header or ("authorization" if said.wire == OPENAI else "x-api-key")
    return (header, f"Bearer {key}" if header == "authorization" else key)
