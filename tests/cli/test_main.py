"""The command: exit statuses, one sentence for each mistake, and nothing but data with --json."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.street.street import attempt, written
from tests.warm import run, told

COMMAND = [sys.executable, "-m", "makegood"]


def makegood(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would."""
    return told(run(*arguments, cwd=cwd))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return written(tmp_path / "calls", [attempt(n, usable=n % 3 > 0, call_id=f"c{n}") for n in range(9)])


def test_json_is_all_that_is_printed(log: Path):
    done = makegood("assess", log, "--json")
    data = json.loads(done.stdout)
    assert done.returncode == 0
    assert data["schema"] == "makegood/assessment/1"
    assert data["waste"]["charged"]["attempts"] == 3


def test_a_report_folder_holds_page_data_and_evidence(log: Path, tmp_path: Path):
    done = makegood("assess", log, "--out", tmp_path / "report", "--lang", "ko")
    assert done.returncode == 0, done.stderr
    out = tmp_path / "report"
    assert sorted(path.name for path in out.iterdir()) == ["assessment.json", "evidence", "report.html"]
    assert 'lang="ko"' in (out / "report.html").read_text(encoding="utf-8")
    assert str(out / "report.html") in done.stdout.replace("\n", "")


def test_a_second_report_replaces_the_first_and_spares_other_files(log: Path, tmp_path: Path):
    out = tmp_path / "report"
    for _ in range(2):
        assert makegood("assess", log, "--out", out).returncode == 0
        (out / "mine.txt").write_text("kept")
    assert sorted(path.name for path in out.iterdir()) == ["assessment.json", "evidence", "mine.txt", "report.html"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--period", "2026-13"], "is not a month"),
        (["--period", "2026-02", "--from", "2026-02-01", "--to", "2026-03-01"], "exclude each other"),
        (["--from", "2026-02-01"], "go together"),
        (["--from", "2026-03-01", "--to", "2026-02-01"], "must be before"),
        (["--from", "yesterday", "--to", "2026-02-01"], "is not a time"),
        (["--zone", "Mars/Base"], "is not a time zone"),
        (["--bill", "lots"], "is not an amount"),
        (["--bill", "12 QQQ"], "ISO 4217"),
        (["--currency", "dollars"], "ISO 4217"),
        (["--terms", "no-such-terms"], "is not a terms pack"),
        (["--map", "no-such-map.toml"], "no-such-map.toml"),
        (["--lang", "xx"], "use en or ko"),
        (["--no-such-option"], "No such option"),
    ],
)
def test_bad_use_is_one_sentence_and_status_2(log: Path, arguments: list[str], says: str):
    done = makegood("assess", log, *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "is empty"), (b"just some words\n", "no format known here"), (b"PAR1broken", "broken Parquet")],
)
def test_what_cannot_be_read_at_all_is_status_3(tmp_path: Path, content: bytes, says: str):
    (tmp_path / "file").write_bytes(content)
    done = makegood("assess", tmp_path / "file")
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
    assert says in done.stderr
    assert str(tmp_path / "file") in done.stderr


def test_a_missing_file_and_a_folder_are_status_3(tmp_path: Path):
    assert "cannot be read" in makegood("assess", tmp_path / "nowhere").stderr
    done = makegood("assess", tmp_path)
    assert (done.returncode, "is a folder" in done.stderr) == (3, True)


def test_an_unknown_file_says_what_it_was_compared_with_and_how_to_write_a_map(tmp_path: Path):
    (tmp_path / "odd").write_text('{"when": 1, "what": 2}\n')
    done = makegood("assess", tmp_path / "odd")
    assert done.returncode == 3
    for part in ("when, what", "canonical-json", "--map", "docs/formats.md"):
        assert part in done.stderr


def test_an_unwritable_place_is_bad_use(log: Path, tmp_path: Path):
    (tmp_path / "file").write_text("")
    done = makegood("assess", log, "--out", tmp_path / "file")
    assert (done.returncode, "is a file" in done.stderr) == (2, True)


def test_an_interrupt_leaves_nothing_half_written(tmp_path: Path):
    log = written(tmp_path / "calls", (attempt(n % 86_000, request_id=f"r{n}") for n in range(60_000)))
    out = tmp_path / "report"
    running = subprocess.Popen([*COMMAND, "assess", str(log), "--out", str(out)], stderr=subprocess.PIPE, text=True)
    time.sleep(1.2)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    left = sorted(path.name for path in out.rglob("*")) if out.exists() else []
    if running.returncode == 0:
        assert {"report.html", "assessment.json"} <= set(left)
    else:
        assert running.returncode in (130, -signal.SIGINT)
        assert "Traceback" not in said
        assert left == []


def test_help_answers_at_once():
    """Well under the 0.3 seconds of the house plan on compiled files; the bound leaves room for a busy machine."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    times = []
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([*COMMAND, "--help"], capture_output=True, check=True, env=environment)
        times.append(time.perf_counter() - started)
    assert min(times) < 0.6
    heavy = "import sys, makegood.cli.main; print([m for m in ('duckdb', 'numpy', 'pydantic') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_screen_tells_of_the_bill_and_of_the_page(shared: Path):
    bill = makegood("assess", *sorted((shared / "data" / "openai_usage_costs").glob("*.tsv"))).stdout
    assert "0.940109 USD stays open over the whole span." in bill
    assert "0.648614 USD moved from Oct 6, 2025 to Oct 5, 2025." in bill
    page = shared / "data" / "ai_status_leaderboard" / "2026-06-15T20" / "anthropic.json"
    told = makegood("assess", page, "--period", "2026-05").stdout
    assert "96.009487%" in told
    assert "97.922672%" in told


def test_an_argument_that_is_not_text_is_one_sentence(tmp_path: Path):
    done = makegood("campaign", "status", "CMP-\udcff", cwd=tmp_path)
    assert done.returncode == 3, "there is no book here yet"
    assert makegood("people", "add", "Olga", "--email", "olga@example.com", cwd=tmp_path).returncode == 0
    done = makegood("campaign", "status", "CMP-\udcff", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "not UTF-8" in done.stderr
