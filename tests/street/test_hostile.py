"""Hostile and careless input, the whole way: one sentence or the right sums, and nothing told that was confided."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from makegood.errors import MakegoodError, Unreadable
from makegood.incidents.merge import parents
from makegood.records.scope import Scope
from tests.street.street import assessed, attempt, written
from tests.warm import run

SECRET = "SECRET-4711"
FAILED = {"status": 500, "error": "server_error", "usable": None}
COLUMNS = {
    "time": "TIMESTAMP '2026-02-03 10:00:00' + INTERVAL (i) SECOND",
    "account": "'acme'",
    "provider": "'made-up'",
    "model": "'model-1'",
    "request_id": "'r' || i",
    "status": "500",
    "input_tokens": "100::BIGINT",
    "charged": "0.002::DECIMAL(18,9)",
    "currency": "'USD'",
}


def makegood(*arguments: object, seconds: float = 60, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the command; a run that hangs is a failure."""
    return run("assess", *arguments, seconds=seconds, cwd=cwd)


def parquet(path: Path, rows: int = 3, **columns: str) -> Path:
    """Canonical Parquet of failed attempts; columns as SQL over the row number `i`."""
    listed = ", ".join(f'{value} AS "{name}"' for name, value in (COLUMNS | columns).items())
    with duckdb.connect() as connection:
        made = path.parent / "made.parquet"
        connection.execute(f"COPY (SELECT {listed} FROM range({rows}) AS t(i)) TO '{made}' (FORMAT parquet)")
        return made.rename(path)


def log(path: Path, count: int = 3, **fields: object) -> Path:
    return written(path, [attempt(n, request_id=f"{path.name} {n}", **fields) for n in range(count)])


@pytest.mark.parametrize("name", ["a*", "a?", "a[bc]", "[a]b", "it's", 'a "q"', "new\nline", "{ab,ac}", "a;b", "=1+1"])
@pytest.mark.parametrize("make", [log, parquet])
def test_a_file_whose_name_looks_like_a_pattern_is_read_alone(tmp_path: Path, name: str, make):
    for other in ("ab", "ac"):
        make(tmp_path / other, 10)
    assert assessed(make(tmp_path / name))["rows"]["read"] == 3


def test_a_folder_named_like_a_value_changes_nothing(tmp_path: Path):
    folder = tmp_path / "status=200" / "model=other" / "charged=9"
    folder.mkdir(parents=True)
    waste = assessed(parquet(folder / "log"))["waste"]["charged"]
    assert (waste["attempts"], waste["amounts"]) == (3, {"USD": "0.006"})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
@pytest.mark.parametrize("option", [[], ["--bulletins"], ["--charges"], ["--map"], ["--terms"]])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, option: list[str]):
    os.mkfifo(tmp_path / "pipe.yaml")
    done = makegood(*([log(tmp_path / "log"), *option] if option else []), tmp_path / "pipe.yaml")
    assert done.returncode == (2 if option and option[0] in ("--map", "--terms") else 3)
    assert b"pipe.yaml" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes any bytes for a name")
def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path):
    path = os.path.join(os.fsencode(tmp_path), b"bad\xff")
    Path(os.fsdecode(path)).write_text(json.dumps(attempt(1)))
    done = subprocess.run([sys.executable, "-m", "makegood", "assess", path], capture_output=True, check=False)
    assert (done.returncode, b"is not UTF-8" in done.stderr) == (3, True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04 and more", "zip archive"),
        (b"BZh91AY", "bzip2"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        ("time,x\n".encode("utf-32"), "UTF-32"),
    ],
)
def test_a_container_that_is_not_read_is_named(tmp_path: Path, content: bytes, says: str):
    (tmp_path / "log").write_bytes(content)
    with pytest.raises(Unreadable, match=says):
        assessed(tmp_path / "log")


def test_long_first_lines_do_not_hide_the_format(tmp_path: Path):
    assert assessed(log(tmp_path / "log", 3, prompt="x" * 2_000_000))["rows"]["used"] == 3


