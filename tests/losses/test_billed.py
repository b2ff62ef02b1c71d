"""Lines of a bill that name requests: whose attempt each charges, and which charge what no attempt explains."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from makegood.cli.main import app
from makegood.spans import Span, moment
from tests.street.street import assessed, attempt, written

HEADS = "start,end,provider,item,amount,currency,request_id,category"
DAY = "2026-02-01T00:00:00Z,2026-02-02T00:00:00Z"
LATER = "2026-03-01T00:00:00Z,2026-03-02T00:00:00Z"
LOST = {"status": 0, "error": "timeout", "request_id": None, "output_tokens": 0, "usable": None, "charged": None}


def bill(path: Path, *lines: tuple[str, str], when: str = DAY, category: str = "Usage") -> Path:
    rows = [f"{when},made-up,tokens,{amount},USD,{request_id},{category}" for amount, request_id in lines]
    path.write_text("\n".join([HEADS, *rows]) + "\n", encoding="utf-8")
    return path


def unexplained(data: dict[str, Any]) -> tuple[int, int, int, dict[str, str]]:
    found = data["named_charges"]
    return found["lines"], *found["unexplained"].values()


def note(data: dict[str, Any]) -> str:
    return next((one["text"] for one in data["notes"] if one["code"].endswith("unexplained")), "")


def test_charges_without_an_attempt_are_counted_and_added_up(tmp_path: Path):
    log = written(tmp_path / "log", [attempt(n, request_id=f"r{n}") for n in range(3)])
    lines = bill(tmp_path / "bill", ("0.5", "r0"), ("0.5", "r2"), ("1.25", "gone"), ("0.000000001", "gone"), ("2", ""))
    data = assessed(log, charges=(lines,))
    assert unexplained(data) == (4, 2, 0, {"USD": "1.250000001"})
    assert note(data) == (
        "2 lines of the bill, 1.250000001 USD, name no attempt in this log; evidence/unexplained.csv has them."
    )
    assert unexplained(assessed(log, charges=(bill(tmp_path / "less", ("0.5", "r0")),))) == (1, 0, 0, {})
    assert assessed(log)["named_charges"] is None


def test_lines_that_charge_nothing_are_none(tmp_path: Path):
    log = written(tmp_path / "log", [attempt(0, request_id="r0")])
    free, credit = bill(tmp_path / "free", ("0", "gone"), ("-1", "gone")), tmp_path / "named"
    assert assessed(log, charges=(free,))["named_charges"] is None
    data = assessed(log, charges=(bill(credit, ("1", "r0")), bill(tmp_path / "later", ("3", "gone"), when=LATER)))
    assert unexplained(data) == (2, 1, 1, {"USD": "3"})
    assert "1 line of the bill, 3 USD, names no attempt in this log, 1 of them of a time that it does not" in note(data)


def test_a_bill_of_which_no_line_fits_may_be_another(tmp_path: Path):
    log = written(tmp_path / "log", [attempt(0, request_id="r0")])
    data = assessed(log, charges=(bill(tmp_path / "bill", ("1", "x"), ("1", "y")),))
    assert note(data).startswith("No attempt in this log is one that the bill names (2 lines, 2 USD): they may be of")


@pytest.mark.parametrize(
    "asked", [{"account": "other"}, {"span": Span(moment("2026-02-01"), moment("2026-02-01T00:00:01Z"))}]
)
def test_an_attempt_that_is_not_asked_for_explains_its_charge_all_the_same(tmp_path: Path, asked: dict[str, Any]):
    rows = [attempt(0, request_id="r0", account="other"), attempt(9, request_id="r9"), attempt(9, request_id="r9")]
    data = assessed(
        written(tmp_path / "log", rows), charges=(bill(tmp_path / "bill", ("1", "r0"), ("1", "r9")),), **asked
    )
    assert unexplained(data) == (2, 0, 0, {})


CALLS = [
    ("alone in its call", [attempt(0, **LOST, call_id="c")], "charged", {"USD": "0.5"}),
    ("one of two", [attempt(0, **LOST, call_id="c"), attempt(9, **LOST, call_id="c")], "unknown", {}),
    ("another was answered", [attempt(0, **LOST, call_id="c"), attempt(9, request_id="r", call_id="c")], "unknown", {}),
    ("another call", [attempt(0, **LOST, call_id="d")], "unknown", {}),
]


@pytest.mark.parametrize(("rows", "box", "amounts"), [row for _, *row in CALLS], ids=[name for name, *_ in CALLS])
def test_an_attempt_whose_end_nobody_saw_is_told_by_its_call(
    tmp_path: Path, rows: list[dict[str, Any]], box: str, amounts: dict[str, str]
):
    waste = assessed(written(tmp_path / "log", rows), charges=(bill(tmp_path / "bill", ("0.5", "c")),))["waste"]
    assert waste[box]["attempts"] >= 1
    assert waste["charged"]["amounts"] == (amounts or waste["charged"]["amounts"])
    assert waste["charged"]["attempts"] == (1 if amounts else 0)


def test_one_line_is_never_the_charge_of_several_attempts(tmp_path: Path):
    failed = {"status": 500, "error": "server_error", "request_id": "req_none", "charged": None, "output_tokens": 0}
    rows = [attempt(n, **failed, attempt=f"a{n}") for n in range(3)]
    data = assessed(written(tmp_path / "log", rows), charges=(bill(tmp_path / "bill", ("5", "req_none")),))
    assert (data["waste"]["charged"]["attempts"], data["waste"]["unknown"]["attempts"]) == (0, 3)
    assert unexplained(data) == (1, 0, 0, {})


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "1 line of the bill, 7 USD, names no"), ("ko", "청구서 1줄(7 USD)이")]
)
def test_it_is_said_on_screen_and_page_and_the_lines_are_in_the_evidence(tmp_path: Path, lang: str, said: str):
    log = written(tmp_path / "log", [attempt(0, request_id="r0")])
    lines, out = bill(tmp_path / "bill.csv", ("1", "r0"), ("7", "=gone")), tmp_path / "out"
    ran = CliRunner().invoke(app, ["assess", str(log), "--charges", str(lines), "--lang", lang, "--out", str(out)])
    assert ran.exit_code == 0
    for text in (ran.stdout, (out / "report.html").read_text(encoding="utf-8")):
        assert said in " ".join(text.split())
    assert json.loads((out / "assessment.json").read_text())["named_charges"]["unexplained"]["amounts"] == {"USD": "7"}
    with (out / "evidence" / "unexplained.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(one["file"], one["line"], one["request_id"], one["amount"], one["outside_the_log"]) for one in rows] == [
        (str(lines), "3", "'=gone", "7", "no")
    ]
