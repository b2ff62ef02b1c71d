"""Bad input: whatever a file holds, no traceback, every bad row located and counted, and the rest still used."""

from __future__ import annotations

import gzip
import json
import lzma
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from makegood.errors import MakegoodError, Unreadable
from makegood.records import prepare
from makegood.records.typed import quoted
from tests.records.taking import Outcome, take_bytes, take_paths

GOOD = {"time": "2026-03-01T10:00:00Z", "provider": "openai", "model": "gpt-4o", "status": 200}
HEADINGS = "time,provider,model,status,request_id,input_tokens,cached_tokens,charged,currency,usable,error"
FIRST, LAST = "2026-03-01T09:00:00Z", "2026-03-01T11:00:00Z"
INSTANT = 1_772_359_200_000_000  # 2026-03-01T10:00:00Z


def row(**changes: Any) -> str:
    """A JSON line that differs from a sound one."""
    return json.dumps({**GOOD, **changes}, ensure_ascii=False)


def cells(**changes: Any) -> str:
    """A CSV line that differs from a sound one."""
    return ",".join(str({**GOOD, **changes}.get(heading, "")) for heading in HEADINGS.split(","))


def between_lines(bad: str | bytes) -> bytes:
    """The line between two sound ones."""
    text = bad if isinstance(bad, bytes) else bad.encode()
    return row(time=FIRST).encode() + b"\n" + text + b"\n" + row(time=LAST).encode() + b"\n"


def between_cells(bad: str | bytes) -> bytes:
    """The CSV line between two sound ones under their headings."""
    text = bad if isinstance(bad, bytes) else bad.encode()
    return f"{HEADINGS}\n{cells(time=FIRST)}\n".encode() + text + f"\n{cells(time=LAST)}\n".encode()


def parquet(path: Path, select: str) -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")
    return path


def select_of(values: dict[str, str]) -> str:
    return "SELECT " + ", ".join(f"{value} AS {name}" for name, value in values.items())


def check(outcome: Outcome, used: int, refused: list[tuple[int, str]]) -> None:
    """What counts is as many, what was refused is refused there and for that reason, and all rows are accounted for."""
    assert [
        (line, reason[: len(said)]) for (line, reason), (_, said) in zip(outcome.refused, refused, strict=True)
    ] == [(line, said) for line, said in refused]
    tally = outcome.tally
    assert (tally.used, len(outcome.rows), tally.quarantined) == (used, used, len(refused))
    assert tally.read == tally.used + tally.duplicate + tally.quarantined + tally.out_of_scope


