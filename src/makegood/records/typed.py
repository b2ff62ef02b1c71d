"""Typing: SQL that turns a column's text into its packed value, or says why it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
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


@dataclass(frozen=True)
class _Fault:
    """What makes a row unusable: an SQL test, what is said of it, and the column whose text is shown after that."""

    test: str
    says: str
    shows: str | None = None


def packed(source: str, defaults: Defaults) -> str:
    """SELECT from canonical text columns: packed, with `line`, `seq`, `own_id`, `reason` (NULL: usable)."""
    read = ", ".join(f"{_read(column)} AS {column.name}_read" for column in COLUMNS if column.kind in _READERS)
    values = ",\n  ".join(
        f"{_value(column, defaults)} AS {_packed_name(column)}" for column in COLUMNS if column.name != "time"
    )
    faults = [fault for column in COLUMNS for fault in _faults(column)]
    faults.append(
        _Fault(
            "cached_tokens_read > input_tokens_read", "cached_tokens is more than input_tokens, of which it is a part"
        )
    )
    first = "\n    ".join(f"WHEN {fault.test} THEN {place}" for place, fault in enumerate(faults, 1))
    shown = " ".join(f"WHEN {place} THEN {fault.shows}" for place, fault in enumerate(faults, 1) if fault.shows)
    says = ", ".join(quoted(fault.says) for fault in faults)
    # Each text is read once and each sentence stands here once: the engine takes its time over a long statement.
    return f"""
SELECT line, seq, own_id,
  time_read AS time_us, CAST(time_read // 60000000 AS BIGINT) AS minute,
  {values},
  CASE WHEN bad IS NOT NULL THEN bad WHEN fault IS NOT NULL THEN [{says}][fault] || CASE
    WHEN shown IS NULL THEN ''
    WHEN LENGTH(shown) <= {SHOWN_LIMIT} THEN '''' || shown || ''''
    ELSE '(' || LENGTH(shown) || ' characters)' END END AS reason
FROM (SELECT *, CASE WHEN fault IS NOT NULL THEN CASE fault {shown} END END AS shown
FROM (SELECT *, CASE
    {first} END AS fault
FROM (SELECT *, {read} FROM ({source}))))"""


def _packed_name(column: Column) -> str:
    return "charged_nano" if column.name == "charged" else column.name


def _read(column: Column) -> str:
    return _READERS[column.kind](column.name)


def _value(column: Column, defaults: Defaults) -> str:
    name = column.name
    instead = {"account": defaults.account, "currency": defaults.currency}.get(name, "")
    return {
        "text": name if name in IDS else f"COALESCE({name}, {quoted(instead)})",
        "count": f"{name}_read" if name != "retry" else f"CAST({name}_read AS INTEGER)",
        "status": f"TRY_CAST({name}_read AS INTEGER)",
        "duration": f"CASE WHEN {name} IS NULL THEN -1 ELSE {name}_read END",
        "flag": f"CASE WHEN LOWER({name}) IN {_TRUE} THEN 1 WHEN LOWER({name}) IN {_FALSE} THEN 0 ELSE -1 END",
        "amount": f"TRY_CAST(CAST({name}_read AS DECIMAL(28,9)) * 1000000000 AS BIGINT)",
        "currency": f"UPPER(COALESCE({name}, {quoted(instead)}))",
    }[column.kind]


def _faults(column: Column) -> list[_Fault]:
    """What may be wrong with a column, the gravest first; a test that is NULL finds nothing."""
    name = column.name
    missing = [_Fault(f"{name} IS NULL", f"{name} is missing")] if name in REQUIRED else []
    if column.kind == "time":
        far = f"time_read < {FIRST_US} OR time_read >= {END_US}"
        return [
            *missing,
            _Fault("time_read IS NULL", "time is not a time: ", name),
            _Fault(far, "time lies outside the years 2000 to 2099: ", name),
        ]
    test, says = {
        "text": (f"LENGTH({name}) > {TEXT_LIMIT}", f"is longer than {TEXT_LIMIT} characters"),
        "count": (
            f"{name}_read IS NULL OR {name}_read < 0 OR {name}_read > {_limit(name)}",
            "is not a count (a whole number, 0 or more)",
        ),
        "status": (
            f"COALESCE({name}_read NOT BETWEEN 0 AND 999, TRUE)",
            "is not an HTTP status (0 to 999; 0 = no response)",
        ),
        "duration": (
            f"{name} IS NOT NULL AND COALESCE({name}_read < 0, TRUE)",
            "is not a length of time in milliseconds",
        ),
        "flag": (f"LOWER({name}) NOT IN {_TRUE} AND LOWER({name}) NOT IN {_FALSE}", "is neither true nor false"),
        "amount": (
            f"{name} IS NOT NULL AND COALESCE({name}_read < 0, TRUE)",
            "is not an amount (a decimal, 0 or more)",
        ),
        "currency": (f"NOT regexp_full_match({name}, '[A-Za-z]{{3}}')", "is not an ISO 4217 code"),
    }[column.kind]
    return [*missing, _Fault(test, f"{name} {says}: ", name)]


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


def _time_us(_: str) -> str:
    number = "TRY_CAST(time AS DECIMAL(38,9))"
    return (
        f"CASE WHEN regexp_full_match(time, '{_NUMBER}') THEN CAST(FLOOR(CASE "
        f"WHEN ABS({number}) < 100000000000 THEN {number} * 1000000 "
        f"WHEN ABS({number}) < 100000000000000 THEN {number} * 1000 "
        f"WHEN ABS({number}) < 100000000000000000 THEN {number} "
        f"ELSE {number} / 1000 END) AS BIGINT) "
        "ELSE epoch_us(TRY_CAST(time AS TIMESTAMPTZ)) END"
    )


_READERS: dict[str, Callable[[str], str]] = {
    "time": _time_us,
    "count": _count,
    "status": _whole,
    "duration": _duration,
    "amount": _amount,
}
