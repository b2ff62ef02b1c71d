"""The page on formats: every format stands on it, every column too, and its example does what it says."""

import re
from pathlib import Path

import pytest

from makegood.records.attempt import NAMES, REQUIRED
from makegood.records.mapping import read_map
from makegood.records.sources.attempt_format import AttemptFormat
from makegood.records.sources.attempt_formats import ATTEMPT_FORMATS
from tests.records.taking import take_paths

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    found = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


@pytest.mark.parametrize("form", ATTEMPT_FORMATS, ids=lambda form: form.name)
def test_every_format_stands_on_the_page_with_what_it_is_told_by(form: AttemptFormat) -> None:
    told = next(line for line in PAGE.splitlines() if line.startswith("|") and f"`{form.name}`" in line)
    missing = [word for word in re.findall(r"\w+", form.needs.replace("records of ", "")) if word not in told]
    assert not missing


def test_every_column_stands_on_the_page() -> None:
    rows = "\n".join(line for line in PAGE.split("## Columns")[1].splitlines() if line.startswith("|"))
    assert [name for name in NAMES if f"`{name}`" not in rows] == []
    assert all(f"`{name}`" in PAGE.split("## Columns")[1].split("\n\n")[1] for name in REQUIRED)


def test_the_example_does_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "orders-gateway.toml").write_text(block("toml"), encoding="utf-8")
    (tmp_path / "log").write_text(block("json"), encoding="utf-8")
    outcome = take_paths([tmp_path / "log"], read_map(tmp_path / "orders-gateway.toml"))
    held = {
        "time_us": 1_772_359_200_000_000,
        "account": "ada",
        "provider": "openai",
        "model": "gpt-4o",
        "request_id": "r-17",
        "status": 503,
        "duration_ms": 1250,
        "input_tokens": 120,
        "output_tokens": 0,
        "charged_nano": 6_000_000,
        "currency": "USD",
    }
    assert [{key: row[key] for key in held} for row in outcome.rows] == [held]
