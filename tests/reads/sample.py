"""Sample: one small month with four incidents and hostile names, as tables and the assessment they add up to."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from makegood.money import plain
from makegood.records.rows import quarantined_rows
from makegood.records.take import Intake, take
from makegood.records.warehouse import FILE_SHIFT, Warehouse
from makegood.spans import from_us, iso, moment, to_us

SCRIPT = "<script>alert('x')</script>"
FORMULA = '=HYPERLINK("http://example.invalid","click")'
REVERSED = "invoice\u202egnp.exe"
ENDLESS = "A" * 1000
MARKUP = "[bold red]ops[/bold red]"
KOREAN = "서울-결제팀"
ACCOUNTS = ("acme-search", "acme-support", KOREAN, SCRIPT, FORMULA, REVERSED, ENDLESS, MARKUP)
MODELS = (
    ("google", "generate_content", "gemini-2.5-pro"),
    ("google", "generate_content", "gemini-2.5-flash"),
    ("anthropic", "messages", "claude-sonnet-4-5"),
    ("openai", "chat.completions", "gpt-5-mini"),
)
BAD_TITLE = "Elevated errors <img src=x onerror=alert(1)>"
START, END = "2026-01-31T15:00:00Z", "2026-02-28T15:00:00Z"


@dataclass(frozen=True)
class Planted:
    """An incident of the sample; `bulletin` is (title, severity, start, end)."""

    id: str
    scope: tuple[str, str, str]
    start: str
    end: str
    percent: int
    basis: str
    bulletins: tuple[tuple[str, str, str, str | None], ...] = ()


PLANTED = (
    Planted(
        "inc-1",
        MODELS[0],
        "2026-02-05T02:10:00Z",
        "2026-02-05T02:52:00Z",
        100,
        "both",
        (("Gemini API returning 503 errors", "major", "2026-02-05T02:31:00Z", "2026-02-05T02:58:42Z"),),
    ),
    Planted("inc-2", MODELS[2], "2026-02-10T05:36:00Z", "2026-02-10T19:04:00Z", 25, "attempts"),
    Planted(
        "inc-3",
        MODELS[3],
        "2026-02-19T13:05:00Z",
        "2026-02-19T15:40:00Z",
        45,
        "both",
        (
            (BAD_TITLE, "partial", "2026-02-19T13:20:00Z", "2026-02-19T14:10:00Z"),
            ("Errors continue", "degraded", "2026-02-19T14:30:00Z", None),
        ),
    ),
    Planted(
        "inc-4",
        MODELS[1],
        "2026-02-24T01:00:00Z",
        "2026-02-24T01:27:00Z",
        0,
        "bulletin",
        (("Short disruption of Gemini Flash", "degraded", "2026-02-24T01:00:00Z", "2026-02-24T01:27:00Z"),),
    ),
)


@dataclass
class Sample:
    """The warehouse and the assessment of the same facts."""

    warehouse: Warehouse
    assessment: dict[str, Any]


def make_sample(folder: Path) -> Sample:
    """Make log files in `folder`, take them, add the tables of later rooms, and sum the assessment up."""
    spool = folder / "spool"
    spool.mkdir(parents=True)
    rng = random.Random(20260201)
    warehouse = Warehouse(spool, threads=1)
    paths = _write_logs(folder, rng)
    taken = take(warehouse, Intake(paths))
    _put_minutes(warehouse, 20260201)
    _put_waste(warehouse)
    rows = taken.tally
    tally = {
        "read": rows.read,
        "used": rows.used,
        "duplicate": rows.duplicate,
        "quarantined": rows.quarantined,
        "out_of_scope": rows.out_of_scope,
    }
    return Sample(warehouse, _assessment(warehouse, paths, tally))


def minute_of(text: str) -> int:
    return to_us(moment(text)) // 60_000_000


def _write_logs(folder: Path, rng: random.Random) -> tuple[Path, Path]:
    lines: list[str] = []
    number = 0
    for one in PLANTED[:3]:
        for _ in range(240):
            number += 1
            lines.append(json.dumps(_record(one, number, rng), ensure_ascii=False))
    lines.insert(7, "{not json at all <b>")
    lines.insert(19, '{"time": "2026-02-05T02:11:00Z", "provider": "google", "model": "=1+1", "status": -7}')
    half = len(lines) // 2
    first, second = folder / "calls-a.jsonl", folder / "calls-b.jsonl"
    first.write_text("\n".join(lines[:half]) + "\n", encoding="utf-8")
    second.write_text("\n".join(lines[half:] + lines[half + 40 : half + 46]) + "\n", encoding="utf-8")
    return first, second


def _record(one: Planted, number: int, rng: random.Random) -> dict[str, Any]:
    low, high = to_us(moment(one.start)), to_us(moment(one.end))
    unusable, known = number % 5 == 0, number % 3 != 0
    return {
        "time": iso(from_us(rng.randrange(low, high, 1000))),
        "account": ACCOUNTS[min(rng.randrange(12), rng.randrange(8), len(ACCOUNTS) - 1)],
        "provider": one.scope[0],
        "service": one.scope[1],
        "model": one.scope[2],
        "request_id": f"req-{number}",
        "call_id": f"call-{number // 2}",
        "status": 200 if unusable else 503,
        "error": None if unusable else "overloaded_error",
        "input_tokens": rng.randrange(200, 9000),
        "output_tokens": rng.randrange(1, 900) if unusable else 0,
        "usable": False if unusable else None,
        "charged": (f"0.{rng.randrange(10**6, 10**8):09d}" if unusable or number % 7 == 0 else "0") if known else None,
        "currency": "USD",
    }


def _put_minutes(warehouse: Warehouse, seed: int) -> None:
    rng = np.random.default_rng(seed)
    minute = np.arange(minute_of(START), minute_of(END))
    parts = []
    for provider, service, model in MODELS:
        hour = (minute // 60 + 9) % 24
        attempts = rng.integers(4, 9, len(minute)) + (12 - np.abs(12 - hour)) * 2
        share = np.full(len(minute), 0.002)
        for one in PLANTED:
            if one.scope[2] == model and one.percent:
                share[(minute >= minute_of(one.start)) & (minute < minute_of(one.end))] = one.percent / 100
        faults = rng.binomial(attempts, share)
        parts.append((provider, service, model, attempts, faults))
    edge = np.concatenate([np.where(faults > 0, minute * 60_000_000, 0) for *_, faults in parts])
    size = len(minute)
    warehouse.table_of(
        "minutes",
        provider=np.repeat([part[0] for part in parts], size),
        service=np.repeat([part[1] for part in parts], size),
        model=np.repeat([part[2] for part in parts], size),
        region=np.repeat("", size * len(parts)),
        minute=np.tile(minute, len(parts)),
        attempts=np.concatenate([part[3] for part in parts]),
        faults=np.concatenate([part[4] for part in parts]),
        first_fault_us=edge,
        last_fault_us=edge,
    )


def _put_waste(warehouse: Warehouse) -> None:
    """Boxes as the street would settle them: by the log's `charged`, every eleventh a repeat of the caller's own."""
    warehouse.run("""CREATE TABLE calls AS SELECT row_id, row_id // 2 AS call_no, 'call_id' AS basis FROM attempts""")
    warehouse.run("""CREATE TABLE waste AS
      SELECT row_id, time_us, account, provider, service, model, region, kind,
        CASE WHEN kind = 'caller' AND charged_nano > 0 THEN 'caller' WHEN kind = 'caller' THEN 'none'
          WHEN charged_nano > 0 THEN 'charged' WHEN charged_nano = 0 THEN 'not_charged' ELSE 'unknown' END AS box,
        input_tokens + output_tokens AS tokens, charged_nano AS amount_nano, currency
      FROM (SELECT *, CASE WHEN row_id % 11 = 0 THEN 'caller' WHEN row_id % 13 = 0 THEN 'duplicate'
        WHEN status = 200 THEN 'unusable' ELSE 'failed' END AS kind FROM attempts)""")
    cases = " ".join(f"WHEN '{one.scope[2]}' THEN '{one.id}'" for one in PLANTED)
    warehouse.run(f"CREATE TABLE incident_rows AS SELECT CASE model {cases} END AS incident, row_id FROM attempts")


