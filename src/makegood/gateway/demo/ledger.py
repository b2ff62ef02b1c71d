"""Noun: what a demo provider met; each request with what it did, what it served and what it charged, exactly."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import orjson

CHARGED = ("start", "end", "account", "provider", "item", "model", "request_id", "amount", "currency")
# How an answer ended for the provider: not yet, sent to the last byte that it meant to send, or the peer went away.
OPEN, SENT, GONE = "open", "sent", "gone"


@dataclass(slots=True)
class Met:
    """One request. `id` is the id that goes out with its answer; `call` what the asker named the call, if anything.

    `status` is 0 where no answer was begun. `at_ms` is the moment on the provider's own clock, since its start.
    `tells` says that a whole answer of this form tells its usage, which a stream of chat does only if asked to.
    """

    time: datetime
    at_ms: int
    id: str
    call: str | None
    retry: int
    wire: str
    service: str
    model: str
    streamed: bool
    tells: bool
    did: str
    status: int
    served: bool
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    charged_nano: int
    ended: str = OPEN

    def line(self) -> bytes:
        """One line of canonical JSON."""
        return orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


@dataclass(slots=True)
class Ledger:
    """Every request in order of arrival; `plain` counts those of the plain path, of which nothing else is kept."""

    met: list[Met] = field(default_factory=list)
    plain: int = 0

    def add(self, one: Met) -> Met:
        """Note a request as it arrives."""
        self.met.append(one)
        return one

    def lines(self) -> Iterator[bytes]:
        """All of it as JSON lines."""
        return (one.line() for one in self.met)

    def counts(self) -> dict[str, int]:
        """Requests by what was done; `charged_nano` over all of them."""
        found = Counter(one.did for one in self.met)
        charged = sum(one.charged_nano for one in self.met)
        return {"requests": len(self.met), "plain": self.plain, "charged_nano": charged, **dict(sorted(found.items()))}

    def charges(self, provider: str, account: str, first: int = 0, head: bool = True) -> str:
        """The bill as CSV in makegood's own form of charges: a line a request, 0 where nothing was charged.

        `first` leaves out so many requests of the beginning, `head` says whether the names of the columns come first.
        """
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\n")
        if head:
            table.writerow(CHARGED)
        for one in self.met[first:]:
            start = one.time.astimezone(UTC).replace(second=0, microsecond=0)
            span = (f"{start:%Y-%m-%dT%H:%M:%SZ}", f"{start + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}")
            amount = format(Decimal(one.charged_nano).scaleb(-9), "f")
            table.writerow((*span, account, provider, one.service, one.model, one.id, amount, "USD"))
        return out.getvalue()
