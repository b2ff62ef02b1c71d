"""Verb: read the config of canaries; a TOML file, the set that it names, and keys by the variables that hold them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from makegood.errors import BadUse, Unreadable
from makegood.incidents.drift.canary import Canary
from makegood.incidents.drift.canary_file import CanarySet, read_set
from makegood.incidents.drift.plan import BESIDE, REFERENCES, Plan
from makegood.keys import content_hash
from makegood.records.config.loopback import is_loopback
from makegood.records.config.secret import secret_of
from makegood.records.config.toml_file import TomlFile, read_toml, text_of
from makegood.records.scope import Scope
from makegood.watch.canary_shape import DriftTable, File, ModelTable, PriceTable

ANSWERS, SALT = "answers.jsonl", "salt"
_LARGEST = 16_000_000  # bytes of a set
_KEY = re.compile(r"[\x21-\x7e]{1,4096}")
_PICO = 10**6  # a price for a million tokens, in 1e-12 for one
_SERVICES = {"openai": "chat.completions", "anthropic": "messages"}


@dataclass(frozen=True)
class Price:
    """What one token costs in whole 1e-12 of the currency."""

    input_pico: int
    output_pico: int
    currency: str

    def nano(self, input_tokens: int, output_tokens: int) -> int:
        """The cost of these tokens in 1e-9, rounded up."""
        return -(-(input_tokens * self.input_pico + output_tokens * self.output_pico) // 1000)


@dataclass(frozen=True)
class Model:
    """A model as it is asked. `mark` is of all that its answers depend on: questions, seed, address, request.

    `keyless` says why there is no key where one is named.
    """

    said: ModelTable
    scope: Scope
    key: str | None = field(repr=False)
    price: Price | None
    budget_nano: int | None
    mark: str
    keyless: str = ""

    @property
    def name(self) -> str:
        """What sentences and rows call it."""
        return self.said.name


@dataclass(frozen=True)
class CanaryConfig:
    """A config that holds together; relative paths in it lie beside the file."""

    path: Path
    said: File
    canaries: CanarySet
    plan: Plan
    models: tuple[Model, ...]

    @property
    def folder(self) -> Path:
        """Where the answers and the salt of their hashes lie."""
        return self.path.parent / self.said.drift.folder

    @property
    def answers(self) -> Path:
        """The file to which each asked canary is appended."""
        return self.folder / ANSWERS


def read_canary_config(path: Path, environ: Mapping[str, str]) -> CanaryConfig:
    """Read and check a config and its set; raise BadUse with one sentence that names file, field, reason and mend."""
    file = read_toml(path, "the config of canaries", "docs/drift.md")
    said = file.shaped(File)
    canaries = _set(path, said)
    plan = _plan(file, said.drift)
    twice = next((one.name for one in said.models if [each.name for each in said.models].count(one.name) > 1), None)
    if twice:
        file.fail(("models",), f"the name {twice} stands twice", "give each model a name of its own")
    models = tuple(_Checks(file, number, one, environ).model(canaries, plan) for number, one in enumerate(said.models))
    return CanaryConfig(path, said, canaries, plan, models)


def _plan(file: TomlFile, said: DriftTable) -> Plan:
    """Where it is not said, an answer lies beside as many as of old where the reference is as small as of old."""
    beside = said.beside or (BESIDE if said.reference >= REFERENCES else 1)
    if beside > said.reference:
        file.fail(("drift", "beside"), "is more than the reference has of each question", "name fewer")
    return Plan(said.seed, said.reference, beside)


def _set(path: Path, said: File) -> CanarySet:
    place = path.parent / said.drift.canaries
    found = read_set(str(place), text_of(place, _LARGEST).encode().splitlines())
    if not found.canaries:
        why = f" ({found.quarantined[0]})" if found.quarantined else ""
        raise Unreadable(f"{place}: holds no canary{why}; make a set with `makegood drift set`.")
    return found


@dataclass(frozen=True)
class _Checks:
    file: TomlFile
    number: int
    said: ModelTable
    environ: Mapping[str, str]

    def model(self, canaries: CanarySet, plan: Plan) -> Model:
        """The model, once everything that holds between its fields was looked at."""
        self._address()
        if self.said.money_per_day is not None and self.said.price is None:
            self._fail("money_per_day", "needs the price of the model, declared under price")
        scope = Scope(
            self.said.provider or self.said.wire,
            self.said.service or _SERVICES[self.said.wire],
            self.said.model,
            self.said.region,
        )
        budget = int(Decimal(self.said.money_per_day) * 10**9) if self.said.money_per_day is not None else None
        mark = _mark(self.said, canaries.canaries, plan)
        key, keyless = self._key()
        return Model(self.said, scope, key, _price(self.said.price), budget, mark, keyless)

    def _address(self) -> None:
        base = self.said.base_url
        try:
            url = urlsplit(base)
            port = url.port
        except ValueError:
            url, port = urlsplit(""), None
        wrong = url.scheme not in ("http", "https") or not url.hostname or port == 0 or url.username
        if wrong or url.query or url.fragment or not base.isascii() or re.search(r"\s", base):
            self._fail("base_url", "is no address; write it like https://api.openai.com/v1")
        if url.scheme == "http" and not is_loopback(url.hostname or ""):
            self._fail("base_url", "begins with https://; http:// is for this machine itself")
        if self.said.wire == "anthropic" and url.path.rstrip("/").endswith("/v1"):
            self._fail("base_url", "ends with /v1, which this wire adds by itself; leave it off")

    def _key(self) -> tuple[str | None, str]:
        """The key, or why there is none; only who asks needs one."""
        name = self.said.key_env
        if name is None:
            return None, ""
        try:
            value = secret_of(name, self.environ).strip()
        except BadUse as fault:
            return None, str(fault)
        if _KEY.fullmatch(value):
            return value, ""
        return None, f"{name} holds no key for {self.said.name}; set it to the key, or {name}_FILE to a file with it."

    def _fail(self, name: str, reason: str) -> NoReturn:
        self.file.fail(("models", self.number, name), reason)


def _price(said: PriceTable | None) -> Price | None:
    if said is None:
        return None
    return Price(int(Decimal(said.input) * _PICO), int(Decimal(said.output) * _PICO), said.currency)


def _same(address: str) -> str:
    """The address in one way of writing."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path.rstrip("/")).geturl()


def _mark(said: ModelTable, canaries: Sequence[Canary], plan: Plan) -> str:
    """Another set, seed or request begins anew: who could choose among them afterwards could choose the result.

    So does another address: who answers there is another, whatever it is called.
    """
    sent = json.dumps(said.send, sort_keys=True, default=str)
    asked = [said.wire, _same(said.base_url), said.model, said.max_tokens, sent, plan.seed, plan.reference]
    if plan.beside > 1:  # beside one, the mark is that of rows from before there was a choice
        asked.append(plan.beside)
    return content_hash([asked, sorted(one.mark for one in canaries)])[:16]
