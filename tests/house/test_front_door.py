"""The front door: commands, options, packs and formats are documented; README's commands are the ones CI runs."""

from __future__ import annotations

import re
import subprocess

import pytest
import typer.main

from makegood.cli.main import app
from makegood.records.sources.attempt_formats import ATTEMPT_FORMATS
from makegood.records.sources.small_formats import SMALL_FORMATS
from tests.house.source import ROOT, SOURCE

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))


def walked(group, name=""):
    """Every command by its full name, those of groups too."""
    for part, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from walked(command, f"{name}{part} ")
        else:
            yield f"{name}{part}", command


COMMANDS = dict(walked(typer.main.get_command(app)))


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_and_option_is_documented(command: str):
    assert f"makegood {command}" in DOCS
    options = [option for param in COMMANDS[command].params for option in param.opts if option.startswith("--")]
    assert [option for option in options if option != "--help" and f"`{option}" not in DOCS] == []


def test_every_setting_is_documented():
    settings = {"DATABASE_URL"}
    for path in SOURCE.rglob("*.py"):
        settings |= set(re.findall(r"\bMAKEGOOD_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8")))
    assert len(settings) > 10
    assert [name for name in sorted(settings) if f"`{name}`" not in DOCS] == []


@pytest.mark.parametrize("pack", sorted(path.stem for path in (SOURCE / "terms" / "packs").glob("*.yaml")))
def test_every_pack_is_documented(pack: str):
    assert f"`{pack}`" in DOCS


@pytest.mark.parametrize("form", [one.name for one in (*ATTEMPT_FORMATS, *SMALL_FORMATS)])
def test_every_format_is_documented(form: str):
    assert f"`{form}`" in DOCS


def test_the_readme_opens_with_the_two_commands_and_a_picture():
    first_screen = "\n".join(README.splitlines()[:45])
    assert "make demo" in first_screen
    assert "make test" in first_screen
    assert re.search(r"!\[[^\]]+\]\(docs/\S+\.(png|svg)\)", first_screen)


def test_ci_runs_what_the_readme_says():
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in run
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", README)) <= targets


def test_every_document_that_the_readme_names_is_there():
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert [link for link in linked if not (ROOT / link).exists()] == []


def test_the_changelog_opens_with_the_version():
    assert re.search(r"^## \d+\.\d+\.\d+$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_dependencies_are_hashed_and_name_no_index():
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        pinned = re.findall(r"^[a-z0-9].*==", text, re.MULTILINE | re.IGNORECASE)
        assert pinned, path.name
        assert text.count("--hash=sha256:") >= len(pinned), path.name
        assert "://" not in text, path.name
        assert "index" not in text, path.name


def test_nothing_third_party_is_committed():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in tracked if name.endswith((".woff", ".woff2", ".ttf", ".otf", ".min.js", ".parquet"))] == []
    assert "uv.lock" not in tracked
