"""Nothing to say: files from which no answer can come are told what they are, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from makegood.cli.main import app
from tests.street.street import attempt, written

BILL = "start,end,provider,item,amount,currency,input_tokens\n2026-02-01T00:00:00Z,2026-02-02T00:00:00Z,openai,gpt-4o,"


def ran(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    return done.exit_code, " ".join((done.output + str(done.exception or "")).split())


@pytest.mark.parametrize(("cells", "named"), [("5,USD,", "a bill"), (",,1000", "usage")])
def test_a_bill_alone_is_no_log(tmp_path: Path, cells: str, named: str):
    path = tmp_path / "charges.csv"
    path.write_text(f"{BILL}{cells}\n", encoding="utf-8")
    status, said = ran("assess", path)
    assert status != 0
    assert f"only {named} was given, and nothing to hold it against; give the log of calls as well" in said
    log = written(tmp_path / "log", [attempt(0)])
    assert ran("assess", log, path)[0] == ran("assess", log, "--charges", path)[0] == 0


def test_a_bill_and_the_usage_that_it_charges_are_compared_without_a_log(tmp_path: Path):
    for name, cells in (("bill", "5,USD,"), ("usage", ",,1000")):
        (tmp_path / name).write_text(f"{BILL}{cells}\n", encoding="utf-8")
    assert ran("assess", tmp_path / "bill", tmp_path / "usage")[0] == 0


COVERED = {
    "en": "The log covers 2026-02-01 00:00 UTC to 2026-02-01 00:05 UTC, and nothing of the period that was asked for.",
    "ko": "로그는 2026-02-01 00:00 UTC부터 2026-02-01 00:05 UTC까지를 다루며, 요청하신 기간의 기록은 하나도 없습니다.",
}


@pytest.mark.parametrize("lang", COVERED)
def test_a_period_of_which_the_log_holds_nothing_is_told_with_what_it_covers(tmp_path: Path, lang: str):
    log = written(tmp_path / "log", [attempt(0), attempt(300)])
    status, said = ran("assess", log, "--period", "2025-01", "--lang", lang)
    assert (status, said.count(COVERED[lang])) == (0, 2)
    assert COVERED[lang] not in ran("assess", log, "--period", "2026-02", "--lang", lang)[1]


def test_an_audit_of_such_a_period_says_so_too(tmp_path: Path):
    status, said = ran("audit", written(tmp_path / "log", [attempt(0)]), "--period", "2025-01")
    assert status != 0
    assert "the log covers 2026-02-01 00:00 UTC to 2026-02-01 00:00 UTC, and nothing of the period asked for" in said
