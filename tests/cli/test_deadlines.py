"""The command for deadlines: rows on the screen, a calendar file, one sentence for each mistake."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import typer
from icalendar import Calendar
from typer.testing import CliRunner

from makegood.cli.deadlines import deadlines
from makegood.errors import BadPeriod, BadUse, MakegoodError, UnknownFormat, Unreadable
from makegood.spans import moment
from tests.reads.test_calendar import told, verdict

AHEAD, OVER = "9000-07-30T23:59:59Z", "2020-07-30T23:59:59Z"
app = typer.Typer()
app.command()(deadlines)


def written(folder: Path, *verdicts: dict[str, Any]) -> Path:
    data = {"schema": "makegood/assessment/1", "params": {"period": {"zone": "Asia/Seoul"}}, "verdicts": verdicts}
    path = folder / "assessment.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def ran(*arguments: object) -> str:
    """What the command prints; a mistake is raised as it is."""
    done = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False, env={"COLUMNS": "80"})
    assert done.exit_code == 0
    return done.output


def test_each_claim_is_shown_with_its_date_in_utc_and_on_the_clock_of_the_period(tmp_path: Path):
    readings = told(AHEAD, used=True), told("9000-08-30T23:59:59Z")
    path = written(tmp_path, verdict(*readings), verdict(verdict="goodwill", deadline=None, missing=[]))
    lines = ran(path).splitlines()
    assert lines[0].startswith("1. Claim: google-gemini, google · gemini-2.5-pro")
    assert max(len(line) for line in lines) <= 80
    shown = " ".join(line.strip() for line in lines)
    assert "days left" in shown
    assert "Jul 30, 9000 23:59 UTC (Jul 31, 9000 08:59 Asia/Seoul)" in shown
    assert "Read in another way, Aug 31, 9000 08:59 Asia/Seoul" in shown
    assert "Still missing from the claim: logs that show the failures" in shown
    assert "2. Claim: google-gemini" in shown
    assert "no time limit is stated" in shown
    assert "(Jul 30, 9000 19:59 America/New_York)" in ran(path, "--zone", "America/New_York").replace("\n  ", "")


def test_the_calendar_is_written_and_replaced(tmp_path: Path):
    path, ics = written(tmp_path, verdict(deadline=AHEAD)), tmp_path / "due.ics"
    ics.write_text("old")
    for lang in ("en", "ko"):
        assert str(ics) in ran(path, "--ics", ics, "--lang", lang).replace("\n", "")
        (event,) = Calendar.from_ical(ics.read_bytes()).walk("VEVENT")
        assert event.start == moment(AHEAD)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["assessment.json", "due.ics"]


def test_without_a_date_ahead_no_calendar_is_written(tmp_path: Path):
    ics = tmp_path / "due.ics"
    assert "no calendar was written" in ran(written(tmp_path, verdict(deadline=OVER)), "--ics", ics)
    assert not ics.exists()
    assert "Nothing in this assessment leads to a claim." in ran(written(tmp_path))


@pytest.mark.parametrize(
    ("content", "arguments", "fault", "says"),
    [
        (None, [], Unreadable, "assessment.json: cannot be read"),
        (b"{", [], UnknownFormat, "assessment.json: this is no JSON; give the assessment.json"),
        (b"\xff\xfe\xff", [], UnknownFormat, "this is no JSON"),
        (b"[" * 200_000, [], UnknownFormat, "this is no JSON"),
        (b"9" * 5_000, [], UnknownFormat, "this is no JSON"),
        (b"[]", [], UnknownFormat, "assessment.json: this is no assessment.json of makegood"),
        (b"{}", [], UnknownFormat, "this is no assessment.json of makegood"),
        (b"", ["--zone", "Mars/Base"], BadPeriod, "is not a time zone"),
        (b"", ["--lang", "fr"], BadUse, "use en or ko"),
        (b"", ["--ics", "."], BadUse, "--ics .: is a folder or a device; name a file"),
        (b"", ["--ics", "no-such-folder/due.ics"], BadUse, "cannot be written"),
    ],
)
def test_a_mistake_is_one_sentence(
    tmp_path: Path, content: bytes | None, arguments: list[str], fault: type[MakegoodError], says: str
):
    path = written(tmp_path, verdict(deadline=AHEAD))
    if content is None:
        path.unlink()
    elif content:
        path.write_bytes(content)
    with pytest.raises(fault) as said:
        ran(path, *arguments)
    assert says in str(said.value)
    assert str(said.value).endswith(".")
    assert "\n" not in str(said.value)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path):
    pipe = tmp_path / "assessment.json"
    os.mkfifo(pipe)
    with pytest.raises(Unreadable, match="is a pipe or a device"):
        ran(pipe)