def _box(warehouse: Warehouse, box: str) -> dict[str, Any]:
    kinds = ("caller",) if box == "caller" else ("failed", "unusable", "duplicate")
    made = {kind: _sums(warehouse, f"box = '{box}' AND kind = '{kind}'") for kind in kinds}
    return _sums(warehouse, f"box = '{box}'") | {"kinds": made}


def _sums(warehouse: Warehouse, where: str) -> dict[str, Any]:
    ((attempts, tokens, nano),) = warehouse.query(
        "SELECT COUNT(*), CAST(COALESCE(SUM(tokens), 0) AS BIGINT), CAST(SUM(amount_nano) AS BIGINT) "
        f"FROM waste WHERE {where}"
    )
    amounts = {} if nano is None else {"USD": plain(Decimal(nano).scaleb(-9))}
    return {"attempts": attempts, "tokens": tokens, "amounts": amounts}


def _accounts(warehouse: Warehouse) -> list[dict[str, Any]]:
    rows = warehouse.query("""SELECT account, COUNT(*),
        CAST(SUM(CASE WHEN box = 'charged' THEN tokens ELSE 0 END) AS BIGINT),
        CAST(SUM(CASE WHEN box = 'charged' THEN amount_nano ELSE 0 END) AS BIGINT)
      FROM waste GROUP BY account ORDER BY 4 DESC, 1""")
    return [
        {
            "account": account,
            "attempts": 40 * count,
            "faults": count,
            "wasted_tokens": tokens,
            "wasted": {"USD": plain(Decimal(nano).scaleb(-9))},
        }
        for account, count, tokens, nano in rows
    ]


