"""A map of a user's own columns: what it can say, what it refuses, and that nothing in it reaches the engine as SQL."""

from pathlib import Path

import duckdb
import pytest

from makegood.errors import BadMap, Unreadable
from makegood.records.mapping import read_map
from tests.records.taking import Outcome, take_paths

MAP = """
[columns]
time = "when"
model = "model"
status = "http.status"
duration_ms = "took"
charged = "cents"
account = "customer"

[constants]
provider = "openai"
currency = "usd"

[scale]
duration_ms = 1000
charged = 0.01

[values.status]
ok = 200
"gave up" = 0

[time]
zone = "Asia/Seoul"
"""
LINES = (
    '{"when": "2026-03-01 19:00:00", "model": "gpt-4o", "http": {"status": "ok"}, "took": 1.25, "cents": 3.5, '
    '"customer": "ada"}\n'
    '{"when": "2026-03-01T10:00:00Z", "model": "gpt-4o", "http": {"status": "gave up"}, "took": null, "cents": null}\n'
    '{"when": "2026-03-01 19:00:00", "model": "gpt-4o", "http": {"status": "slow"}}\n'
)
TABLE = (
    "when;model;http.status;took;cents;customer\n"
    "2026-03-01 19:00:00;gpt-4o;ok;1.25;3.5;ada\n"
    "2026-03-01T10:00:00Z;gpt-4o;gave up;;;\n"
    "2026-03-01 19:00:00;gpt-4o;slow;;;\n"
)


def read(folder: Path, text: str, *contents: str) -> Outcome:
    (folder / "my.toml").write_text(text)
    paths = []
    for number, content in enumerate(contents):
        paths.append(folder / f"log-{number}")
        paths[-1].write_text(content)
    return take_paths(paths, read_map(folder / "my.toml"))


def parquet(path: Path, select: str) -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