COUNT = "is not a count (a whole number, 0 or more)"
# What one field may hold that it must not: works alike in JSON lines and in CSV.
FIELDS: list[tuple[str, dict[str, Any], str]] = [
    ("time missing", {"time": ""}, "time is missing"),
    ("time in words", {"time": "yesterday"}, "time is not a time: 'yesterday'"),
    ("30 February", {"time": "2026-02-30T00:00:00Z"}, "time is not a time: '2026-02-30T00:00:00Z'"),
    ("year 0", {"time": "0000-01-01T00:00:00Z"}, "time "),
    ("year 9999", {"time": "9999-12-31T23:59:59Z"}, "time lies outside the years 2000 to 2099"),
    ("before 2000", {"time": "1999-12-31T23:59:59Z"}, "time lies outside"),
    ("infinite time", {"time": "infinity"}, "time is not a time: 'infinity'"),
    ("hour 25", {"time": "2026-03-01T25:00:00Z"}, "time is not a time"),
    ("negative epoch", {"time": "-1772359200"}, "time lies outside"),
    ("epoch 1e400", {"time": "1e400"}, "time is not a time"),
    ("provider missing", {"provider": ""}, "provider is missing"),
    ("model missing", {"model": ""}, "model is missing"),
    ("status missing", {"status": ""}, "status is missing"),
    ("status in words", {"status": "OK"}, "status is not an HTTP status (0 to 999; 0 = no response): 'OK'"),
    ("status 1000", {"status": 1000}, "status is not an HTTP status"),
    ("status -1", {"status": -1}, "status is not an HTTP status"),
    ("status 200.5", {"status": 200.5}, "status is not an HTTP status"),
    ("negative tokens", {"input_tokens": -1}, f"input_tokens {COUNT}: '-1'"),
    ("fractional tokens", {"input_tokens": 1.5}, f"input_tokens {COUNT}: '1.5'"),
    ("giant tokens", {"input_tokens": 10**30}, f"input_tokens {COUNT}: '1000000000"),
    ("a trillion tokens", {"input_tokens": 10**12 + 1}, f"input_tokens {COUNT}"),
    ("tokens 1e400", {"input_tokens": "1e400"}, f"input_tokens {COUNT}: '1e400'"),
    ("tokens NaN", {"input_tokens": "NaN"}, f"input_tokens {COUNT}: 'NaN'"),
    ("tokens in hex", {"input_tokens": "0x10"}, f"input_tokens {COUNT}"),
    ("tokens as formula", {"input_tokens": "=1+1"}, f"input_tokens {COUNT}: '=1+1'"),
    ("cached above input", {"input_tokens": 5, "cached_tokens": 6}, "cached_tokens is more than input_tokens"),
    ("negative charge", {"charged": "-0.01"}, "charged is not an amount (a decimal, 0 or more): '-0.01'"),
    ("charge NaN", {"charged": "NaN"}, "charged is not an amount"),
    ("charge infinite", {"charged": "Infinity"}, "charged is not an amount"),
    ("charge 1e400", {"charged": "1e400"}, "charged is not an amount"),
    ("charge in words", {"charged": "free"}, "charged is not an amount"),
    ("giant charge", {"charged": "1000000000000"}, "charged is not an amount"),
    ("bad currency", {"currency": "dollars"}, "currency is not an ISO 4217 code: 'dollars'"),
    ("currency sign", {"currency": "$"}, "currency is not an ISO 4217 code: '$'"),
    ("bad boolean", {"usable": "maybe"}, "usable is neither true nor false: 'maybe'"),
    ("boolean 2", {"usable": 2}, "usable is neither true nor false: '2'"),
    ("very long text", {"error": "x" * 2000}, "error is longer than 1024 characters: (2000 characters)"),
]  # fmt: skip


@pytest.mark.parametrize("container", ["lines", "table"])
def test_bad_fields(container: str, tmp_path: Path) -> None:
    write, head = (row, []) if container == "lines" else (cells, [HEADINGS])
    lines = [*head]
    refused = []
    for number, (_, changes, reason) in enumerate(FIELDS):
        lines += [write(request_id=f"sound {number}", time=FIRST), write(**changes)]
        refused.append((len(lines), reason))
    check(take_bytes(tmp_path, "\n".join([*lines, write(time=LAST)])), len(FIELDS) + 1, refused)