def _incident(warehouse: Warehouse, one: Planted) -> dict[str, Any]:
    ((attempts, faults),) = warehouse.query(
        "SELECT CAST(SUM(attempts) AS BIGINT), CAST(SUM(faults) AS BIGINT) FROM minutes "
        "WHERE model = $model AND minute >= $low AND minute < $high",
        model=one.scope[2], low=minute_of(one.start), high=minute_of(one.end),
    )  # fmt: skip
    wide = 3 if one.percent < 100 else 0
    return {
        "id": one.id,
        "start": one.start,
        "end": one.end,
        "start_range": [_shifted(one.start, -wide), _shifted(one.start, wide)],
        "end_range": [_shifted(one.end, -wide), _shifted(one.end, 2 * wide)],
        "scope": dict(zip(("provider", "service", "model"), one.scope, strict=True)) | {"region": None},
        "attempts": attempts,
        "faults": faults if one.percent else 0,
        "accounts": 8 if one.percent else 0,
        "basis": one.basis,
        "bulletins": [_bulletin(one.id, place, *told) for place, told in enumerate(one.bulletins)],
    }


def _shifted(text: str, minutes: int) -> str:
    return iso(from_us(to_us(moment(text)) + minutes * 60_000_000))


def _bulletin(incident: str, place: int, title: str, severity: str, start: str, end: str | None) -> dict[str, Any]:
    seconds = int((moment(end or END) - moment(start)).total_seconds())
    return {
        "id": f"{incident}-{place}",
        "title": title,
        "severity": severity,
        "kind": "downtime",
        "start": start,
        "end": end,
        "minutes": plain((Decimal(seconds) / 60).quantize(Decimal("0.01"))),
        "url": "javascript:alert(1)" if "img" in title else "https://status.example.invalid/incidents/1",
        "source": "status.json",
    }


def _assessment(warehouse: Warehouse, paths: tuple[Path, Path], rows: dict[str, int]) -> dict[str, Any]:
    return {
        "schema": "makegood/assessment/1",
        "hash": "5f1d3c0f" * 8,
        "params": {
            "inputs": [{"path": path.name, "format": "canonical", "kind": "attempts"} for path in paths],
            "period": {"start": START, "end": END, "zone": "Asia/Seoul"},
            "account": None,
            "bill": {"amount": "12000", "currency": "USD"},
            "terms": ["google-gemini", "amazon-bedrock", "anthropic"],
            "currency": None,
            "now": "2026-03-02T09:30:00Z",
            "bulletins": ["status.json"],
            "charges": [],
        },
        "rows": rows,
        "quarantine": [vars(one).copy() for one in quarantined_rows(warehouse, 100)],
        "incidents": [_incident(warehouse, one) for one in PLANTED],
        "waste": {box: _box(warehouse, box) for box in ("charged", "not_charged", "unknown", "caller")},
        "accounts": _accounts(warehouse),
        "readings": READINGS,
        "verdicts": VERDICTS,
        "overbilling": OVERBILLING,
        "notes": NOTES,
    }


def _scope(provider: str, service: str | None = None) -> dict[str, str | None]:
    return {"provider": provider, "service": service, "model": None, "region": None}


LEFT_OUT = [{"title": "Access to a model suspended", "why": "not plainly downtime (access)"}]
READINGS: list[dict[str, Any]] = [
    {
        "scope": _scope("anthropic"),
        "component": "Claude API",
        "reading": name,
        "variant": variant,
        "basis": "bulletins",
        "availability": {"fraction": fraction, "decimal": decimal} if decimal else None,
        "down_minutes": down,
        "added_minutes": added,
        "total_minutes": "44640",
        "complete": True,
        "bulletins": count,
        "left_out": [] if variant == "with_doubtful" else LEFT_OUT,
    }
    for name, variant, fraction, decimal, down, added, count in (
        ("all", "with_doubtful", "35613/37093", "96.009544", "1781.36", "1814.41", 29),
        ("all", "without_doubtful", "35913/37093", "96.818215", "1421.02", "1454.07", 26),
        ("outage_only", "with_doubtful", "36713/37492", "97.922697", "927.31", "927.31", 11),
        ("outage_only", "without_doubtful", "36713/37492", "97.922697", "927.31", "927.31", 11),
        ("major_only", "with_doubtful", "", None, "0", "0", 0),
    )
] + [
    {
        "scope": _scope("anthropic"),
        "component": None,
        "reading": "requests",
        "variant": None,
        "basis": "attempts",
        "availability": {"fraction": "9941/100", "decimal": "99.41"},
        "attempts": 500000,
        "faults": 2950,
    }
]

