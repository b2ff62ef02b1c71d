"""Verb: read a gateway's config; a TOML file and the keys that it names by the variables that hold them."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from makegood.errors import BadUse
from makegood.gateway.config_shape import File, Price, RouteRules, Step, Upstream
from makegood.records.config.loopback import is_loopback
from makegood.records.config.secret import secret_of
from makegood.records.config.toml_file import Place, TomlFile, read_toml
from makegood.records.names import name_of

_KEY = re.compile(r"[\x21-\x7e]{1,4096}")
_FIELD = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_ADDRESS = re.compile(r"[\x21-\x7e]{1,2000}")
_VALUE = re.compile(r"[\x20-\x7e]{0,1024}")
_KEY_FIELDS = {"authorization", "x-api-key", "api-key", "proxy-authorization", "cookie"}
_OUR_FIELDS = {"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "expect", "te"}


@dataclass(frozen=True)
class Config:
    """A config that holds together. `keys` are the values of the variables that `said` names; they are never shown."""

    path: Path
    said: File
    keys: Mapping[str, str] = field(repr=False)

    @property
    def attempts(self) -> Path:
        """The attempts folder; a relative one lies beside the file."""
        return self.path.parent / self.said.attempts


def read_config(path: Path, environ: Mapping[str, str], *, keyless: bool = False) -> Config:
    """Read and check a config; raise BadUse with one sentence that names file, line, field, reason and mend.

    With `keyless` a key whose variable is not set is empty, for who only looks at the config.
    """
    file = read_toml(path, "a gateway's config", "docs/gateway.md")
    return _Checks(file, file.shaped(File), environ, keyless).config()


@dataclass(frozen=True)
class _Checks:
    file: TomlFile
    said: File
    environ: Mapping[str, str]
    keyless: bool

    def config(self) -> Config:
        """The config, once everything that holds between its fields was looked at."""
        if not self.said.attempts.isprintable():
            self._fail(("attempts",), "holds what no folder's name has", "name the folder to record in")
        for name, upstream in self.said.upstreams.items():
            self._upstream(("upstreams", name), upstream)
        for alias, route in self.said.routes.items():
            self._route(("routes", alias), alias, route)
        self._defaults()
        self._whose_keys()
        self._callers()
        keys = {name: self._key(place, name) for place, name in self._named_keys()}
        self._no_key_twice(keys)
        return Config(self.file.path, self.said, keys)

    def _named_keys(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        for name, upstream in self.said.upstreams.items():
            if upstream.key_env:
                yield ("upstreams", name, "key_env"), upstream.key_env
        for number, caller in enumerate(self.said.callers):
            yield ("callers", number, "key_env"), caller.key_env

    def _key(self, place: tuple[str | int, ...], name: str) -> str:
        try:
            value = secret_of(name, self.environ).strip()
        except BadUse as fault:
            raise BadUse(f"{self.file.at(place)}: {fault}") from fault
        if not value and self.keyless:
            return ""
        if not value:
            mend = f"set it to the key, or {name}_FILE to a file that holds it"
            self._fail(place, f"the environment variable {name} is not set", mend)
        if not _KEY.fullmatch(value):
            self._fail(place, f"the variable {name} holds characters that no key has", "set it to one key")
        return value

    def _upstream(self, place: tuple[str | int, ...], upstream: Upstream) -> None:
        try:
            url = urlsplit(upstream.base_url)
            port = url.port
        except ValueError:
            url, port = urlsplit(""), None
        wrong = url.scheme not in ("http", "https") or not url.hostname or port == 0
        if wrong or "@" in url.netloc or url.query or url.fragment or not _ADDRESS.fullmatch(upstream.base_url):
            self._fail((*place, "base_url"), "is no address", "write it like https://api.openai.com/v1")
        if url.scheme == "http" and not upstream.plain_http and not is_loopback(url.hostname or ""):
            mend = "write https, or plain_http = true where the way there is your own"
            self._fail((*place, "base_url"), "is plain http, on which a key can be read by others", mend)
        if upstream.wire == "anthropic" and url.path.rstrip("/").endswith("/v1"):
            self._fail((*place, "base_url"), "ends with /v1, which this wire adds by itself", "leave it off")
        for name, value in upstream.headers.items():
            if not _FIELD.fullmatch(name) or not _VALUE.fullmatch(value):
                self._fail((*place, "headers", name), "is no header", "use one line of ASCII")
            if name.lower() in _KEY_FIELDS | _OUR_FIELDS:
                mend = "name a key by key_env, and leave the others to the gateway"
                self._fail((*place, "headers", name), "is set by the gateway itself", mend)
        if upstream.ca_file:
            self._certificates((*place, "ca_file"), self.file.path.parent / upstream.ca_file)
        waits = upstream.timeouts or self.said.timeouts
        if waits.connect_seconds > waits.first_byte_seconds or waits.first_byte_seconds > waits.whole_seconds:
            at = (*place, "timeouts") if upstream.timeouts else ("timeouts",)
            self._fail(at, "cannot be right", "let connect be at most first byte, and first byte at most whole")

    def _certificates(self, place: tuple[str | int, ...], path: Path) -> None:
        if not path.is_file():
            self._fail(place, "names no file", "give a file of certificates (PEM)")
        try:
            ssl.create_default_context(cafile=str(path))
        except OSError:
            self._fail(place, "names a file without a certificate that can be read", "give certificates (PEM)")

    def _route(self, place: tuple[str | int, ...], alias: str, route: RouteRules) -> None:
        if name_of(alias) != alias:
            self._fail(place, "is no model name", "use letters, digits, . _ : / @ + -")
        for number, step in enumerate(route.upstreams):
            self._known((*place, "upstreams", number, "upstream"), step.upstream)
            if step.model is not None and name_of(step.model) != step.model:
                self._fail((*place, "upstreams", number, "model"), "is no model name", "use A-Z a-z 0-9 . _ : / @ + -")
        wires = {self.said.upstreams[step.upstream].wire for step in route.upstreams}
        if len(wires) > 1:
            self._fail(place, "mixes upstreams of both wires, which cannot answer for each other", "make two routes")
        asked = [(step.upstream, step.model or alias) for step in route.upstreams]
        if len(set(asked)) < len(asked):
            self._fail(place, "asks the same upstream for the same model twice", "leave one out")
        self._prices(place, route)

    def _prices(self, place: tuple[str | int, ...], route: RouteRules) -> None:
        prices = [step.price for step in route.upstreams if step.price] + ([route.ceiling] if route.ceiling else [])
        if len({price.currency for price in prices}) > 1:
            self._fail(place, "declares prices in more than one currency", "use one within a route")
        bare = [step.upstream for step in route.upstreams if not step.price]
        if bare and (route.ceiling or route.budget.money):
            self._fail(place, f"{bare[0]} declares no price", "a ceiling and a budget in money need one for each")
        if route.budget.money and any(step.most_output_tokens is None for step in route.upstreams):
            mend = "say how many tokens the model can put out, for calls that do not say max_tokens"
            self._fail(place, "a budget in money needs most_output_tokens for each upstream", mend)
        if route.ceiling and all(over_ceiling(step, route.ceiling) for step in route.upstreams):
            self._fail((*place, "ceiling"), "is below the price of every upstream", "raise it, or take it out")

    def _defaults(self) -> None:
        for wire in ("openai", "anthropic"):
            name = getattr(self.said.default, wire)
            if name is not None:
                self._known(("default", wire), name)
                if self.said.upstreams[name].wire != wire:
                    self._fail(("default", wire), f"{name} speaks the other wire", "name one that speaks this")

    def _known(self, place: tuple[str | int, ...], name: str) -> None:
        if name not in self.said.upstreams:
            known = ", ".join(sorted(self.said.upstreams)[:5])
            self._fail(place, f"there is no upstream {name}", f"write one of {known}, or add [upstreams.{name}]")

    def _whose_keys(self) -> None:
        """The caller's own key may go to one address only: a model name must not send it elsewhere."""
        if self.said.callers:
            return
        for wire in ("openai", "anthropic"):
            hosts: dict[str, str] = {}
            for name, upstream in self.said.upstreams.items():
                if upstream.wire == wire and upstream.send_key and not upstream.key_env:
                    hosts.setdefault(urlsplit(upstream.base_url).netloc.lower(), name)
            if len(hosts) > 1:
                name = list(hosts.values())[1]
                reason = "has no key_env, so that the caller's own key, meant for another address, would be sent here"
                self._fail(("upstreams", name), reason, "name its key_env, or write send_key = false")

    def _callers(self) -> None:
        if self.said.workers > 1 and 0 in (self.said.listen.port, self.said.listen.admin_port):
            self._fail(("workers",), "workers that share a port need to know which", "name the port under [listen]")
        names = [caller.name for caller in self.said.callers]
        if len(set(names)) < len(names):
            self._fail(("callers",), "names a caller twice", "give each a name of its own")
        if not self.said.callers and not is_loopback(self.said.listen.host):
            mend = "declare [[callers]] with a key each, or listen on 127.0.0.1"
            self._fail(("listen", "host"), "lets anyone on the network spend your keys", mend)
        for number, caller in enumerate(self.said.callers):
            if any(upstream.key_env == caller.key_env for upstream in self.said.upstreams.values()):
                mend = "give callers keys of their own"
                self._fail(("callers", number, "key_env"), "is an upstream's key too", mend)

    def _no_key_twice(self, keys: Mapping[str, str]) -> None:
        callers = [keys[caller.key_env] for caller in self.said.callers if keys[caller.key_env]]
        uppers = {keys[one.key_env] for one in self.said.upstreams.values() if one.key_env}
        if len(set(callers)) < len(callers) or uppers & set(callers):
            self._fail(("callers",), "two variables hold the same key", "give each caller a key of its own")

    def _fail(self, place: Place, reason: str, mend: str) -> NoReturn:
        self.file.fail(place, reason, mend)


def over_ceiling(step: Step, ceiling: Price) -> bool:
    """Whether one of the declared prices is above the route's ceiling."""
    price = step.price
    return price is not None and any(_pairs_over(price, ceiling))


def _pairs_over(price: Price, ceiling: Price) -> Iterable[bool]:
    yield Decimal(price.input) > Decimal(ceiling.input)
    yield Decimal(price.output) > Decimal(ceiling.output)
    if price.cached is not None and ceiling.cached is not None:
        yield Decimal(price.cached) > Decimal(ceiling.cached)