# What a field may hold and how it is read.
ACCEPTED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("epoch in s", {"time": 1772359200}, {"time_us": INSTANT}),
    ("epoch in s with a fraction", {"time": "1772359200.25"}, {"time_us": INSTANT + 250_000}),
    ("epoch in ms", {"time": 1772359200000}, {"time_us": INSTANT}),
    ("epoch in us", {"time": INSTANT}, {"time_us": INSTANT}),
    ("epoch in ns", {"time": INSTANT * 1000 + 7}, {"time_us": INSTANT}),
    ("zone +09:00", {"time": "2026-03-01T19:00:00+09:00"}, {"time_us": INSTANT}),
    ("zone -05:00", {"time": "2026-03-01T05:00:00-05:00"}, {"time_us": INSTANT}),
    ("no zone", {"time": "2026-03-01 10:00:00"}, {"time_us": INSTANT}),
    ("minus zero", {"input_tokens": "-0"}, {"input_tokens": 0}),
    ("whole with a point", {"input_tokens": "12.0"}, {"input_tokens": 12}),
    ("charge in powers of ten", {"charged": "2.5e-05"}, {"charged_nano": 25_000}),
    ("charge below a nano", {"charged": "0.0000000004"}, {"charged_nano": 0}),
    ("currency in small letters", {"currency": "krw", "charged": 1200}, {"currency": "KRW"}),
    ("Korean and emoji", {"model": "모델 🙂", "error": "과부하"}, {"model": "모델 🙂", "error": "과부하"}),
    ("formula text", {"model": "=cmd|' /C calc'!A0"}, {"model": "=cmd|' /C calc'!A0"}),
    ("SQL text", {"model": "'; DROP TABLE loaded --"}, {"model": "'; DROP TABLE loaded --"}),
    ("true as 1", {"usable": 1}, {"usable": 1}),
    ("false in capitals", {"usable": "FALSE"}, {"usable": 0}),
    ("no response", {"status": 0}, {"status": 0}),
    ("1024 characters", {"error": "한" * 1024}, {"error": "한" * 1024}),
]  # fmt: skip


@pytest.mark.parametrize("container", ["lines", "table"])
def test_odd_fields_that_are_right(container: str, tmp_path: Path) -> None:
    write, head = (row, []) if container == "lines" else (cells, [HEADINGS])
    lines = [write(**{"request_id": name, **changes}) for name, changes, _ in ACCEPTED]
    outcome = take_bytes(tmp_path, "\n".join([*head, *lines]))
    check(outcome, len(ACCEPTED), [])
    held = {name: {key: one[key] for key in held} for (name, _, held), one in zip(ACCEPTED, outcome.rows, strict=True)}
    assert held == {name: held for name, _, held in ACCEPTED}


# A bad JSON line: the reason it is refused with.
LINES: list[tuple[str, str | bytes, str]] = [
    ("not JSON", "{time: 1}", "is not JSON (9 characters)"),
    ("cut short", row()[:40], "is not JSON"),
    ("two objects", row() + row(), "is not JSON"),
    ("an array", f"[{row()}]", "is not a JSON object"),
    ("a number", "17", "is not a JSON object but "),
    ("a text", '"hello"', "is not a JSON object"),
    ("null", "null", "is not a JSON object"),
    ("a key twice", row()[:-1] + ', "status": 500}', "a key stands twice in one object"),
    ("NUL byte", row().encode()[:-1] + b', "x": "\x00"}', "holds a NUL byte or another control character"),
    ("control character", row().encode()[:-1] + b', "x": "\x07"}', "holds a NUL byte or another control character"),
    ("not UTF-8", row().encode()[:-1] + b', "x": "\xff\xfe"}', "is not UTF-8 (byte "),
    ("Latin-1", row(model="\xfc").encode("latin-1"), "is not UTF-8 (byte "),
    ("half a surrogate", row()[:-1] + ', "error": "\\ud800"}', ""),
    ("separator marks", row().encode()[:-1] + b', "x": "\x1d\x1e\x1f"}', "holds a NUL byte or another control"),
    ("bare NaN", row()[:-1] + ', "input_tokens": NaN}', "i"),
    ("bare Infinity", row()[:-1] + ', "charged": Infinity}', ""),
    ("bare 1e400", row()[:-1] + ', "charged": 1e400}', "charged is not an amount (a decimal, 0 or more): '1e400'"),
    ("list for time", row(time=[1]), "time is not a time"),
    ("true for tokens", row(input_tokens=True), f"input_tokens {COUNT}: 'true'"),
]  # fmt: skip


def test_bad_lines(tmp_path: Path) -> None:
    lines, refused = [], []
    for number, (_, line, reason) in enumerate(LINES):
        lines += [row(request_id=f"sound {number}").encode(), line if isinstance(line, bytes) else line.encode()]
        refused.append((len(lines), reason))
    check(take_bytes(tmp_path, b"\n".join([*lines, row(time=LAST).encode()])), len(LINES) + 1, refused)


