"""One made month for all tests of this room, which only read it."""

from pathlib import Path

import pytest

from makegood.cli.demo.month import make_month
from makegood.cli.demo.planted import Planted


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Planted]:
    """The folder of the month, and what was planted in it."""
    folder = tmp_path_factory.mktemp("month")
    return folder, make_month(folder)
