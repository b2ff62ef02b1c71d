"""Commands on folders of attempts: seal, keep the head, verify, and assess the folder as one path."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from makegood.cli.main import app
from makegood.errors import BadUse, Unreadable
from makegood.records.attempts_folder import parts
from tests.acts.recording import Clock, opened, record


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a recorder left in its journal on a day that has ended."""
    folder = tmp_path_factory.mktemp("recorded") / "attempts"
    log = opened(folder, Clock())
    record(log, "a", "b")
    log.close()
    return folder


@pytest.fixture
def folder(recorded: Path, tmp_path: Path) -> Path:
    shutil.copytree(recorded, tmp_path / "attempts")
    return tmp_path / "attempts"


def run(*words: object):
    return CliRunner().invoke(app, ["attempts", *map(str, words)])


def test_what_was_left_is_sealed_committed_to_and_verified_against_the_head(folder: Path):
    sealed = run("seal", folder)
    assert sealed.exit_code == 0, sealed.output
    assert sealed.stdout.startswith("1 part was sealed.\nCommitted to the days up to 2026-11-20; head ")
    head = run("head", folder).stdout.strip()
    assert sealed.stdout.rstrip().endswith(head)
    verified = run("verify", folder, "--head", head)
    assert (verified.exit_code, verified.stdout.splitlines()[:2]) == (
        0,
        [
            "1 day committed to, 2 rows: all as they were sealed.",
            "Everything up to 2026-11-20 (UTC) was there when the head was kept.",
        ],
    )
    korean = run("verify", folder, "--lang", "ko")
    assert "확정된 1일, 2행: 모두 봉인할 때와 같습니다." in korean.stdout

    (part,) = parts(folder)
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    wrong = run("verify", folder)
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith(f"{part}: is not as it was sealed")
    assert run("verify", folder, "--head", "0" * 64).exit_code == 1
    wrong = run("verify", folder, "--lang", "ko")
    assert wrong.stderr.startswith(f"{part}: 봉인할 때와 다릅니다. ")


def test_a_folder_of_which_no_day_is_committed_to_says_so(folder: Path):
    assert run("verify", folder).stdout.startswith("No day is committed to yet.\nNot committed to yet: 0 sealed rows")
    assert run("verify", folder, "--lang", "ko").stdout.startswith("아직 확정된 날이 없습니다.")


def test_bad_use_is_one_sentence(folder: Path, tmp_path: Path):
    assert isinstance(run("head", folder).exception, Unreadable)  # nothing is committed to yet
    assert isinstance(run("seal", tmp_path).exception, Unreadable)
    assert isinstance(run("verify", tmp_path / "missing").exception, Unreadable)
    assert isinstance(run("verify", folder, "--head", "12ab").exception, BadUse)


def test_an_assessment_takes_the_folder_as_one_path(folder: Path):
    told = CliRunner().invoke(app, ["assess", str(folder), "--json"])
    data = json.loads(told.stdout)
    assert (data["rows"]["read"], data["rows"]["used"]) == (2, 2)
    (one,) = data["params"]["inputs"]
    assert Path(one["path"]).parent == folder / "open"