# A CSV line that does not fit its headings.
CELLS: list[tuple[str, str | bytes, str]] = [
    ("too few fields", "2026-03-01T10:00:00Z,openai", "has 2 fields under 11 headings"),
    ("too many fields", cells() + ",,,", "has 14 fields under 11 headings"),
    ("a quote never closed", cells(error='"oops'), "opens a quote that is never closed"),
    ("a quote within a field", cells(error='5" by 6" wide'), "has a quote inside a field that does not begin with one"),
    ("text after a quote", cells(error='"a"b'), "has a quote inside a field that does not begin with one"),
    ("NUL byte", cells(error="a\x00b"), "holds a NUL byte or another control character"),
    ("not UTF-8", cells(error="x").encode() + b"\xff", "is not UTF-8 (byte "),
    ("another table", "a;b;c", "has 1 fields under 11 headings"),
    ("headings again", HEADINGS, "time is not a time: 'time'"),
]


def test_bad_rows(tmp_path: Path) -> None:
    lines, refused = [HEADINGS.encode()], []
    for number, (_, line, reason) in enumerate(CELLS):
        lines += [cells(request_id=f"sound {number}").encode(), line if isinstance(line, bytes) else line.encode()]
        refused.append((len(lines), reason))
    check(take_bytes(tmp_path, b"\n".join([*lines, cells(time=LAST).encode()])), len(CELLS) + 1, refused)


TABLE = f"{HEADINGS}\n{cells(time=FIRST)}\n{cells(status='x')}\n{cells(time=LAST)}\n"
RECORDS = f"{row(time=FIRST)}\n{row(status='x')}\n{row(time=LAST)}\n"
# How the same rows may be written: each gives two attempts and one refused row, at its own line.
WRITTEN: list[tuple[str, Callable[[str], bytes]]] = [
    ("plain", str.encode),
    ("no final newline", lambda text: text.rstrip("\n").encode()),
    ("UTF-8 with a mark", lambda text: text.encode("utf-8-sig")),
    ("UTF-16 with a mark", lambda text: text.encode("utf-16")),
    ("UTF-16 LE with a mark", lambda text: b"\xff\xfe" + text.encode("utf-16-le")),
    ("UTF-16 BE with a mark", lambda text: b"\xfe\xff" + text.encode("utf-16-be")),
    ("UTF-16 LE without a mark", lambda text: text.encode("utf-16-le")),
    ("UTF-16 BE without a mark", lambda text: text.encode("utf-16-be")),
    ("CRLF", lambda text: text.replace("\n", "\r\n").encode()),
    ("CR only", lambda text: text.replace("\n", "\r").encode()),
    ("gzip", lambda text: gzip.compress(text.encode())),
    ("xz", lambda text: lzma.compress(text.encode())),
    ("gzip of UTF-16", lambda text: gzip.compress(text.encode("utf-16"))),
]


@pytest.mark.parametrize("write", [case[1] for case in WRITTEN], ids=[case[0] for case in WRITTEN])
@pytest.mark.parametrize("container", ["lines", "table"])
def test_the_same_rows_written_in_another_way(container: str, write: Callable[[str], bytes], tmp_path: Path) -> None:
    text, line = (RECORDS, 2) if container == "lines" else (TABLE, 3)
    outcome = take_bytes(tmp_path, write(text))
    check(outcome, 2, [(line, "status is not an HTTP status (0 to 999; 0 = no response): 'x'")])
    assert outcome.places == [line - 1, line + 1]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter: str, tmp_path: Path) -> None:
    check(take_bytes(tmp_path, TABLE.replace(",", delimiter)), 2, [(3, "status is not")])