@pytest.mark.parametrize(
    "charged", ["[0.002::DECIMAL(4,3)]", "{'a': 0.002}", "0.002::DECIMAL(38,20)", "'nan'::DOUBLE", "1e300::DOUBLE"]
)
def test_odd_types_of_money_are_read_or_set_aside(tmp_path: Path, charged: str):
    data = assessed(parquet(tmp_path / "log", charged=charged))
    assert (data["rows"]["used"], data["rows"]["quarantined"]) == ((3, 0) if "38" in charged else (0, 3))
    assert data["waste"]["charged"]["amounts"].get("USD") == ("0.006" if "38" in charged else None)


@pytest.mark.parametrize("currency", ["US$", "A1B", "usd "])
def test_a_currency_of_odd_letters_is_set_aside(tmp_path: Path, currency: str):
    assert assessed(parquet(tmp_path / "log", currency=f"'{currency}'"))["rows"]["quarantined"] == 3


@pytest.mark.parametrize("name", ["file_row_number", "File_Index"])
def test_a_column_named_like_the_engine_s_own_is_refused(tmp_path: Path, name: str):
    with pytest.raises(Unreadable, match=name):
        assessed(parquet(tmp_path / "log", **{name: "7"}))


def test_a_map_nested_without_end_is_no_map(tmp_path: Path):
    (tmp_path / "deep.toml").write_text("x = " + "[" * 20_000)
    done = makegood(log(tmp_path / "log"), "--map", tmp_path / "deep.toml")
    assert (done.returncode, b"is not TOML" in done.stderr) == (2, True)


@pytest.mark.parametrize("seed", range(8))
def test_damage_inside_a_parquet_file_is_one_sentence(tmp_path: Path, seed: int):
    path, chance = parquet(tmp_path / "log", 300, model="'model ' || i"), random.Random(seed)
    damaged = bytearray(path.read_bytes())
    for _ in range(1 + seed % 3):
        damaged[chance.randrange(4, len(damaged) // 2)] ^= 1 << chance.randrange(8)
    path.write_bytes(damaged)
    done = makegood(path, "--out", tmp_path / "out")
    assert done.returncode in (0, 3)
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "out").exists() == (done.returncode == 0)


def test_nothing_a_terminal_obeys_leaves_by_any_door(tmp_path: Path):
    odd = "\x1b[31m\x9b2J\x07\u202e"
    rows = [attempt(n, account=f"a{odd}", model=f"m{odd}", request_id=f"{n}{odd}", **FAILED) for n in range(3)]
    path = written(tmp_path / f"log{odd}", [*rows, attempt(9, time=odd)])
    shown = makegood(path, "--out", tmp_path / "out")
    data = makegood(path, "--json")
    refused = makegood(log(tmp_path / "log"), "--format", odd)
    texts = [shown.stdout, shown.stderr, data.stdout, refused.stderr]
    texts += [one.read_bytes() for one in (tmp_path / "out").rglob("*") if one.is_file()]
    assert (shown.returncode, data.returncode, refused.returncode) == (0, 0, 2)
    for text in map(bytes.decode, texts):
        assert not set(odd) - set("[31m2J") & set(text)
    assert json.loads(data.stdout)["accounts"][0]["account"] == f"a{odd}"


def test_what_was_confided_is_not_told(tmp_path: Path):
    said = {"prompt": SECRET, "messages": [{"content": SECRET}], "headers": {"authorization": SECRET}}
    rows = [json.dumps(attempt(n, request_id=f"r{n}", error=f"no: {SECRET}", status=500, **said)) for n in range(9)]
    long = f"{SECRET} and much more of what somebody wrote there"
    rows += [json.dumps(attempt(20, **{name: long})) for name in ("time", "status", "charged", "usable", "currency")]
    rows += [json.dumps(attempt(21, error=SECRET * 200)), rows[0][:-2], f'"content": "{SECRET}"', json.dumps([SECRET])]
    (tmp_path / "log").write_text("\n".join(rows))
    done = makegood(tmp_path / "log", "--out", tmp_path / "out")
    texts = [done.stdout, done.stderr, *(one.read_bytes() for one in (tmp_path / "out").rglob("*") if one.is_file())]
    assert done.returncode == 0
    assert not any(SECRET.encode() in text for text in texts)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--period", ""], "--period is empty"),
        (["--account", ""], "--account is empty"),
        (["--bill", ""], "--bill is empty"),
        (["--bill", "-5 USD"], "no bill is negative"),
        (["--bill", "9" * 400 + " USD"], "no bill is negative or over"),
        (["--from", "0001-01-01", "--to", "9999-12-31"], "1970 to 9998"),
        (["--format", "nope"], "is no format known here"),
        (["--terms", "x" * 100_000], "is not a terms pack"),
        (["--map", os.devnull], "give a small file"),
        (["--out", "x" * 300], "cannot be a folder"),
    ],
)
def test_careless_options_are_one_sentence_and_status_2(tmp_path: Path, arguments: list[str], says: str):
    done = makegood(log(tmp_path / "log"), *arguments)
    assert (done.returncode, says in done.stderr.decode()) == (2, True), done.stderr


