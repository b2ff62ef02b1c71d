"""A month that was made before, in the place of one in the making: for tests of what comes after that."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from makegood.cli.demo.planted import Planted


def copy_of(month: Path) -> Callable[..., Planted]:
    """What may stand in for make_month: it copies the files of that month."""

    def make_month(folder: Path, **_: object) -> Planted:
        shutil.copytree(month, folder, dirs_exist_ok=True)
        return Planted.from_json(json.loads((folder / "planted.json").read_text(encoding="utf-8")))

    return make_month