def test_blank_lines_are_no_rows_and_lines_keep_their_number(tmp_path: Path) -> None:
    by_lines = "\n\n" + RECORDS.replace("\n", "\n\n  \n")
    outcome = take_bytes(tmp_path, by_lines)
    check(outcome, 2, [(6, "status is not")])
    assert outcome.places == [3, 9]
    outcome = take_bytes(tmp_path, "\n" + TABLE.replace("\n", "\n\n"))
    check(outcome, 2, [(6, "status is not")])
    assert outcome.places == [4, 8]


def test_newlines_within_quotes_keep_the_lines_true(tmp_path: Path) -> None:
    long = cells(error='"first\nsecond\n\nfourth, with ""quotes"""')
    outcome = take_bytes(tmp_path, f"{HEADINGS}\n{long}\n{cells(status='x')}\n{cells(time=LAST)}\n")
    check(outcome, 2, [(6, "status is not")])
    assert outcome.places == [2, 7]
    assert outcome.rows[0]["error"] == 'first second  fourth, with "quotes"'


def test_a_quote_that_is_never_closed_costs_its_own_line_only(tmp_path: Path) -> None:
    good = "".join(cells(time=f"2026-03-01T10:00:{second:02d}Z") + "\n" for second in range(30))
    bad = cells(error='"oops')
    outcome = take_bytes(tmp_path, f"{HEADINGS}\n{good}{bad}\n{good.replace('T10', 'T12')}")
    check(outcome, 60, [(32, "opens a quote that is never closed")])


def test_a_ten_million_character_line(tmp_path: Path) -> None:
    long = row(note="x" * 10_000_000)
    outcome = take_bytes(tmp_path, between_lines(long), between_lines(row(error="y" * 10_000_000)))
    check(outcome, 3, [(2, "error is longer than 1024 characters")])
    assert outcome.tally.duplicate == 2


def test_a_line_over_the_limit_is_refused_without_being_read(tmp_path: Path) -> None:
    check(take_bytes(tmp_path, between_lines(row(note="x" * 17_000_000))), 2, [(2, "longer than 16,777,216 bytes")])


@pytest.mark.parametrize(
    "extra",
    ['"x": ' + "[" * 50_000 + "]" * 50_000, '"x": ' + '{"a":' * 5_000 + "1" + "}" * 5_000, '"x": {"a": 1, "a": 2}'],
    ids=["deep lists", "deep objects", "a key twice within"],
)
def test_deep_nesting_and_inner_doubles_do_no_harm(extra: str, tmp_path: Path) -> None:
    outcome = take_bytes(tmp_path, between_lines(row()[:-1] + f", {extra}}}"))
    assert outcome.tally.used >= 2
    assert outcome.tally.read == 3


def test_one_document_of_odd_records(tmp_path: Path) -> None:
    data = [json.loads(row(time=FIRST)), 17, None, "text", [1], json.loads(row(status="x")), json.loads(row(time=LAST))]
    outcome = take_bytes(tmp_path, json.dumps(data, indent=2))
    not_objects = [(number, f"record {number}: is not a JSON object") for number in (2, 3, 4, 5)]
    check(outcome, 2, [*not_objects, (6, "record 6: status is not an HTTP status")])


def test_a_key_twice_in_a_document(tmp_path: Path) -> None:
    doubled = row()[:-1] + ', "status": 500}'
    outcome = take_bytes(tmp_path, f"[\n{row(time=FIRST)},\n{doubled}\n]")
    check(outcome, 1, [(2, "record 2: a key stands twice in one object")])


