"""What every test may lean on."""

from __future__ import annotations

import gc
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.warm import put_together_once

if TYPE_CHECKING:
    from tests.books import Makers


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Keep the collector of garbage from what lives to the end: walking 600,000 objects takes it half a second.

    It also comes less often than it would; it found next to nothing and took a fifteenth of the time of all tests.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


def pytest_collection_finish() -> None:
    if "typer.testing" in sys.modules:
        put_together_once()


def pytest_sessionfinish() -> None:
    gc.unfreeze()  # or libraries that look for leaks at the end find all of it


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the project; tests that need it skip where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("reference data: no folder 'shared' beside the project")
    return folder


@pytest.fixture(scope="session")
def makers() -> Iterator[Makers]:
    """Fresh books on demand, for every room from one PostgreSQL server: to start one takes seconds."""
    from tests.books import Makers  # which imports all of the book, as most tests need not

    folder = Path(tempfile.mkdtemp(prefix="makegood-books-"))
    folder.chmod(0o755)  # where tests run as root, PostgreSQL runs as a user of its own
    made = Makers(folder)
    yield made
    made.close()
