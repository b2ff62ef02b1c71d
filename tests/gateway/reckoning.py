"""Reckoning: what a gateway recorded beside what the demo providers counted; every attempt once on both sides."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from makegood.gateway.demo.ledger import Met
from makegood.records import attempts_folder
from makegood.records.names import call_id_of
from makegood.records.recorded import RECORDER_STOPPED

LEFT = "client_disconnect"
# Of these the provider's status never arrives.
_SILENT = {"timeout_before", "timeout_after", "reset_before"}
# Of these the id that came is not the provider's.
_NAMELESS = {"html_502", "echo_400"}
# Of these a caller has all that there was, and the log must say so.
_WHOLE = {"fine", "slow_drip"}
_SPOILT = {
    "cut",
    "malformed",
    "empty",
    "error_first",
    "error_after_200",
    "wrong_length",
    "short_length",
    "reset_mid_stream",
}


@dataclass
class Reckoned:
    """`faults` are what does not agree; `kinds` counts attempts by what the provider did; `stopped` are rows of
    attempts whose end the recorder did not live to see; `unmet` such that never reached a provider."""

    faults: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    met: int = 0
    stopped: int = 0
    unmet: int = 0
    left: int = 0
    tokens: int = 0

    def __str__(self) -> str:
        return f"{self.rows} rows, {self.met} met, {self.stopped} stopped, {self.unmet} unmet, {self.left} given up"


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """Every row of an attempts folder, sealed or not, as it stands; what began without an end included, once."""
    found: list[dict[str, Any]] = []
    parts = [str(one) for one in attempts_folder.parts(folder)]
    if parts:
        table = duckdb.connect().execute(
            "SELECT * REPLACE (epoch_us(time) AS time) FROM read_parquet($parts, union_by_name := true)",
            {"parts": parts},
        )
        names = [one[0] for one in table.description]
        found += [dict(zip(names, row, strict=True)) for row in table.fetchall()]
    sealed = attempts_folder.sealed_writers(folder)
    for journal in attempts_folder.journals(folder):
        if attempts_folder.writer_of(journal) not in sealed:
            found += [json.loads(line) for line in journal.read_bytes().splitlines() if line.endswith(b"}")]
    return found


def reckon(
    rows: Sequence[dict[str, Any]], met: dict[str, Iterable[Met]], salt: bytes, killed: bool = False
) -> Reckoned:
    """Hold the rows beside what each provider (by its name in the rows) met. `killed` allows rows without an end."""
    out = Reckoned(rows=len(rows))
    twice = [one for one, count in Counter(row["attempt"] for row in rows).items() if count > 1]
    out.faults += [f"attempt {one} is recorded twice" for one in twice]
    for provider, counted in met.items():
        own = [row for row in rows if row["provider"] == provider]
        _reckon_one(own, list(counted), salt, killed, out)
    strange = {row["provider"] for row in rows} - set(met)
    out.faults += [f"rows of {one}, whom nobody asked" for one in strange]
    return out


def _reckon_one(rows: list[dict[str, Any]], met: list[Met], salt: bytes, killed: bool, out: Reckoned) -> None:
    out.met += len(met)
    out.kinds.update(one.did for one in met)
    by_id = defaultdict(list)
    for row in rows:
        by_id[row["request_id"]].append(row)
    unnamed = defaultdict(list)
    for row in by_id.pop(None, []):
        unnamed[row["call_id"]].append(row)
    for one in [id for id in by_id if id.startswith("h-")]:
        for row in by_id.pop(one):
            unnamed[row["call_id"]].append(row)
    for one in met:
        own = [] if one.did in _NAMELESS else by_id.pop(one.id, [])
        if len(own) > 1:
            out.faults.append(f"{one.id} is recorded {len(own)} times")
        if own:
            _agree(own[0], one, killed, out)
            continue
        waiting = unnamed[call_id_of(one.call, salt)]
        fits = sorted(
            (row for row in waiting if _may_be(row, one)), key=lambda row: row["error"] in (RECORDER_STOPPED, LEFT)
        )
        fit = next(iter(fits), None)
        if fit is None:
            out.faults.append(f"{one.id} ({one.did}, call {one.call}) is not recorded")
        else:
            waiting.remove(fit)
            _agree(fit, one, killed, out)
    out.faults += [f"request id {one} is recorded, and no provider gave it" for one in by_id]
    for row in (row for waiting in unnamed.values() for row in waiting):
        never_met = row["status"] == 0 and (row["error"] in (RECORDER_STOPPED, LEFT) or _unsent(row))
        if killed and row["error"] == "timeout":  # a gateway's start takes the processor from everybody here
            never_met = True
        if not never_met or (row["error"] == RECORDER_STOPPED and not killed):
            out.faults.append(f"a row of status {row['status']} {row['error']}, call {row['call_id']}, that nobody met")
        out.unmet += never_met


def _unsent(row: dict[str, Any]) -> bool:
    return str(row["error"]).startswith("connect_")


def _may_be(row: dict[str, Any], one: Met) -> bool:
    """Without an id of the provider's: the same service, and no answer where one was given only if the end is lost."""
    if row["service"] != one.service:
        return False
    if row["status"]:
        return one.did in _NAMELESS and row["status"] == one.status
    return one.did in (*_SILENT, "short_length") or row["error"] in (RECORDER_STOPPED, LEFT)


def _agree(row: dict[str, Any], one: Met, killed: bool, out: Reckoned) -> None:
    where = f"{one.id} ({one.did}, {one.service}{', streamed' if one.streamed else ''})"
    if row["error"] == RECORDER_STOPPED:
        out.stopped += 1
        if not killed:
            out.faults.append(f"{where} has no end, and nobody was killed")
        return
    if row["error"] == LEFT:
        out.left += 1
        return
    wanted = 0 if one.did in (*_SILENT, "short_length") else one.status
    if row["status"] != wanted:
        out.faults.append(f"{where} is recorded with status {row['status']}, not {wanted}")
    if (row["service"], row["model"], row["streamed"]) != (one.service, one.model, one.streamed):
        out.faults.append(f"{where} is recorded as {row['service']} {row['model']} {row['streamed']}")
    _usable(row, one, where, out)
    _tokens(row, one, where, out)


def _usable(row: dict[str, Any], one: Met, where: str, out: Reckoned) -> None:
    if one.did in _WHOLE and row["usable"] is not True:
        out.faults.append(f"{where} is recorded as not usable: {row['error']}")
    whole = one.did == "wrong_length" and one.streamed  # its last event came, and only then the connection broke
    if one.did in _SPOILT and row["status"] and not whole and row["usable"] is not False:
        out.faults.append(f"{where} is recorded with usable {row['usable']}")


def _tokens(row: dict[str, Any], one: Met, where: str, out: Reckoned) -> None:
    told = (row["input_tokens"], row["cached_tokens"], row["output_tokens"])
    counted = (one.input_tokens, one.cached_tokens, one.output_tokens)
    if one.did in (*_WHOLE, "empty"):
        out.tokens += sum(told) - told[1]
        if told != (counted if one.tells else (0, 0, 0)):
            out.faults.append(f"{where} is recorded with tokens {told}, not {counted}")
    elif any(mine > theirs for mine, theirs in zip(told, counted, strict=True)):
        out.faults.append(f"{where} is recorded with tokens {told}, more than {counted}")
