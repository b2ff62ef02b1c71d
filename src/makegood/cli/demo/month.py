"""Make: a plausible month of attempts with its status pages and bill, the same to the byte for the same seed."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np

from makegood.cli.demo.attempts import make_attempts
from makegood.cli.demo.customers import customers
from makegood.cli.demo.dice import Flags, Ints
from makegood.cli.demo.log import write_attempts
from makegood.cli.demo.pages import PAGES, opened, page_of
from makegood.cli.demo.planted import BOXES, CURRENCY, KINDS, Box, Planted, PlantedIncident, PlantedVerdict, Sums
from makegood.cli.demo.rows import LABELS, NOT_KNOWN, Rows
from makegood.cli.demo.world import DAY_US, DAYS, END, MODELS, PLANS, PROVIDERS, START, START_US, VERTEX, Plan
from makegood.money import plain
from makegood.records.take import Progress
from makegood.spans import iso

_ORGANISATION = "org-made-up\tMade-up month"
_COST_HEADINGS = (
    "start_time\tend_time\tstart_time_iso\tend_time_iso\tamount_value\tamount_currency\tline_item\tproject_id\t"
    "organization_id\torganization_name"
)


_CREDIT_PERCENT = 10  # what google-gemini grants below 99.5 %, down to 99 %: where the planted failure puts September


def make_month(folder: Path, seed: int = 20250610, tell: Progress = lambda *_: None) -> Planted:
    """Write September 2026 into the folder and return what was planted in it.

    Files: attempts-<first day>.parquet a week, late.jsonl (rows that came late, again, or broken), bulletins.json (the
    page of openai), bulletins-anthropic.json, bulletins-google.json, costs.tsv (openai's cost export), customers.csv
    (who holds the accounts) and planted.json.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tell("making a month of attempts", 0, 3)
    rows = make_attempts(seed)
    tell("writing the log", 1, 3)
    log = write_attempts(folder, rows, seed)
    tell("writing bill and status pages", 2, 3)
    _write(folder / "costs.tsv", _costs(rows))
    _write(folder / "customers.csv", customers())
    pages = tuple(PAGES[name].file for name in PROVIDERS)
    for provider, name in zip(PROVIDERS, pages, strict=True):
        _write(folder / name, json.dumps(page_of(provider), indent=1) + "\n")
    bills = {name: _total(rows.charged, _of(rows, name) & (rows.charged > 0)) for name in PROVIDERS}
    planted = Planted(
        seed=seed,
        start=iso(START),
        end=iso(END),
        rows=log.rows,
        incidents=tuple(_incident(plan) for plan in PLANS),
        waste={box: _box(rows, box) for box in BOXES},
        verdicts=(
            PlantedVerdict("google-gemini", "owed", plain(Decimal(bills[VERTEX] * _CREDIT_PERCENT).scaleb(-11))),
            PlantedVerdict("anthropic", "goodwill", _usd(_total(rows.charged, _lost(rows) & _of(rows, "anthropic")))),
            PlantedVerdict("openai", "goodwill", _usd(_total(rows.charged, _lost(rows) & _of(rows, "openai")))),
        ),
        bills={name: _usd(nano) for name, nano in bills.items()},
        files={
            "attempts": log.files,
            "bulletins": pages,
            "charges": ("costs.tsv",),
            "customers": ("customers.csv",),
        },
    )
    _write(folder / "planted.json", json.dumps(planted.as_json(), indent=1) + "\n")
    return planted


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _of(rows: Rows, provider: str) -> Flags:
    mine: Flags = np.array([one.provider == provider for one in MODELS])[rows.model]
    return mine


def _total(values: Ints, mask: Flags) -> int:
    return int(values[mask].sum())  # int64: a month's nano-dollars stay far below 2^63


def _usd(nano: int) -> str:
    return plain(Decimal(nano).scaleb(-9))


def _costs(rows: Rows) -> str:
    """The openai cost export: a row a day, UTC days, the sum of what was charged for that day's attempts."""
    lines = [_COST_HEADINGS]
    day_of = (rows.time_us - START_US) // DAY_US
    paid = _of(rows, "openai") & (rows.charged > 0)
    for day in range(DAYS):
        start, end = START + timedelta(days=day), START + timedelta(days=day + 1)
        amount = _usd(_total(rows.charged, paid & (day_of == day)))
        stamps = f"{int(start.timestamp())}\t{int(end.timestamp())}\t{start.isoformat()}\t{end.isoformat()}"
        lines.append(f"{stamps}\t{amount}\t{CURRENCY.lower()}\t\t\t{_ORGANISATION}")
    return "\n".join(lines) + "\n"


def _incident(plan: Plan) -> PlantedIncident:
    told = opened(plan)
    return PlantedIncident(
        what=plan.what,
        provider=plan.scope.provider or "",
        model=plan.scope.model,
        start=iso(plan.span.start),
        end=iso(plan.span.end),
        page_opened=iso(told) if told else None,
    )


def _box(rows: Rows, box: str) -> Box:
    """What belongs into a box by the labels that the rows got when they were made."""
    inside = _in_box(rows, box)
    if box == "caller":
        return Box(_sums(rows, inside & _labelled(rows, "caller"), box), {})
    kinds = {kind: inside & _labelled(rows, kind) for kind in KINDS}
    whole: Flags = np.logical_or.reduce(list(kinds.values()))
    return Box(_sums(rows, whole, box), {kind: _sums(rows, mask, box) for kind, mask in kinds.items()})


def _lost(rows: Rows) -> Flags:
    """Charged, and nothing was delivered for it by the provider's failure."""
    lost: Flags = np.logical_or.reduce([_labelled(rows, kind) for kind in KINDS]) & _in_box(rows, "charged")
    return lost


def _labelled(rows: Rows, label: str) -> Flags:
    labelled: Flags = rows.label == LABELS.index(label)
    return labelled


def _in_box(rows: Rows, box: str) -> Flags:
    inside: Flags = {"unknown": rows.charged == NOT_KNOWN, "not_charged": rows.charged == 0}.get(box, rows.charged > 0)
    return inside


def _sums(rows: Rows, mask: Flags, box: str) -> Sums:
    tokens = _total(rows.input_tokens + rows.output_tokens, mask)
    amount = None if box == "unknown" else _usd(_total(rows.charged, mask))
    return Sums(int(np.count_nonzero(mask)), tokens, amount)
