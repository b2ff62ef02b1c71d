"""The demo as a user runs it: everything planted is found, and Ctrl-C leaves whole files or none."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
import typer
from rich.console import Console

import makegood
from makegood.cli.demo.beside import show_beside
from makegood.cli.demo.command import run
from makegood.cli.demo.compare import ROWS, Line
from makegood.cli.demo.planted import Planted
from makegood.cli.demo.world import PLANS
from makegood.errors import BadUse
from makegood.reads.assessment import as_data
from makegood.reads.words import Words
from tests.cli.demo.made import copy_of

RUN = "from makegood.cli.main import main; main()"
AFTER = f"""
from pathlib import Path
from makegood.cli.demo import command
from tests.cli.demo.made import copy_of
command.make_month = copy_of(Path({{month!r}}))
{RUN}
"""
PATHS = os.pathsep.join(map(str, (Path(makegood.__file__).parents[1], Path(__file__).parents[3])))
ENVIRONMENT = os.environ | {"PYTHONPATH": PATHS, "COLUMNS": "80", "LC_ALL": "C.UTF-8"}


@contextmanager
def demo(out: Path, month: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """`makegood demo --out OUT` as a process of its own; its month is a copy of the one given, if any is."""
    code = AFTER.format(month=str(month)) if month else RUN
    command = [sys.executable, "-c", code, "demo", "--out", str(out)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=ENVIRONMENT
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    """The folder, the exit status and the terminal's text of one whole run."""
    out = tmp_path_factory.mktemp("demo")
    with demo(out) as process:
        shown, _ = process.communicate(timeout=120)
        return out, process.returncode, shown


def test_everything_planted_is_found(ran: tuple[Path, int, str]) -> None:
    _, status, shown = ran
    assert status == 0
    assert "differ" not in shown
    assert shown.partition("What was planted, and what was found")[2].count("agrees") == 31
    assert shown.splitlines()[-2] == "How these losses become credits on accounts: docs/provider.md"
    assert "31 lines, and all agree." in shown


def test_the_report_is_whole_and_its_path_stands_on_the_last_line(ran: tuple[Path, int, str]) -> None:
    out, _, shown = ran
    assert shown.splitlines()[-1] == str(out / "report" / "report.html")
    assert whole(out) == {"report.html", "assessment.json", "evidence"}
    assert not list(out.rglob(".makegood-*"))
    empty = set()
    for table in (out / "report" / "evidence").iterdir():
        with table.open(newline="", encoding="utf-8-sig") as file:
            head, *rows = csv.reader(file)
        assert head
        empty |= set() if rows else {table.name}
    assert empty == {"unexplained.csv"}  # the month's bills charge nothing that its logs do not hold


def test_the_terms_are_weighed_at_a_moment_when_claims_are_in_time(ran: tuple[Path, int, str]) -> None:
    found = json.loads((ran[0] / "report" / "assessment.json").read_text(encoding="utf-8"))
    google, anthropic, openai = found["verdicts"]
    assert (google["terms"], google["verdict"], google["percent"]) == ("google-gemini", "owed", "10")
    assert google["deadline"] == "2026-10-30T23:59:59Z"
    assert (anthropic["verdict"], anthropic["reasons"]) == ("goodwill", ["no_sla", "charged_waste"])
    assert (openai["terms"], openai["verdict"], openai["reasons"]) == (
        "openai",
        "goodwill",
        ["no_sla", "charged_waste"],
    )
    assert "no_terms" not in {note["code"] for note in found["notes"]}
    assert "bill_shared" not in {note["code"] for note in found["notes"]}


def test_the_pages_speak_for_the_whole_month(ran: tuple[Path, int, str]) -> None:
    found = json.loads((ran[0] / "report" / "assessment.json").read_text(encoding="utf-8"))
    told = [one for one in found["readings"] if one["basis"] == "bulletins"]
    assert {one["scope"]["provider"] for one in told} == {"openai", "google", "anthropic"}
    assert {(one["total_minutes"], one["complete"]) for one in told} == {("43200", True)}


