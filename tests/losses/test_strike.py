"""Strike: what a past incident would have cost on the own calls, by figures counted by hand and by a naive reading."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from makegood.engine import Audit
from makegood.errors import BadUse
from makegood.losses.exposure import Target
from makegood.losses.exposure_paths import Rates, Route, Step
from makegood.losses.strike import struck
from makegood.losses.toll import Replay
from makegood.records.warehouse import Warehouse
from tests.losses.auditing import FAILED, attempt, audited, written

TABLE = "case_id,provider,product,basis,start_utc,end_utc,minutes,peak_error_pct,source,source_kind,note\n"
# START is Monday 2026-03-02: minutes 60 to 160 of it, two weeks before.
HOUR = "made-up,OpenAI,API,page,2026-02-16T01:00:00Z,2026-02-16T02:40:00Z,100,20,https://status.example/1,made,\n"
CHAT = {"route": "chat", "upstream": "first", "reason": "first"}
SECOND = {"provider": "mistral", "model": "small", "upstream": "second"}


def world() -> list[dict[str, Any]]:
    """A call a minute for 300 minutes by chat; every tenth fails and is answered elsewhere; and 50 calls of embed.

    Of the 30 failing attempts ten were charged 0.003, and of ten nobody knows.
    """
    rows = []
    for n in range(300):
        failed = n % 10 == 0
        charged = {0: "0.003", 1: None, 2: "0"}[n // 10 % 3] if failed else "0.001"
        outcome = FAILED | {"status": 0, "error": "timeout", "charged": charged} if failed else {}
        rows.append(attempt(n, f"c{n}", **CHAT | outcome))
        if failed:
            rows.append(attempt(n, f"c{n}", **CHAT | SECOND | {"reason": "failover"}, retry=1))
    return rows + [attempt(100 + n, f"e{n}", **CHAT | {"route": "embed", "model": "ada"}) for n in range(50)]


def routes() -> tuple[Route, ...]:
    """The declared prices: the second upstream costs 1.5 times the first."""
    first = Step(Target("openai", "gpt-4o", upstream="first"), True, _rates("2", "8"))
    second = Step(Target("mistral", "small", upstream="second"), False, _rates("3", "12"))
    return (Route("chat", (first, second)),)


def _rates(entered: str, out: str) -> Rates:
    return Rates(Decimal(entered), Decimal(entered), Decimal(out), "USD")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """The made-up incident laid on the small world, and the same of a provider that the log does not hold."""
    folder = tmp_path_factory.mktemp("strike")
    (folder / "incidents.csv").write_text(TABLE + HOUR + HOUR.replace("OpenAI", "Cohere").replace("made-up", "other"))
    return audited(written(folder / "log.jsonl", world()), files=(folder / "incidents.csv",), routes=routes())


def _made_up(found: Audit) -> Replay:
    (replay,) = [one for one, _ in found.replays if one.past.id == "made-up"]
    return replay


def test_where_the_log_has_no_calls_of_its_provider_the_one_with_the_most_stands_in(found: Audit):
    (other,) = [one for one, _ in found.replays if one.past.id == "other"]
    assert (other.on, other.stands_in, other.why_not) == (("openai",), True, None)  # 350 calls; mistral has 30
    assert other.readings[0].whole == _made_up(found).readings[0].whole


def test_with_and_without_the_alternative_by_hand(found: Audit):
    replay = _made_up(found)
    assert replay.laid is not None
    assert (replay.laid.rule, replay.laid.days, replay.stands_in) == ("weeks", 14, False)
    (reading,) = replay.readings
    assert (reading.whole.calls, reading.whole.attempts, reading.failed) == (150, 150, 10)  # 100 of chat, 50 of embed
    stated, total = reading.tolls
    assert (stated.share, total.share) == (Fraction(1, 5), 1)
    assert (stated.calls, total.calls) == (30, 150)
    assert (stated.taken, total.taken, total.left) == (20, 100, 50)  # all of chat: there no detour ever failed
    # 90 answered of chat and 50 of embed at 0.001; of ten timed out 0.003 for four, not known for three
    assert total.spend == {"USD": Fraction("0.14") + 4 * Fraction("0.003")}
    assert stated.spend == {"USD": total.spend["USD"] / 5}
    assert (total.spend_unknown, stated.spend_unknown) == (3, Fraction(3, 5))
    # 90 answers of 1000 tokens in and 100 out, a third part of 3 and 12 a million dearer
    assert total.extra == {"USD": 90 * (Fraction(1000 * 1 + 100 * 4, 1_000_000))}
    assert stated.extra == {"USD": total.extra["USD"] / 5}
    assert total.extra_unknown == 0


def test_retries_cost_what_failures_cost_before(found: Audit):
    replay = _made_up(found)
    total = replay.readings[0].tolls[-1]
    # 30 failing calls so far: ten charged 0.003; ten more, of which nobody knows, would be 0.0025 at the list
    assert total.retries_least == {"USD": Fraction("0.03") / 30 * 150}
    assert total.retries_most == {"USD": (Fraction("0.03") + 10 * Fraction("0.0025")) / 30 * 150}


def test_the_incident_of_june_2025_on_the_azure_trace_as_a_naive_reading_counts_it(shared: Path):
    trace = shared / "data" / "azure_llm_trace_2023" / "AzureLLMInferenceTrace_conv.csv"
    with trace.open(newline="", encoding="utf-8") as rows:
        times = [datetime.fromisoformat(row["TIMESTAMP"][:26]).replace(tzinfo=UTC) for row in csv.DictReader(rows)]
    day = datetime(2023, 11, 16, tzinfo=UTC)  # the log holds one hour of a Thursday, and no Tuesday
    windows = [
        (day.replace(hour=6, minute=36), day.replace(hour=19, minute=30)),
        (day.replace(hour=9), day.replace(hour=15)),
    ]
    counts = [sum(start <= at < end for at in times) for start, end in windows]
    assert counts == [19366, 0]
    found = audited(trace, days=(date(2025, 6, 10),))
    ((replay, paid),) = found.replays
    assert replay.laid is not None
    assert (replay.laid.rule, replay.stands_in, replay.on) == ("days", True, ("azure.ai.openai",))
    api, peak = replay.readings
    assert (api.span.start, api.span.end) == windows[0]
    assert (api.whole.calls, peak.whole.calls, peak.observed) == (*counts, None)
    assert [toll.calls for toll in api.tolls] == [Fraction(counts[0], 4), counts[0]]
    assert {toll.taken for toll in api.tolls} == {0}
    assert {one.played[0].leading.verdict for one in paid} == {"unknown"}  # what azure counts is not published


def test_every_nth_attempt_is_struck_and_what_was_logged_comes_back(tmp_path: Path):
    warehouse = Warehouse(tmp_path, memory_mb=256)
    try:
        log = written(tmp_path / "log.jsonl", world())
        (tmp_path / "incidents.csv").write_text(TABLE + HOUR)
        _audit(warehouse, log, tmp_path / "incidents.csv")
        before = warehouse.query("FROM faulty ORDER BY row_id")
        with struck(warehouse, "1.1", Fraction(1, 5)):
            hit = warehouse.query("SELECT time_us // 60000000 FROM faulty WHERE status = 503 ORDER BY 1")
            assert len(hit) == 30
            assert warehouse.one("SELECT COUNT(*) - COUNT(DISTINCT row_id) FROM faulty") == 0
        assert warehouse.query("FROM faulty ORDER BY row_id") == before
        with pytest.raises(ZeroDivisionError), struck(warehouse, "1.1", Fraction(1)):
            _ = 1 / 0
        assert warehouse.query("FROM faulty ORDER BY row_id") == before
    finally:
        warehouse.close()


def _audit(warehouse: Warehouse, log: Path, incidents: Path) -> None:
    from makegood.engine import AuditParams, Params, audit
    from tests.losses.auditing import NOW

    audit(AuditParams(Params((log,), NOW), files=(incidents,)), warehouse)


def test_a_provider_that_the_log_does_not_hold_is_refused(tmp_path: Path):
    log = written(tmp_path / "log.jsonl", [attempt(1, "c"), attempt(2, "d", provider="mistral")])
    with pytest.raises(BadUse, match="--on 'cohere' is no provider of this log; it holds calls to mistral, openai"):
        audited(log, days=(date(2025, 6, 10),), on="cohere")


def test_days_without_an_incident_and_files_without_an_outage_are_refused(tmp_path: Path):
    log = written(tmp_path / "log.jsonl", [attempt(1, "c")])
    with pytest.raises(BadUse, match=r"--replay 2025-06-01: no incident is listed for that day; .*2025-06-10"):
        audited(log, days=(date(2025, 6, 1),))
    (tmp_path / "chat.csv").write_text(TABLE + HOUR.replace("API", "ChatGPT"))
    with pytest.raises(BadUse, match="holds no outage of a provider's models"):
        audited(log, files=(tmp_path / "chat.csv",))
