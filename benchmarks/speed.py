"""Speed: a whole assessment beside merely summing the columns, and beside the same answers by plain SQL; sums asserted.

Each contender runs in a process of its own, so that its time and its peak memory are its own. Run as
`python -m benchmarks.speed [CALLS ...]`; the default is 5 and 50 million calls. Writes benchmarks/speed.md.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.traffic import make_traffic

RUNS = {"makegood": 3, "sum": 3, "plain": 1}  # plain SQL takes minutes where the others take seconds
SIZES = (5_000_000, 50_000_000)
FOLDER = Path(os.environ.get("MAKEGOOD_BENCH", tempfile.gettempdir())) / "makegood-bench"
MEMORY_MB = 2048
PATIENCE = 600  # seconds; whoever is not done by then is stopped, and the page says so
PAGE = Path(__file__).with_name("speed.md")
# Every column an assessment reads, added up: what no reader of these files can avoid.
SUMS = """
SELECT COUNT(*), SUM(epoch_us("time")), SUM(STRLEN(account)), SUM(STRLEN(provider)), SUM(STRLEN(service)),
  SUM(STRLEN(model)), SUM(STRLEN(region)), SUM(STRLEN(request_id)), SUM(STRLEN(call_id)), SUM(STRLEN(fingerprint)),
  SUM(retry), SUM(status), SUM(STRLEN(error)), SUM(duration_ms), SUM(input_tokens), SUM(cached_tokens),
  SUM(output_tokens), SUM(CAST(usable AS INTEGER)), SUM(charged), SUM(STRLEN(currency))
FROM read_parquet('{files}')
"""


def ours(folder: Path) -> dict[str, Any]:
    """A whole assessment, as the command runs it."""
    from makegood.engine import Params, assess
    from makegood.reads.assessment import as_data
    from makegood.records.warehouse import Warehouse

    with tempfile.TemporaryDirectory() as spool:
        warehouse = Warehouse(Path(spool), MEMORY_MB)
        paths = tuple(sorted(folder.glob("*.parquet")))
        data = as_data(assess(Params(paths, datetime(2026, 11, 1, tzinfo=UTC)), warehouse))
        warehouse.close()
    return {
        "rows": data["rows"]["used"],
        "incidents": len(data["incidents"]),
        "faults": sum(one["faults"] for one in data["readings"] if one["basis"] == "attempts"),
        "accounts": len(data["accounts"]),
        **{
            name: [box["attempts"], box["tokens"], box["amounts"].get("USD", "0")]
            for name, box in data["waste"].items()
        },
    }


def _box(box: dict[str, Any]) -> list[Any]:
    return [box["attempts"], box["tokens"], box["amounts"].get("USD", "0")]


def summing(folder: Path) -> dict[str, Any]:
    """(a) DuckDB adding up the needed columns."""
    row = _connection().execute(SUMS.format(files=folder / "*.parquet")).fetchall()[0]
    return {"rows": row[0]}


def plain(folder: Path) -> dict[str, Any]:
    """(b) The same answers by straightforward SQL over all rows."""
    from benchmarks.plain import answers

    return answers(_connection(), str(folder / "*.parquet"))


def _connection() -> Any:
    import duckdb

    # As it comes: a user who writes the plain query sets no memory limit.
    return duckdb.connect(config={"temp_directory": tempfile.mkdtemp()})


CONTENDERS = {"makegood": ours, "sum": summing, "plain": plain}


def main() -> None:
    """Run every contender in turn, over and over, and write the table."""
    if len(sys.argv) == 4 and sys.argv[1] == "--one":
        _one(sys.argv[2], Path(sys.argv[3]))
        return
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    lines = []
    for calls in sizes:
        folder = FOLDER / str(calls)
        make_traffic(folder, calls)
        lines += _measure(folder)
    text = _page(lines)
    if sizes == list(SIZES):
        PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


def _one(name: str, folder: Path) -> None:
    started = time.perf_counter()
    answer = CONTENDERS[name](folder)
    wall = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    sys.stdout.write(json.dumps({"wall": wall, "cpu": cpu, "rss": used.ru_maxrss / 2**20, "answer": answer}))


def _measure(folder: Path) -> list[str]:
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in CONTENDERS}
    stopped: set[str] = set()
    for turn in range(max(RUNS.values())):
        for name in (name for name in CONTENDERS if turn < RUNS[name] and name not in stopped):
            command = [sys.executable, "-m", "benchmarks.speed", "--one", name, str(folder)]
            try:
                made = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
                runs[name].append(json.loads(made.stdout))
            except subprocess.TimeoutExpired:
                stopped.add(name)
    _agree(runs)
    rows = runs["makegood"][0]["answer"]["rows"]
    base = median(run["wall"] for run in runs["makegood"])
    return [_row(rows, name, runs[name], base) for name in CONTENDERS]


def _row(rows: int, name: str, made: list[dict[str, Any]], base: float) -> str:
    if not made:
        return f"| {rows:,} | {name} | stopped after {PATIENCE} s | - | - | under {base / PATIENCE:.2f} |"
    wall, cpu, rss = (median(run[key] for run in made) for key in ("wall", "cpu", "rss"))
    return f"| {rows:,} | {name} | {wall:.1f} s | {cpu:.1f} s | {rss:.2f} GiB | {base / wall:.2f} |"


def _agree(runs: dict[str, list[dict[str, Any]]]) -> None:
    """All runs of a contender answer the same, and the contenders agree wherever both answer."""
    for name, made in runs.items():
        if any(run["answer"] != made[0]["answer"] for run in made):
            raise AssertionError(f"{name} gave different answers")
    mine = runs["makegood"][0]["answer"]
    for theirs in (runs[name][0]["answer"] for name in ("sum", "plain") if runs[name]):
        different = {key: (mine[key], value) for key, value in theirs.items() if mine[key] != value}
        if different:
            raise AssertionError(f"the answers differ: {different}")


def _page(lines: list[str]) -> str:
    return "\n".join(
        [
            "# Speed",
            "",
            f"`make bench` (`python -m benchmarks.speed`), {datetime.now(UTC):%Y-%m-%d}; {platform.system()}, "
            f"{os.cpu_count()} processors, Python {platform.python_version()}. Median of three runs in turn "
            "(plain: one run), each in a process of its own; start included in the processor time. The answers are "
            "compared: rows, faults, accounts, and attempts, tokens and money of every box agree to the last digit.",
            "",
            "- `makegood`: the whole assessment: rows settled, incidents, losses, terms, published data.",
            "- `sum`: DuckDB adding up the columns that an assessment reads, nothing else.",
            "- `plain`: the same answers without incidents, by the SQL one would write first: windows over all rows.",
            "",
            "| attempts | what | time | processor time | peak memory | makegood's time as a multiple |",
            "|---|---|---|---|---|---|",
            *lines,
            "",
        ]
    )


if __name__ == "__main__":
    main()