def test_what_no_page_tells_is_said_so(ran: tuple[Path, int, str]) -> None:
    assert "4 incidents were found. 1 was never acknowledged by the status page." in " ".join(ran[2].split())


@pytest.mark.parametrize(
    ("stage", "reached"),
    [
        ("making", lambda out: any(out.glob(".makegood-*/attempts-*"))),
        ("assessing", lambda out: (out / "month" / "planted.json").exists()),
        ("writing", lambda out: any(out.glob("report/.makegood-*/evidence/*"))),
    ],
)
def test_control_c_leaves_whole_files_or_none(
    tmp_path: Path, stage: str, reached: Callable[[Path], bool], made: tuple[Path, Planted]
) -> None:
    with demo(tmp_path, None if stage == "making" else made[0]) as process:
        until = time.monotonic() + 60
        while not reached(tmp_path) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "makegood: stopped; nothing was left half-written."
    assert "Traceback" not in said
    assert whole(tmp_path) <= {"report.html", "assessment.json", "evidence"}
    assert not list(tmp_path.rglob(".makegood-*"))
    assert stage != "making" or not list((tmp_path / "month").iterdir())


def whole(out: Path) -> set[str]:
    """The names in the report's folder and nothing but whole files: HTML that closes, JSON and Parquet that read."""
    for weeks in (out / "month").glob("*.parquet"):
        duckdb.sql(f"SELECT COUNT(*) FROM '{weeks}'").fetchall()
    for made in out.rglob("*.json"):
        json.loads(made.read_text(encoding="utf-8"))
    for page in out.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        HTMLParser().feed(text)
        assert text.rstrip().endswith("</html>")
    return {path.name for path in (out / "report").glob("*")}


@pytest.mark.parametrize(
    ("out", "lang", "said"),
    [("taken", "en", "cannot be written"), ("taken/below", "en", "cannot be written"), ("new", "fr", "use en or ko")],
)
def test_bad_use_is_told_before_anything_is_made(tmp_path: Path, out: str, lang: str, said: str) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(BadUse, match=said):
        run(tmp_path / out, lang)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def shown(lines: list[Line], lang: str = "en", width: int = 80) -> str:
    """The comparison as the terminal shows it."""
    console = Console(width=width, file=io.StringIO())
    show_beside(lines, console, Words(lang))
    return console.file.getvalue()


def test_a_line_that_differs_is_marked_and_counted() -> None:
    lines = [Line(ROWS, "read", "10", "10", True), Line(ROWS, "used", "9", "[red]8", False)]
    text = shown(lines)
    assert [line.split() for line in text.splitlines() if line.startswith(("  r", "  u"))] == [
        ["read", "10", "10", "agrees"],
        ["used", "9", "[red]8", "differs"],
    ]
    assert text.splitlines()[-1] == "1 line differs."


@pytest.mark.parametrize("width", [80, 200])
def test_the_comparison_fits_its_terminal_and_speaks_korean(width: int) -> None:
    lines = [Line(PLANS[0].what, "when", "2026-09-10 06:36:00 – 19:30:00", "nothing", False)]
    text = shown(lines, "ko", width)
    assert all(len(line) <= width for line in text.splitlines())
    assert "OpenAI 요청의 4분의 1이" in text
    assert "없음" in text
    assert "다름" in text


def test_a_difference_leaves_with_status_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: tuple[Path, Planted]
) -> None:
    def another(assessment: dict) -> dict:
        return as_data(assessment) | {"verdicts": []}

    monkeypatch.setattr("makegood.cli.demo.command.make_month", copy_of(made[0]))
    monkeypatch.setattr("makegood.cli.assess.as_data", another)
    with pytest.raises(typer.Exit) as left:
        run(tmp_path, "en")
    assert left.value.exit_code == 1