# A file as a whole: what is said of it.
WHOLE: list[tuple[str, bytes, str]] = [
    ("empty", b"", "is empty; export it again"),
    ("blanks only", b" \n\t\n  ", "is empty; export it again"),
    ("only a mark", b"\xef\xbb\xbf", "is empty; export it again"),
    ("only a wide mark", b"\xff\xfe", "is empty; export it again"),
    ("NUL bytes only", b"\x00" * 64, "is "),
    ("cut Parquet", b"cut", "is a broken Parquet file"),
    ("Parquet magic only", b"PAR1", "is a broken Parquet file"),
    ("Parquet magic twice", b"PAR1PAR1", "is a broken Parquet file"),
    ("Parquet with a wrong end", b"PAR1" + b"\xff" * 64 + b"PAR1", "is a broken Parquet file"),
    ("broken gzip", gzip.compress(RECORDS.encode())[:-20], "the compressed data is broken"),
    ("gzip magic only", b"\x1f\x8b", "the compressed data is broken"),
    ("gzip of nothing", gzip.compress(b""), "is empty"),
    ("broken xz", lzma.compress(RECORDS.encode())[:-20], "the compressed data is broken"),
    ("a heading twice", b"time,provider,model,status,status\n1,a,b,200,200\n", "the heading 'status' stands twice"),
    ("unknown keys", b'{"a": 1}\n{"a": 2}\n', "is in no format known here. It has: a."),
    ("unknown headings", b"a,b,c\n1,2,3\n", "is in no format known here. It has: a, b, c."),
    ("a document cut short", b'{"data": [{"time": 1', "is in no format known here"),
    ("HTML", b"<!doctype html><title>Sign in</title>", "is in no format known here"),
    ("prose", b"Dear customer,\nsee below.\n", "is in no format known here"),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is in no format known here"),
    ("a bare number", b"17", "is in no format known here"),
    ("an empty list", b"[]", "is in no format known here"),
    ("an empty object", b"{}", "is in no format known here"),
    ("a deep document", b"[" * 200_000, "is in no format known here"),
]


@pytest.mark.parametrize(("content", "says"), [case[1:] for case in WHOLE], ids=[case[0] for case in WHOLE])
def test_a_file_that_cannot_be_read_at_all(content: bytes, says: str, tmp_path: Path) -> None:
    if content == b"cut":
        content = parquet(tmp_path / "whole", "SELECT 1 AS a").read_bytes()[:-30]
    with pytest.raises(Unreadable) as fault:
        take_bytes(tmp_path, content)
    assert says in str(fault.value)
    assert "upload-0" in str(fault.value)
    beside = take_bytes(tmp_path, content, RECORDS)
    assert (beside.tally.used, len(beside.unread)) == (2, 1)
    assert says in beside.unread[0]


def test_only_headings_is_a_file_without_rows(tmp_path: Path) -> None:
    outcome = take_bytes(tmp_path, HEADINGS + "\n")
    check(outcome, 0, [])
    assert outcome.tally.read == 0


@pytest.mark.parametrize("name", ["missing", "folder"])
def test_a_name_that_is_no_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(Unreadable, match=f"{name}: (is a folder; name the files in it|cannot be read)"):
        take_paths([tmp_path / name])


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_a_file_without_the_right_to_read(tmp_path: Path) -> None:
    (tmp_path / "locked").write_text(RECORDS)
    (tmp_path / "locked").chmod(0)
    with pytest.raises(Unreadable, match="cannot be read"):
        take_paths([tmp_path / "locked"])


def test_a_compressed_file_that_grows_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "SPOOL_LIMIT", 1 << 20)
    monkeypatch.setattr(prepare, "CHUNK", 1 << 16)
    with pytest.raises(Unreadable, match=r"grows past .* when unpacked; split it"):
        take_bytes(tmp_path, gzip.compress((row() + "\n").encode() * 20_000))


def test_a_document_over_the_limit_asks_for_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "DOCUMENT_LIMIT", 100)
    with pytest.raises(Unreadable, match="write it as JSON lines"):
        take_bytes(tmp_path, json.dumps([GOOD, GOOD], indent=1))