VERDICTS: list[dict[str, Any]] = [
    {
        "terms": "google-gemini",
        "version": "2025-06-30",
        "scope": _scope("google", "generate_content"),
        "period": {"start": "2026-02-01T08:00:00Z", "end": "2026-03-01T08:00:00Z"},
        "verdict": "owed",
        "reasons": ["below_commitment"],
        "clause": "credits.table.1",
        "source": "https://cloud.example.invalid/gemini/sla",
        "source_date": "2026-01-12",
        "measure": {"name": "uptime_percent", "fraction": "1007/1008", "decimal": "99.900794"},
        "amount": {"exact": "1200.005", "rounded": {"half_up": "1200.01", "floor": "1200.00"}, "currency": "USD"},
        "form": "credit",
        "deadline": "2026-03-30T14:59:59Z",
        "readings": [{"id": "days_30", "about": "deadline", "used": True, "says": "30 days from the end of the month",
                      "clause": "claims.deadline", "status": "P", "outcome": {"deadline": "2026-03-30T14:59:59Z"}}],
        "missing": ["logs", "request_log"],
        "steps": [
            {"part": "measure", "clause": "definitions.uptime", "status": "P",
             "input": {"minutes": "40320", "bad_minutes": "42"},
             "arithmetic": "(40320 - 40) / 40320", "outcome": "counted_minutes:40"},
            {"part": "commitment", "clause": "slo.online", "status": "P", "input": {},
             "arithmetic": "99.900794 % >=99.9", "outcome": "below_commitment"},
            {"clause": "credits.table.1", "input": {"bill": "12000.05 USD"},
             "arithmetic": "12000.05 USD * 10 / 100", "outcome": "1200.005"},
        ],
    },
    {
        "terms": "anthropic", "version": "2025-09-01", "scope": _scope("anthropic"), "verdict": "goodwill",
        "reasons": ["no_sla", "charged_waste"], "clause": "no_sla",
        "source": "https://www.example.invalid/terms", "source_date": "2026-01-20", "measure": None,
        "amount": {"exact": "7.4", "rounded": {"half_up": "7.40", "floor": "7.40"}, "currency": "USD"},
        "form": "credit", "deadline": None, "readings": [], "missing": [],
        "steps": [{"input": {"wasted": "7.4 USD"}, "clause": "no_sla",
                   "arithmetic": "what was charged for nothing received", "outcome": "charged_waste"}],
    },
    {
        "terms": "amazon-bedrock", "version": "2024-11-01", "scope": _scope("aws.bedrock"), "verdict": "unknown",
        "reasons": ["no_attempts_in_scope"], "clause": "coverage", "source": "javascript:alert(2)",
        "source_date": None, "measure": None, "amount": None, "form": "none", "deadline": None,
        "readings": [], "missing": [], "steps": [],
    },
]  # fmt: skip

OVERBILLING: dict[str, Any] = {
    "open": {"USD": "0.940109"},
    "days": [
        {"day": "2026-02-03", "priced": "41.203318", "billed": "41.203318", "difference": "0", "state": "agrees"},
        {"day": "2026-02-04", "priced": "39.118204", "billed": "44.001904", "difference": "4.8837", "state": "moved"},
        {"day": "2026-02-05", "priced": "22.774101", "billed": "17.890401", "difference": "-4.8837", "state": "moved"},
        {"day": "2026-02-06", "priced": "40.900001", "billed": "41.840110", "difference": "0.940109", "state": "open"},
    ],
    "moves": [{"from": ["2026-02-05"], "to": "2026-02-04", "amount": "4.8837", "currency": "USD"}],
}

NOTES: list[dict[str, Any]] = [
    {"code": "retries_not_shown", "params": {"format": "otlp"},
     "text": "otlp records a call as one span over all its automatic retries, so retries cannot be shown."},
    {"code": "something_new", "params": {}, "text": "A note that no catalogue knows yet."},
]  # fmt: skip
assert FILE_SHIFT == 40