def test_two_runs_into_one_folder_leave_one_whole_report(tmp_path: Path):
    path, out = log(tmp_path / "log", 50, **FAILED), tmp_path / "out"
    command = [sys.executable, "-m", "makegood", "assess", str(path), "--out", str(out)]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(4)]
    assert [run.communicate()[1] for run in runs] == [b""] * 4
    assert sorted(one.name for one in out.iterdir()) == ["assessment.json", "evidence", "report.html"]


def test_a_run_that_fails_leaves_no_folder(tmp_path: Path):
    (tmp_path / "log").write_text("words\n")
    assert makegood(tmp_path / "log", "--out", tmp_path / "out").returncode == 3
    assert not (tmp_path / "out").exists()


def test_a_folder_where_a_file_belongs_leaves_the_old_report_whole(tmp_path: Path):
    out = tmp_path / "out"
    (out / "report.html").mkdir(parents=True)
    (out / "assessment.json").write_text("old")
    done = makegood(log(tmp_path / "log"), "--out", out)
    assert (done.returncode, b"report.html is a folder there" in done.stderr) == (2, True)
    assert sorted(one.name for one in out.iterdir()) == ["assessment.json", "report.html"]
    assert (out / "assessment.json").read_text() == "old"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_poor_terminal_shows_what_it_can_and_data_stay_whole(tmp_path: Path, encoding: str, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    path = log(tmp_path / "log", account="계정", **FAILED)
    assert makegood(path, "--lang", "ko").returncode == 0
    assert run("audit", path, "--lang", "ko").returncode == 0
    assert json.loads(makegood(path, "--json").stdout)["accounts"][0]["account"] == "계정"


@pytest.mark.parametrize(
    ("one", "other", "box"),
    [
        ({"usable": False}, {"usable": True}, None),
        (FAILED, {"status": 200, "usable": True}, None),
        (FAILED | {"charged": "2"}, FAILED | {"charged": "1"}, ("charged", "1")),
        (FAILED | {"charged": None}, FAILED | {"charged": "1"}, ("charged", "1")),
        (FAILED | {"charged": "0"}, FAILED | {"charged": "1"}, ("not_charged", "0")),
    ],
)
def test_of_two_tellings_of_one_attempt_the_lesser_claim_stands(tmp_path: Path, one, other, box):
    tellings = [attempt(0, request_id="same", **one), attempt(0, request_id="same", **other)]
    for number, rows in enumerate((tellings, tellings[::-1])):
        data = assessed(written(tmp_path / str(number), rows))
        found = [(name, box["amounts"].get("USD")) for name, box in data["waste"].items() if box["attempts"]]
        assert found == ([box] if box else [])
        assert (data["rows"]["used"], data["rows"]["duplicate"]) == (1, 1)


def test_many_models_are_merged_in_one_pass():
    leaves = [Scope("p", "s", f"m{n}", "r") for n in range(20_000)]
    assert parents(leaves) == [Scope("p", "s", None, "r")]


def test_a_fault_of_use_is_never_a_fault_of_the_file():
    from makegood.records.recognise import by_name

    with pytest.raises(MakegoodError) as raised:
        by_name("nope")
    assert not isinstance(raised.value, Unreadable)