@pytest.mark.parametrize(
    "name", ["it's", "a;b", 'q"q', "per%cent", "[a]*?", "한글 🙂", "line\nbreak", "-dash", "a.parquet"]
)
@pytest.mark.parametrize("container", ["lines", "table", "parquet"])
def test_odd_file_names(container: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if container == "parquet":
        parquet(tmp_path / "p", select_of(SOUND)).rename(path)
    else:
        path.write_text(RECORDS if container == "lines" else TABLE)
    outcome = take_paths([path])
    assert outcome.tally.used == (1 if container == "parquet" else 2)


SOUND = {"time": f"TIMESTAMPTZ '{FIRST}'", "provider": "'p'", "model": "'m'", "status": "200"}
STATUS = "status is not an HTTP status (0 to 999; 0 = no response)"
# One Parquet column of another type or value: held values, or the reason it is refused with.
TYPES: list[tuple[str, dict[str, str], dict[str, Any] | str]] = [
    ("charge as DOUBLE", {"charged": "0.1::DOUBLE"}, {"charged_nano": 100_000_000}),
    ("charge as REAL", {"charged": "0.5::REAL"}, {"charged_nano": 500_000_000}),
    ("charge as text", {"charged": "'2.5e-3'"}, {"charged_nano": 2_500_000}),
    ("charge as DECIMAL(38,18)", {"charged": "0.1::DECIMAL(38,18)"}, {"charged_nano": 100_000_000}),
    ("charge as DECIMAL(38,0)", {"charged": "10000000000000::DECIMAL(38,0)"}, "charged is not an amount"),
    ("charge as NaN", {"charged": "'NaN'::DOUBLE"}, "charged is not an amount"),
    ("charge as infinity", {"charged": "'inf'::DOUBLE"}, "charged is not an amount"),
    ("negative charge", {"charged": "(-1)::DECIMAL(18,9)"}, "charged is not an amount"),
    ("time as text", {"time": f"'{FIRST}'"}, {"time_us": INSTANT - 3_600_000_000}),
    ("time as bad text", {"time": "'soon'"}, "time is not a time: 'soon'"),
    ("time in ns", {"time": f"TIMESTAMP_NS '{FIRST[:-1]}'"}, {"time_us": INSTANT - 3_600_000_000}),
    ("time in ms", {"time": f"TIMESTAMP_MS '{FIRST[:-1]}'"}, {"time_us": INSTANT - 3_600_000_000}),
    ("time as epoch", {"time": "1772359200"}, {"time_us": INSTANT}),
    ("time as epoch DOUBLE", {"time": "1772359200.25::DOUBLE"}, {"time_us": INSTANT + 250_000}),
    ("time as date", {"time": "DATE '2026-03-01'"}, {"time_us": INSTANT - 36_000_000_000}),
    ("time NULL", {"time": "NULL::TIMESTAMPTZ"}, "time is missing"),
    ("time infinite", {"time": "'infinity'::TIMESTAMPTZ"}, "time "),
    ("time in 1970", {"time": "to_timestamp(0)"}, "time lies outside the years 2000 to 2099"),
    ("status as text", {"status": "'503'"}, {"status": 503}),
    ("status as DOUBLE", {"status": "503::DOUBLE"}, {"status": 503}),
    ("status NULL", {"status": "NULL::SMALLINT"}, "status is missing"),
    ("status 1000", {"status": "1000"}, STATUS),
    ("status giant", {"status": "10000000000::BIGINT"}, STATUS),
    ("status as HUGEINT", {"status": "200::HUGEINT"}, {"status": 200}),
    ("provider NULL", {"provider": "NULL::VARCHAR"}, "provider is missing"),
    ("model NULL", {"model": "NULL::VARCHAR"}, "model is missing"),
    ("model as number", {"model": "4"}, {"model": "4"}),
    ("model as struct", {"model": "{'name': 'm'}"}, {"model": '{"name":"m"}'}),
    ("model as binary", {"model": "'ab'::BLOB"}, {"model": "ab"}),
    ("negative tokens", {"input_tokens": "-1"}, f"input_tokens {COUNT}"),
    ("giant tokens", {"input_tokens": "9000000000000000000::BIGINT"}, f"input_tokens {COUNT}"),
    ("unsigned giant tokens", {"input_tokens": "18000000000000000000::UBIGINT"}, f"input_tokens {COUNT}"),
    ("fractional tokens", {"input_tokens": "1.5::DOUBLE"}, f"input_tokens {COUNT}"),
    ("tokens as DOUBLE", {"input_tokens": "12::DOUBLE"}, {"input_tokens": 12}),
    ("cached above input", {"input_tokens": "1", "cached_tokens": "2"}, "cached_tokens is more than input_tokens"),
    ("retry giant", {"retry": "10000000000::BIGINT"}, f"retry {COUNT}"),
    ("retry over 32767", {"retry": "40000"}, f"retry {COUNT}"),
    ("negative duration", {"duration_ms": "-5"}, "duration_ms is not a length of time in milliseconds"),
    ("giant duration", {"duration_ms": "10000000000::BIGINT"}, "duration_ms is not a length of time in milliseconds"),
    ("duration as DOUBLE", {"duration_ms": "1250.4::DOUBLE"}, {"duration_ms": 1250}),
    ("usable as text", {"usable": "'no'"}, {"usable": 0}),
    ("usable as bad text", {"usable": "'maybe'"}, "usable is neither true nor false"),
    ("usable as number", {"usable": "1"}, {"usable": 1}),
    ("bad currency", {"currency": "'dollars'"}, "currency is not an ISO 4217 code"),
    ("currency of signs", {"currency": "'$$$'"}, "currency is not an ISO 4217 code"),
    ("very long text", {"error": "repeat('x', 5000)"}, "error is longer than 1024 characters"),
    ("Korean", {"model": "'모델 🙂'"}, {"model": "모델 🙂"}),
]  # fmt: skip


def test_parquet_values_of_every_kind(tmp_path: Path) -> None:
    paths = []
    for number, (name, changes, _) in enumerate(TYPES):
        values = {**SOUND, "request_id": quoted(name), **changes}
        paths.append(parquet(tmp_path / f"{number:03d}", select_of(values)))
    outcome = take_paths(paths)
    held = {case[0]: case[2] for case in TYPES if isinstance(case[2], dict)}
    rows = {one["request_id"]: one for one in outcome.rows}
    assert {name: {key: one[key] for key in held[name]} for name, one in rows.items()} == held
    reasons = {place: reason.removeprefix("record 1: ") for place, reason in outcome.reasons.items()}
    for path, (name, _, expected) in zip(paths, TYPES, strict=True):
        if isinstance(expected, str):
            assert reasons.get((str(path), 1), "").startswith(expected), (name, reasons.get((str(path), 1)))
    assert (outcome.tally.read, outcome.tally.quarantined) == (len(TYPES), len(TYPES) - len(held))
    assert not outcome.unread


def test_a_parquet_file_without_rows(tmp_path: Path) -> None:
    check(take_paths([parquet(tmp_path / "p", f"{select_of(SOUND)} LIMIT 0")]), 0, [])


def test_a_parquet_file_without_a_required_column(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"is in no format known here\. It has: time, provider, model"):
        take_paths([parquet(tmp_path / "p", "SELECT 1 AS time, 'p' AS provider, 'm' AS model")])


def test_a_parquet_file_that_breaks_off_in_its_pages(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "p",
        f"SELECT TIMESTAMPTZ '{FIRST}' AS time, 'p' AS provider, md5(i::VARCHAR) AS model, 200 AS status "
        "FROM range(5000) t(i)",
    )
    raw = bytearray(path.read_bytes())
    raw[200:3000] = b"\xff" * 2800
    path.write_bytes(raw)
    with pytest.raises(MakegoodError, match="p: cannot be read"):
        take_paths([path])
    sound = parquet(tmp_path / "sound", select_of(SOUND))
    (tmp_path / "lines").write_text(RECORDS)
    beside = take_paths([path, sound, tmp_path / "lines"])
    assert (beside.tally.used, len(beside.unread)) == (3, 1)
