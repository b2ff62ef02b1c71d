"""The examples of the documents: what they show is what they do."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from makegood.cli.main import app
from tests.house.source import ROOT

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language; "" for those that name none."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [block for named, block in _BLOCK.findall(text) if named == language]


def test_the_example_of_the_library_prints_what_the_page_says(tmp_path: Path):
    (example,) = blocks("library.md", "python")
    (said,) = blocks("library.md", "")
    (tmp_path / "example.py").write_text(example, encoding="utf-8")
    done = subprocess.run([sys.executable, "example.py"], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == said
    assert [path.name for path in tmp_path.iterdir()] == ["example.py"]


@pytest.mark.parametrize(("number", "cases"), [(0, 2), (1, 3)], ids=["promise", "programme"])
def test_the_packs_that_the_author_page_builds_are_sound_and_their_cases_agree(tmp_path: Path, number: int, cases: int):
    examples = blocks("terms-author.md", "yaml")
    assert len(examples) == 2
    (tmp_path / "acme.yaml").write_text(examples[number], encoding="utf-8")
    done = CliRunner().invoke(app, ["terms", "check", str(tmp_path / "acme.yaml")], catch_exceptions=False)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, f"{cases} of {cases} cases agree.")


def commands() -> list[str]:
    """The lines of code blocks that run the command, in all documents; outlines of its use are none."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    code = "\n".join(block for page in pages for _, block in _BLOCK.findall(page.read_text(encoding="utf-8")))
    return [line for line in code.splitlines() if line.startswith("makegood ") and "[" not in line]


@pytest.mark.parametrize("line", commands())
def test_the_command_takes_what_the_documents_type(line: str):
    _, name, *arguments = shlex.split(line, comments=True)
    command = typer.main.get_command(app).commands[name]
    while hasattr(command, "commands") and not (command.invoke_without_command and arguments[0].startswith("-")):
        name, *arguments = arguments
        command = command.commands[name]
    command.make_context(name, arguments)


def test_the_readme_assesses_in_three_commands():
    assert len([line for line in commands() if line.startswith("makegood assess spans.jsonl")]) == 3
