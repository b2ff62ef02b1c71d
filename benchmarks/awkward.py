"""Awkward attempts: a week that holds every case in which two engines may differ, the same rows on every run."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from makegood.losses.faults import RuleBook
from makegood.records.attempt import PACKED
from makegood.records.warehouse import Warehouse

ROWS = 200_000
START_US = 1_789_862_400_000_000  # 2026-09-20, so that rules which begin on 2026-09-23 begin inside
DAYS = 7
DAY_US = 86_400_000_000
TEN_MINUTES = 600_000_000
# Row numbers of two files, as the warehouse gives them.
SECOND_FILE = 1 << 40
GAPS = (0, 1, 1_000_000, TEN_MINUTES - 1, TEN_MINUTES, TEN_MINUTES + 1, 1_200_000_000)
STATUSES = (0, 100, 199, 204, 299, 300, 301, 304, 399, 400, 401, 403, 404, 408, 409, 422, 424, 429, 429, 429)
STATUSES += (499, 500, 500, 502, 503, 503, 504, 529, 599, 600)
ERRORS = ("", "overloaded_error", "engine_overloaded", "server_busy", "rate_limit_exceeded", "insufficient_quota")
ERRORS += ("resource_exhausted", "resource_unavailable", "ThrottlingException", "ModelNotReadyException", "slow_down")
ERRORS += ("content_filter", "deadline_exceeded", "client_disconnect", "apiconnectionerror", "timeout", "server_error")
ERRORS += ("not \"known\", 'quoted' \\ back", "과부하", "Überlast")
MODELS = ("gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5", "gemini-2.5-pro", "gemini-embedding-001", "o'hara\\ 모델", "")
CURRENCIES = ("USD", "USD", "USD", "EUR", "KRW", "XXX")
BIG_NANO = (1 << 53) + 1  # one more than a float can tell apart
# Provider, first minute of the week, minutes, share failing: hard, soft, and one over the change of a rule.
OUTAGES = (
    ("openai", 1700, 41, 1.0),
    ("anthropic", 4300, 95, 0.5),
    ("vertex_ai", 4280, 80, 0.9),
    ("bedrock", 8000, 9, 1.0),
)


class Week:
    """Rows told one story at a time; whatever a story leaves open is drawn, always in the same way."""

    def __init__(self, book: RuleBook, rows: int) -> None:
        self.rows: list[dict[str, Any]] = []
        self._dice = Random(20260920)
        self._wanted = rows
        names = {"openai", "anthropic", "vertex_ai", "bedrock", "", "acme-ai"}
        names |= {str(alias).replace("*", "-eu") for one in book.providers for alias in one.aliases}
        self._providers = sorted(names)
        self._heavy = ("openai", "anthropic", "vertex_ai", "bedrock")

    def told(self) -> list[dict[str, Any]]:
        """All rows in an order that is not that of time, numbered."""
        stories = (
            self._retries,
            self._twice,
            self._chain,
            self._ties,
            self._nameless,
            self._wander,
            self._delivered_again,
        )
        self._edges()
        self._session()
        while len(self.rows) < self._wanted:
            if self._dice.random() < 0.18:
                self._dice.choice(stories)()
            else:
                self._plain()
        self._dice.shuffle(self.rows)
        for number, row in enumerate(self.rows, 1):
            row["row_id"] = number if number % 3 else number + SECOND_FILE
            row["minute"] = row["time_us"] // 60_000_000
        return self.rows

    def _say(self, **given: Any) -> dict[str, Any]:
        """One attempt; delivered unless told otherwise or inside an outage."""
        row = {**self._scope(), **self._name(), **self._tokens(), "time_us": self._time(), "retry": 0}
        row |= {
            "status": 200,
            "error": "",
            "usable": self._dice.choice((-1, 1, 1)),
            "duration_ms": self._dice.randint(-1, 9),
        }
        row |= self._amount() | given
        if "status" not in given and self._out(row):
            row |= {"status": 503, "error": "server_error", "output_tokens": 0, "usable": -1}
        self.rows.append(row)
        return row

    def _scope(self) -> dict[str, Any]:
        pick = self._dice.choice(self._heavy if self._dice.random() < 0.8 else self._providers)
        some = sum(pick.encode())
        model = MODELS[(some + self._dice.randint(0, 1)) % len(MODELS)]
        service = ("chat.completions", "messages", "embeddings", "")[some % 4]
        region = ("", "eu-west-1", "us-east-1")[self._dice.randint(0, 1) * (some % 3)]
        account = f"acct_{int(self._dice.random() ** 3 * 3000):04d}"
        return {"account": account, "provider": pick, "service": service, "model": model, "region": region}

    def _name(self) -> dict[str, Any]:
        word = self._dice.getrandbits(64)
        return {
            "request_id": f"req_{word:016x}" if word % 10 else None,
            "call_id": f"idem-{word:016x}" if word % 3 else None,
            "fingerprint": f"{word:016x}" if word % 4 else None,
        }

    def _tokens(self) -> dict[str, Any]:
        tokens = self._dice.randint(1, 4000)
        return {
            "input_tokens": tokens,
            "cached_tokens": tokens // 4,
            "output_tokens": self._dice.choice((0, 1, 250, 900)),
        }

    def _amount(self) -> dict[str, Any]:
        nano = self._dice.choice((None, None, 0, self._dice.randint(1, 10**9), self._dice.randint(1, 10**9)))
        nano = BIG_NANO if self._dice.random() < 0.002 else nano
        return {"charged_nano": nano, "currency": self._dice.choice(CURRENCIES)}

    def _time(self) -> int:
        return START_US + self._dice.randrange(DAYS * DAY_US)

    def _out(self, row: dict[str, Any]) -> bool:
        minute = (row["time_us"] - START_US) // 60_000_000
        share = max(
            (s for who, at, many, s in OUTAGES if who == row["provider"] and 0 <= minute - at < many), default=0.0
        )
        return self._dice.random() < share

    def _failure(self) -> dict[str, Any]:
        """A status and what else comes with it: any status, or a 200 that could not be used."""
        if self._dice.random() < 0.3:
            return {"status": 200, "usable": 0, "error": self._dice.choice(("", "content_filter", "과부하"))}
        status = self._dice.choice(STATUSES)
        error = ERRORS[(status + self._dice.randint(0, 2) ** 3) % len(ERRORS)]
        return {"status": status, "error": error, "output_tokens": 0, "usable": self._dice.choice((-1, 0))}

    def _plain(self) -> None:
        self._say(**(self._failure() if self._dice.random() < 0.01 else {}))

    def _same(self, first: dict[str, Any], *names: str) -> dict[str, Any]:
        return {name: first[name] for name in ("account", "provider", "service", "model", "region", *names)}

    def _retries(self) -> None:
        """One call id: failures, then mostly an answer."""
        first = self._say(**self._failure(), call_id=f"call-{len(self.rows)}")
        for retry in range(1, self._dice.randint(2, 5)):
            later = first["time_us"] + retry * self._dice.choice(GAPS)
            ends = {} if self._dice.random() < 0.5 else self._failure()
            self._say(**self._same(first, "call_id"), time_us=later, retry=retry, **ends)

    def _twice(self) -> None:
        """One call id delivered more than once with nothing wrong before, sometimes something wrong after."""
        first = self._say(call_id=f"call-{len(self.rows)}")
        for _ in range(self._dice.randint(1, 3)):
            later = first["time_us"] + self._dice.choice(GAPS)
            self._say(
                **self._same(first, "call_id"), time_us=later, **(self._failure() if self._dice.random() < 0.3 else {})
            )

    def _chain(self) -> None:
        """No call id but one fingerprint, with gaps on both sides of ten minutes."""
        first = self._say(**self._failure(), call_id=None, fingerprint=f"print-{len(self.rows)}")
        when = first["time_us"]
        for _ in range(self._dice.randint(1, 6)):
            when += self._dice.choice(GAPS)
            same = self._same(first, "call_id", "fingerprint")
            self._say(**same, time_us=when, **(self._failure() if self._dice.random() < 0.6 else {}))

    def _ties(self) -> None:
        """One moment, one call, told apart by a single column."""
        named = self._dice.choice(
            ({"call_id": f"tie-{len(self.rows)}"}, {"call_id": None, "fingerprint": f"tie-{len(self.rows)}"})
        )
        first = self._say(**self._failure(), **named, request_id=None)
        twin = {**first, **self._dice.choice(({"charged_nano": 5}, {"charged_nano": None}))}
        other = (
            {"cached_tokens": 3},
            {"currency": "JPY"},
            {"provider": "acme-ai"},
            {"output_tokens": 7},
            {"usable": 1},
        )
        for change in ({}, *self._dice.sample(other, 3)):
            self.rows.append({**twin, **change})

    def _nameless(self) -> None:
        """No id of any kind, and all but one column the same."""
        first = self._say(**self._failure(), request_id=None, call_id=None, fingerprint=None)
        self.rows.append({**first, "duration_ms": 77_777})

    def _wander(self) -> None:
        """One call id over models, providers and accounts."""
        first = self._say(**self._failure(), call_id=f"call-{len(self.rows)}")
        for _ in range(3):
            self._say(
                call_id=first["call_id"], account=first["account"], time_us=first["time_us"] + self._dice.choice(GAPS)
            )
        self._say(call_id=first["call_id"], time_us=first["time_us"])

    def _delivered_again(self) -> None:
        """The same row twice in the log: by its request id with other content, or without one in every column."""
        first = self._say(**self._failure())
        self.rows.append({**first, "duration_ms": 5} if first["request_id"] else dict(first))

    def _edges(self) -> None:
        """Every provider at the last moment before a rule's day and the first in it, and at the ends of a minute."""
        for provider in self._providers:
            for status in sorted(set(STATUSES)):
                for moment in (3 * DAY_US - 1, 3 * DAY_US, 3 * DAY_US + 60_000_000 - 1):
                    self._say(provider=provider, status=status, output_tokens=0, usable=-1, time_us=START_US + moment)

    def _session(self) -> None:
        """A call id that is really a session's, and a long chain of one fingerprint."""
        for number in range(60):
            ends = self._failure() if number % 7 == 0 else {}
            self._say(account="acct_long", call_id="session", time_us=START_US + number * 30_000_000, **ends)
            one = {"account": "acct_long", "model": "gpt-4o", "call_id": None, "fingerprint": "long"}
            self._say(**one, time_us=START_US + number * TEN_MINUTES, **self._failure())


def make_week(warehouse: Warehouse, book: RuleBook, rows: int = ROWS) -> int:
    """Load the week as if read from files, redelivered rows and all; return how many rows were read."""
    path = warehouse.spool / "week.jsonl"
    week = Week(book, rows).told()
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in week)
    kinds = ", ".join(f"{name}: '{kind}'" for name, kind in PACKED)
    names = ", ".join(name for name, _ in PACKED)
    read = f"read_json('{path}', format = 'newline_delimited', columns = {{{kinds}}})"
    warehouse.run(f"INSERT INTO loaded SELECT {names} FROM {read}")
    path.unlink()
    return len(week)