@pytest.mark.parametrize("container", ["lines", "table", "parquet"])
def test_one_map_reads_every_container(container: str, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(MAP)
    log = tmp_path / "log"
    if container == "parquet":
        parquet(
            log,
            "SELECT * FROM (VALUES ('2026-03-01 19:00:00', 'gpt-4o', {'status': 'ok'}, 1.25, 3.5, 'ada'), "
            "('2026-03-01T10:00:00Z', 'gpt-4o', {'status': 'gave up'}, NULL, NULL, NULL), "
            "('2026-03-01 19:00:00', 'gpt-4o', {'status': 'slow'}, NULL, NULL, NULL)) "
            't("when", model, http, took, cents, customer)',
        )
    else:
        log.write_text(LINES if container == "lines" else TABLE)
    outcome = take_paths([log], read_map(tmp_path / "my.toml"))
    first = {"account": "ada", "provider": "openai", "status": 200, "duration_ms": 1250, "charged_nano": 35_000_000}
    second = {"account": "unknown", "provider": "openai", "status": 0, "duration_ms": -1, "charged_nano": None}
    assert [{key: row[key] for key in first} for row in outcome.rows] == [first, second]
    assert {(row["time_us"], row["currency"]) for row in outcome.rows} == {(1_772_359_200_000_000, "USD")}
    line = 4 if container == "table" else 3
    place = "record 3: " if container == "parquet" else ""
    assert outcome.refused == [(line, f"{place}status is not an HTTP status (0 to 999; 0 = no response): 'slow'")]
    assert outcome.tally.read == 3


@pytest.mark.parametrize(
    ("rules", "written"),
    [
        ("", "2026-03-01T10:00:00"),
        ("", "1772359200.000"),
        ('unit = "s"', "1772359200"),
        ('unit = "s"', "1772359200.0"),
        ('unit = "ms"', "1772359200000"),
        ('unit = "us"', "1772359200000000"),
        ('unit = "ns"', "1772359200000000000"),
        ('zone = "Europe/Berlin"', "2026-03-01 11:00:00"),
        ('zone = "Europe/Berlin"', "2026-03-01T11:00:00+01:00"),
        ('zone = "Europe/Berlin"', "1772359200"),
        ('zone = "America/New_York"', "2026-03-01T05:00:00.000000"),
        ('format = "%d/%m/%Y %H:%M"', "01/03/2026 10:00"),
        ('format = "%d.%m.%Y %H:%M"\nzone = "Asia/Seoul"', "01.03.2026 19:00"),
    ],
)
def test_times(rules: str, written: str, tmp_path: Path) -> None:
    text = '[columns]\ntime = "t"\n[constants]\nprovider = "p"\nmodel = "m"\nstatus = 200\n[time]\n' + rules
    outcome = read(tmp_path, text, f"t,u\n{written},1\n")
    assert [row["time_us"] for row in outcome.rows] == [1_772_359_200_000_000], outcome.refused


@pytest.mark.parametrize(
    ("rules", "written", "reason"),
    [
        ('unit = "s"', "1000", "time lies outside the years 2000 to 2099"),
        ('unit = "ms"', "soon", "time is not a time: 'soon'"),
        ('unit = "ns"', "9" * 30, "time is not a time"),
        ('zone = "Asia/Seoul"', "yesterday", "time is not a time: 'yesterday'"),
        ('format = "%d/%m/%Y"', "2026-13-99", "time is not a time"),
    ],
)
def test_times_that_are_none(rules: str, written: str, reason: str, tmp_path: Path) -> None:
    text = '[columns]\ntime = "t"\n[constants]\nprovider = "p"\nmodel = "m"\nstatus = 200\n[time]\n' + rules
    outcome = read(tmp_path, text, f"t,u\n{written},1\n")
    assert not outcome.rows
    assert outcome.refused[0][1].startswith(reason)


PRICED = '[columns]\ntime="t"\nmodel="m"\nstatus="s"\nprovider="p"\ncharged="c"\n[scale]\n'
SOUND = '[columns]\ntime = "t"\nmodel = "m"\nstatus = "s"\n[constants]\nprovider = "p"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[columns\n", "is not TOML"),
        ("time = 3 = 4\n", "line 1"),
        (SOUND + "[scale]\ncharged = " + "9" * 5_000, "is not TOML"),
        ('[columns]\ntime = "a"\ntime = "b"\n', "is not TOML"),
        ('[colums]\ntime = "t"\n', r"line 1: colums: is no table of a map; use columns"),
        (SOUND + '[columns.x]\n"y" = "z"\n', "is not TOML|columns.x: is no column"),
        ('[columns]\ntime = "t"\nstat = "s"\n', r"line 3: columns.stat: is no column of a map; use status"),
        ('[columns]\ntime = "t"\nlatency = "s"\n', r"line 3: columns.latency: is no column of a map; use "),
        ('[columns]\nmodel = "m"\nstatus = "s"\nprovider = "p"\n', r"my.toml: names no time; add a line such as time"),
        ('[constants]\ntime = "2026-01-01"\nmodel = "m"\nstatus = 200\nprovider = "p"\n', r"names no time"),
        ('[columns]\ntime = "t"\nmodel = "m"\nprovider = "p"\n', r"names no status; .*\[columns\] or \[constants\]"),
        ('[columns]\ntime = 3\n', r"line 2: columns.time: must be a heading"),
        ('[columns]\ntime = ""\n', r"line 2: columns.time: must be a heading"),
        ('[columns]\ntime = "a[*].b"\n', r"line 2: columns.time: must be a heading or a path to one value"),
        (SOUND + 'model = "x"\n', r"line 7: constants.model: stands in \[columns\] and in \[constants\]; keep one"),
        (SOUND + "[scale]\nduration_ms = 1000\n", r"line 8: scale.duration_ms: is not named in \[columns\]; name"),
        (SOUND + "[scale]\nstatus = 1000\n", r"line 8: scale.status: status is no number; scale only"),
        (SOUND + '[scale]\nmodel = "x"\n', r"line 8: scale.model: model is no number"),
        (PRICED + 'charged = -1\n', "line 8: scale.charged: must be a number over 0 and"),
        (PRICED + 'charged = 1e9\n', "line 8: scale.charged: must be a number over 0 and"),
        (PRICED + 'charged = nan\n', "line 8: scale.charged: must be a number over 0 and"),
        (PRICED + 'charged = 1e-12\n', "line 8: scale.charged: has more than 9 decimals"),
        (SOUND + "[values]\nstatus = 3\n", r"line 8: values.status: must be a table"),
        (SOUND + "[values.status]\nok = [1]\n", r"line 8: values.status.ok: must be text or a number"),
        (SOUND + "[values.region]\nok = 1\n", r"line 7: values.region: is not named in \[columns\]"),
        (SOUND + '[time]\nzone = "Mars/Olympus"\n', r"line 8: time.zone: 'Mars/Olympus' is not a time zone"),
        (SOUND + '[time]\nunit = "min"\n', r"line 8: time.unit: must be one of s, ms, us or ns"),
        (SOUND + '[time]\nunit = "s"\nzone = "UTC"\n', r"line 8: time.unit: must be .* and stand alone"),
        (SOUND + "[time]\nunit = 5\n", r"line 8: time.unit: must be text in quotes"),
        (SOUND + '[time]\nformat = "%d %z"\n', r"line 8: time.format: has an offset of its own"),
        (SOUND + '[time]\nformat = "%Q"\n', r"line 2: columns.time: cannot be read so"),
        (SOUND + '[time]\nzome = "UTC"\n', r"line 8: time.zome: is no word of a map; use zone"),
        ('[columns]\ntime = "$.a["\nmodel = "m"\nstatus = "s"\nprovider = "p"\n', r"line 2: columns.time: cannot be"),
        ('columns = 5\n', r"line 1: columns: must be a table"),
        ("[constants]\nstatus = 2026-01-01\n", r"names no time|must be text or a number"),
    ],
)  # fmt: skip
def test_a_fault_names_file_line_key_and_mend(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(text)
    with pytest.raises(BadMap, match=says) as fault:
        read_map(tmp_path / "my.toml")
    assert "my.toml" in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_map_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(BadMap, match="cannot be read"):
        read_map(tmp_path / "none.toml")
    with pytest.raises(BadMap, match="is no file"):
        read_map(tmp_path)
    (tmp_path / "wide.toml").write_bytes("[columns]".encode("utf-16"))
    with pytest.raises(BadMap, match="is not UTF-8"):
        read_map(tmp_path / "wide.toml")


EVIL = "x'); DROP TABLE loaded; --"
SQUARE = 'a"b'


@pytest.mark.parametrize("heading", [EVIL, SQUARE, "a\\b", "a'b", "sel ect", "한글", "f0", "line"])
def test_headings_are_names_and_never_sql(heading: str, tmp_path: Path) -> None:
    toml = heading.replace("\\", "\\\\").replace('"', '\\"')
    text = f'[columns]\ntime = "t"\nmodel = "{toml}"\n[constants]\nprovider = "{toml}"\nstatus = 200\n'
    quoted = heading.replace('"', '""')
    by_table = read(tmp_path, text, f't,"{quoted}"\n1772359200,m1\n')
    assert [(row["model"], row["provider"]) for row in by_table.rows] == [("m1", heading)]
    log = parquet(tmp_path / "p", f"SELECT 1772359200 AS t, 'm1' AS \"{quoted}\"")
    by_parquet = take_paths([log], read_map(tmp_path / "my.toml"))
    assert [(row["model"], row["provider"]) for row in by_parquet.rows] == [("m1", heading)]
    escaped = heading.replace("\\", "\\\\").replace('"', '\\"')
    by_lines = read(tmp_path, text, f'{{"t": 1772359200, "{escaped}": "m1"}}\n')
    assert [(row["model"], row["provider"]) for row in by_lines.rows] == [("m1", heading)]


def test_values_and_constants_are_never_sql(tmp_path: Path) -> None:
    text = (
        '[columns]\ntime = "t"\nstatus = "s"\n[constants]\nprovider = "p"\nmodel = "' + EVIL + '"\n'
        '[values.status]\n"' + EVIL + '" = 503\n'
    )
    outcome = read(tmp_path, text, f't,s\n1772359200,"{EVIL}"\n1772359201,200\n')
    assert [(row["status"], row["model"]) for row in outcome.rows] == [(503, EVIL), (200, EVIL)]


def test_a_column_that_the_file_lacks_is_not_taken_for_no_data(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"has no column 'm' that the map asks for; it has: t, s, modle"):
        read(tmp_path, SOUND, "t,s,modle\n1772359200,200,x\n")
    log = parquet(tmp_path / "p", "SELECT 1 AS t, 2 AS s")
    (tmp_path / "my.toml").write_text(SOUND)
    with pytest.raises(Unreadable, match="has no column 'm'"):
        take_paths([log], read_map(tmp_path / "my.toml"))
    outcome = read(tmp_path, SOUND, '{"t": 1772359200, "m": "x"}\n')
    assert outcome.refused == [(1, "status is missing")]


def test_an_exact_name_with_a_dot_or_a_json_path(tmp_path: Path) -> None:
    text = '[columns]\ntime = "t"\nmodel = "$.\\"gen_ai.model\\""\nstatus = "a.b.c"\n[constants]\nprovider = "p"\n'
    outcome = read(tmp_path, text, '{"t": 1772359200, "gen_ai.model": "m1", "a": {"b": {"c": 500}}}\n')
    assert [(row["model"], row["status"]) for row in outcome.rows] == [("m1", 500)]
