"""The commands of the watch: one round for a timer, a trial of the channels, the shipped list, and the history."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from makegood.acts.keep_page import Before, Look, keep_page
from makegood.cli import watch as commands
from makegood.cli.watch import app
from makegood.errors import BadUse, Refused
from makegood.records.watch_folder import WatchFolder
from makegood.spans import iso as moment_text
from makegood.watch.round import Rounds
from tests.reads.test_calendar import verdict
from tests.watch.conftest import Clock
from tests.watch.rooms import PLAIN, config_of
from tests.watch.status_pages import OLD, URL, at, edited, incident, iso, page

OPEN = incident("inc1", iso("09:50"), (iso("09:55"), "investigating", "We look into errors."))


def ran(*arguments: object, status: int = 0) -> str:
    """What the command prints; a mistake is raised as it is."""
    done = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False, env={"COLUMNS": "100"})
    assert done.exit_code == status, done.output
    return done.output


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "watch.toml"
    path.write_text(PLAIN, encoding="utf-8")
    return path


@pytest.fixture
def watched(tmp_path: Path, config: Path) -> Path:
    """A folder with two versions of Acme's page."""
    folder = WatchFolder(tmp_path / "kept")
    folder.root.mkdir()
    made = keep_page(folder, Look("acme", URL, page(OPEN, OLD), at("10:00")))
    assert made is not None
    keep_page(
        folder, Look("acme", URL, page(edited(OPEN, started_at=iso("09:10")), OLD), at("10:05")), Before(made.versions)
    )
    return config


def test_the_history_as_a_table_and_as_a_page(watched: Path, tmp_path: Path) -> None:
    shown = ran("history", "acme", "--config", watched, "--out", tmp_path / "history.html")
    assert "2 versions were kept" in shown
    assert "there at the first look, Nov 22, 2026 10:00:00 UTC" in shown
    assert "! its start was moved from Nov 22, 2026 09:50:00 UTC to Nov 22, 2026 09:10:00 UTC" in shown
    assert str(tmp_path / "history.html") in shown.replace("\n", "")
    assert "<svg viewBox" in (tmp_path / "history.html").read_text(encoding="utf-8")
    watched.write_text(f'{PLAIN}[traffic]\nattempts = "none"\n', encoding="utf-8")
    shown = ran("history", "acme", "--config", watched, "--out", tmp_path / "history.html")
    assert f"{tmp_path / 'none'}: own traffic is not shown (" in shown
    korean = ran("history", "ACME", "--config", watched, "--lang", "ko", "--bulletin", "inc1")
    assert "버전 2개를 보관하고 있습니다" in korean
    with pytest.raises(BadUse, match="no bulletin 'nope'"):
        ran("history", "acme", "--config", watched, "--bulletin", "nope")
    with pytest.raises(BadUse, match="is a folder"):
        ran("history", "acme", "--config", watched, "--out", tmp_path)


def test_the_history_of_a_provider_that_is_not_watched_names_those_that_are(watched: Path) -> None:
    with pytest.raises(BadUse, match=r"no page of 'acmee' is watched or kept; name one of acme\."):
        ran("history", "acmee", "--config", watched)
    with watched.open("a", encoding="utf-8") as file:
        file.write('[[pages]]\nprovider = "openai"\n')
    assert "No version of this page was kept yet." in ran("history", "openai", "--config", watched)


def test_the_history_needs_no_secret_of_a_channel(watched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOBODY", raising=False)
    with watched.open("a", encoding="utf-8") as file:
        file.write('[[channels]]\nto = "slack"\nurl_env = "NOBODY"\n')
    with pytest.raises(BadUse, match="NOBODY, which is not set"):
        ran("--once", "--config", watched)
    assert "2 versions were kept" in ran("history", "acme", "--config", watched)


def test_the_shipped_pages_are_listed() -> None:
    shown = ran("pages")
    lines = shown.splitlines()
    at = lines.index("anthropic")
    assert lines[at + 1] == "  page: https://status.claude.com/api/v2/incidents.json"
    assert lines[at + 2].startswith("  this address was found in: https://")
    assert "mistral\n  no page: " in shown
    labels = ("  page: ", "  this address was found in: ", "  no page: ")
    assert [line for line in lines if line.startswith(" ") and not line.startswith(labels)] == []


def test_a_trial_goes_by_every_channel(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = ran("try", "--config", config)
    assert "Subject: Trial alert of makegood watch" in shown
    assert shown.endswith("console: done (printed)\n")
    monkeypatch.setenv("NOBODY", "http://127.0.0.1:9/services/s3cret")
    config.write_text(f'{PLAIN}[[channels]]\nto = "slack"\nurl_env = "NOBODY"\n', encoding="utf-8")
    shown = ran("try", "--config", config, status=1)
    assert shown == "slack: again (slack could not be reached at 127.0.0.1:9)\n"


def test_one_round_says_by_its_status_whether_all_was_sent(
    config: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A claim that must be made within the week is told at once; a channel that is away leaves status 1."""
    clock.now = at("10:00")
    monkeypatch.setattr(commands, "_now", clock)
    near = verdict(deadline=moment_text(clock.now + timedelta(days=5, hours=23)), readings=[])
    data = {"schema": "makegood/assessment/1", "params": {"period": None}, "verdicts": [near]}
    (tmp_path / "assessment.json").write_text(json.dumps(data), encoding="utf-8")
    claims = '[watch]\nfolder = "kept"\n[claims]\nassessments = ["assessment.json"]\n'
    monkeypatch.setenv("NOBODY", "http://127.0.0.1:9/services/s3cret")
    config.write_text(f'{claims}[[channels]]\nto = "slack"\nurl_env = "NOBODY"\n', encoding="utf-8")
    assert "1 alert could not be sent yet" in ran("--config", config, "--once", status=1)
    config.write_text(claims, encoding="utf-8")  # to the console from now on: what slack did not take goes there
    marks = []
    for days in range(10):
        clock.to("10:00")
        clock.on(days=days)
        marks.append(ran("--config", config, "--once").count("Subject: Claim: "))
    assert marks == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0]  # within seven days, and within one


def test_a_folder_that_another_watch_holds_is_refused(config: Path, clock: Clock) -> None:
    rounds = Rounds(config_of(config.parent), clock, lambda _: None)
    with pytest.raises(Refused, match="another watch is at work"):
        ran("--config", config, "--once")
    rounds.close()
    with pytest.raises(BadUse, match="cannot be read"):
        ran("--config", config.parent / "none.toml", "--once")


def test_without_a_config_it_says_how_one_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadUse, match=r"there is no watch.toml here; begin with .*\[traffic\] attempts = "):
        ran("--once")
