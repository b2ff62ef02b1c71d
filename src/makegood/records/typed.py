"""Typing: SQL that turns a column's text into its packed value, or says why it cannot."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from makegood.money import NO_CURRENCY
from makegood.records.attempt import COLUMNS, IDS, REQUIRED, Column
from makegood.spans import moment, to_us

FIRST_US = to_us(moment("2000-01-01T00:00:00Z"))
END_US = to_us(moment("2100-01-01T00:00:00Z"))
COUNT_LIMIT = 1_000_000_000_000  # tokens; more in one attempt is a broken counter
RETRY_LIMIT = 32_767
TEXT_LIMIT = 1024
SHOWN_LIMIT = 40  # a refused value longer than this is no slip of the pen but text, perhaps a customer's own
_WHOLE = r"^[+-]?\d{1,18}(\.0{1,18})?$"
_NUMBER = r"^[+-]?\d{1,20}(\.\d{1,20})?$"
_TRUE = "('true', 't', '1', 'yes')"
_FALSE = "('false', 'f', '0', 'no')"


@dataclass(frozen=True)
class Defaults:
    """What stands in where a row names no account or no currency."""

    account: str = "unknown"
    currency: str = NO_CURRENCY


def quoted(text: str) -> str:
    """The text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def one_file(path: Path) -> str:
    """The path as an SQL string literal that names this very file: the engine reads bare names as patterns."""
    return quoted(re.sub(r"[*?\[]", lambda mark: f"[{mark[0]}]", str(path.absolute())))


def packed(source: str, defaults: Defaults) -> str:
    """SELECT from canonical text columns: packed, with `line`, `seq`, `own_id`, `reason` (NULL: usable)."""
    values = ",\n  ".join(
        f"{_value(column, defaults)} AS {_packed_name(column)}" for column in COLUMNS if column.name != "time"
    )
    reasons = ",\n    ".join(_reason(column) for column in COLUMNS)
    return f"""
SELECT line, seq, own_id,
  time_us, CAST(time_us // 60000000 AS BIGINT) AS minute,
  {values},
  COALESCE(bad,
    {reasons},
    CASE WHEN {_count("cached_tokens")} > {_count("input_tokens")}
      THEN 'cached_tokens is more than input_tokens, of which it is a part' END
  ) AS reason
FROM (SELECT *, {_time_us()} AS time_us FROM ({source}))"""


def _packed_name(column: Column) -> str:
    return "charged_nano" if column.name == "charged" else column.name


def _value(column: Column, defaults: Defaults) -> str:
    name = column.name
    instead = {"account": defaults.account, "currency": defaults.currency}.get(name, "")
    return {
        "text": name if name in IDS else f"COALESCE({name}, {quoted(instead)})",
        "count": f"{_count(name)}" if name != "retry" else f"CAST({_count(name)} AS INTEGER)",
        "status": f"TRY_CAST({_whole(name)} AS INTEGER)",
        "duration": f"CASE WHEN {name} IS NULL THEN -1 ELSE {_duration(name)} END",
        "flag": f"CASE WHEN LOWER({name}) IN {_TRUE} THEN 1 WHEN LOWER({name}) IN {_FALSE} THEN 0 ELSE -1 END",
        "amount": f"TRY_CAST(CAST({_amount(name)} AS DECIMAL(28,9)) * 1000000000 AS BIGINT)",
        "currency": f"UPPER(COALESCE({name}, {quoted(instead)}))",
    }[column.kind]


def _reason(column: Column) -> str:
    name = column.name
    shown = f"CASE WHEN LENGTH({name}) <= {SHOWN_LIMIT} THEN '''' || {name} || ''''"
    cut = f"{shown} ELSE '(' || LENGTH({name}) || ' characters)' END"
    if column.kind == "time":
        return (
            "CASE WHEN time IS NULL THEN 'time is missing' "
            f"WHEN time_us IS NULL THEN 'time is not a time: ' || {cut} "
            f"WHEN time_us < {FIRST_US} OR time_us >= {END_US} "
            f"THEN 'time lies outside the years 2000 to 2099: ' || {cut} END"
        )
    wrong = {
        "text": (f"LENGTH({name}) > {TEXT_LIMIT}", f"is longer than {TEXT_LIMIT} characters: "),
        "count": (
            f"{_count(name)} IS NULL OR {_count(name)} < 0 OR {_count(name)} > {_limit(name)}",
            "is not a count (a whole number, 0 or more): ",
        ),
        "status": (
            f"COALESCE({_whole(name)} NOT BETWEEN 0 AND 999, TRUE)",
            "is not an HTTP status (0 to 999; 0 = no response): ",
        ),
        "duration": (f"COALESCE({_duration(name)} < 0, TRUE)", "is not a length of time in milliseconds: "),
        "flag": (f"LOWER({name}) NOT IN {_TRUE} AND LOWER({name}) NOT IN {_FALSE}", "is neither true nor false: "),
        "amount": (f"COALESCE({_amount(name)} < 0, TRUE)", "is not an amount (a decimal, 0 or more): "),
        "currency": (f"NOT regexp_full_match({name}, '[A-Za-z]{{3}}')", "is not an ISO 4217 code: "),
    }[column.kind]
    missing = f"WHEN {name} IS NULL THEN '{name} is missing' " if name in REQUIRED else ""
    return f"CASE {missing}WHEN {name} IS NOT NULL AND ({wrong[0]}) THEN '{name} {wrong[1]}' || {cut} END"


def _limit(name: str) -> int:
    return RETRY_LIMIT if name == "retry" else COUNT_LIMIT


def _whole(name: str) -> str:
    value = f"TRY_CAST(TRY_CAST({name} AS DECIMAL(38,18)) AS BIGINT)"
    return f"CASE WHEN regexp_full_match({name}, '{_WHOLE}') THEN {value} END"


def _count(name: str) -> str:
    return f"CASE WHEN {name} IS NULL THEN 0 ELSE {_whole(name)} END"


def _duration(name: str) -> str:
    return f"TRY_CAST(ROUND(TRY_CAST({name} AS DECIMAL(38,9))) AS INTEGER)"


def _amount(name: str) -> str:
    return f"TRY_CAST(ROUND(TRY_CAST({name} AS DECIMAL(38,18)), 9) AS DECIMAL(18,9))"


def _time_us() -> str:
    number = "TRY_CAST(time AS DECIMAL(38,9))"
    return (
        f"CASE WHEN regexp_full_match(time, '{_NUMBER}') THEN CAST(FLOOR(CASE "
        f"WHEN ABS({number}) < 100000000000 THEN {number} * 1000000 "
        f"WHEN ABS({number}) < 100000000000000 THEN {number} * 1000 "
        f"WHEN ABS({number}) < 100000000000000000 THEN {number} "
        f"ELSE {number} / 1000 END) AS BIGINT) "
        "ELSE epoch_us(TRY_CAST(time AS TIMESTAMPTZ)) END"
    )
