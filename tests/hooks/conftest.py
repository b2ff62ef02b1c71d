"""A demo provider, the SDKs straight at it, and the same SDKs hooked into a folder."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from makegood.gateway.demo.plan import Plan
from makegood.gateway.demo.provider import DemoProvider, serving
from tests.gateway.asking import Clients
from tests.gateway.hosting import Loop
from tests.hooks.hooked import Hooked

PLAN = Plan(hold_seconds=Fraction(1, 20), drip_ms=Fraction(1), pieces=4)


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


@pytest.fixture(scope="module")
def provider() -> DemoProvider:
    return DemoProvider(PLAN)


@pytest.fixture(scope="module")
def address(loop: Loop, provider: DemoProvider) -> str:
    return loop.enter(serving(provider))


@pytest.fixture(scope="module")
def plain(loop: Loop, address: str) -> Iterator[Clients]:
    made = Clients.at(address, timeout=5)
    yield made
    made.close(loop)


@pytest.fixture(scope="module")
def hooked(loop: Loop, address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hooked]:
    made = Hooked.at(address, tmp_path_factory.mktemp("hooked"))
    yield made
    made.clients.close(loop)
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    made = tmp_path / "attempts"
    yield made
    Hooked.close_folder(made)
