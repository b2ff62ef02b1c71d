"""Verb: audit a book amid a crash; what is lost and what is double, after each kill and at the end."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from makegood.campaigns.allocation import GRANT, Line
from makegood.campaigns.state import fold
from makegood.ledger.merkle import Frontier, leaf_hash
from makegood.ledger.posting import EXPENSE, content_text, holder, leaf_data
from makegood.store import campaigns, journal, postings
from makegood.store.book import Book
from tests.crash.outside import Followed, booked

OPEN = ("waiting", "taken")


@dataclass
class Seen:
    """One look: faults as sentences that begin with lost, double or wrong, and how far everything is."""

    faults: list[str] = field(default_factory=list)
    posted: int = 0
    state: str = ""
    outbox: dict[str, int] = field(default_factory=dict)
    notices: dict[str, int] = field(default_factory=dict)

    @property
    def settled(self) -> int:
        """Postings, parcels and notices that came to an end."""
        return closed(self.outbox) + closed(self.notices)

    @property
    def over(self) -> bool:
        """Is nothing left to do?"""
        return self.state == "finished" and closed(self.outbox) == closed(self.notices) == self.posted


def closed(counts: dict[str, int]) -> int:
    """Rows that came to an end, good or bad."""
    return sum(many for state, many in counts.items() if state not in OPEN)


class Auditor:
    """Knows the allocation by heart. What was checked once is a fact, so a look after a kill checks the new rows, and
    that no old one is gone; `whole` checks all of them again from the tables alone."""

    def __init__(self, book: Book, campaign: str, billing: Path, letters: Path) -> None:
        self.book, self.campaign = book, campaign
        self._billing, self._letters = Followed(billing), Followed(letters)
        kept = campaigns.campaign_of(book, campaign)
        self.lines = campaigns.lines(book, campaign, 0, kept.granted)
        self.budget = kept.budget
        self._accounts: set[tuple[str, str]] = set()
        self._spent = 0
        self._ids: list[str] = []
        self._known: set[str] = set()
        self._booked: dict[str, tuple[str, int]] = {}
        self._written: set[str] = set()
        self._bookings: list[bytes] = []
        self._drops: list[bytes] = []

    def look(self) -> Seen:
        """The cheap form, over one moment of the book."""
        seen = Seen()
        self._bookings += self._billing.more()  # before the book, which knew of everything that is there
        self._drops += self._letters.more()
        with self.book.reading():
            seen.posted, top = self.book.one("SELECT COUNT(*), COALESCE(MAX(position), -1) + 1 FROM posting")
            seen.state = fold(campaigns.events(self.book, self.campaign)).state
            seen.outbox, seen.notices = self._by_state("outbox"), self._by_state("notice")
            head = self.book.one("SELECT COALESCE(MAX(size), 0) FROM head")[0]
            chunks = campaigns.chunks(self.book, self.campaign)
            fresh = postings.read(self.book, "position >= %s", (len(self._ids),))
        in_chunks, boxed = sum(one.posted for one in chunks), sum(seen.outbox.values())
        seen.faults += _unequal(in_chunks, "lines are in chunks", seen.posted, "postings are in the log")
        seen.faults += _unequal(seen.posted, "postings are in the log", boxed, "have a row in the outbox")
        seen.faults += _unequal(seen.posted, "postings are in the log", head, "leaves are under its head")
        seen.faults += _unequal(top, "places of the log are taken", seen.posted, "postings are there")
        if seen.posted < len(self._ids):
            seen.faults.append(f"lost: {len(self._ids)} postings were there before, {seen.posted} are there now")
        if sum(seen.notices.values()) > seen.posted:
            seen.faults.append(f"double: {sum(seen.notices.values())} notices of {seen.posted} postings")
        seen.faults += self._chunked(chunks)
        seen.faults += self._fresh(fresh, chunks)
        seen.faults += self._outward()
        return seen

    def _by_state(self, table: str) -> dict[str, int]:
        return dict(self.book.rows(f"SELECT state, COUNT(*) FROM {table} GROUP BY state"))

    def _chunked(self, chunks: list[campaigns.PostedChunk]) -> list[str]:
        """Chunks tile the lines from the first on, and the log from its beginning."""
        faults, line, position = [], 0, 0
        for one in chunks:
            if one.first != line:
                faults.append(
                    f"{'double' if one.first < line else 'lost'}: a chunk begins at line {one.first}, not {line}"
                )
            if one.position != position:
                faults.append(f"wrong: the chunk of line {one.first} stands at {one.position}, not {position}")
            if one.posted + one.skipped != one.end - one.first:
                faults.append(
                    f"lost: a chunk of {one.end - one.first} lines posted {one.posted}, skipped {one.skipped}"
                )
            line, position = one.end, one.position + one.posted
        return faults

    def _fresh(self, fresh: list[Any], chunks: list[campaigns.PostedChunk]) -> list[str]:
        """Each new posting is the line that its chunk says, and its account's first."""
        faults = []
        starts = [one.position for one in chunks]
        for one in fresh:
            posting, at = one.posting, bisect_right(starts, one.position) - 1
            chunk = chunks[at] if at >= 0 else None
            self._ids.append(postings.outward_id(self.book, posting.key))
            self._known.add(self._ids[-1])
            if chunk is None or one.position >= chunk.position + chunk.posted:
                faults.append(f"double: the posting at {one.position} is in no chunk")
                continue
            line = self.lines[chunk.first + one.position - chunk.position]
            if (posting.account, posting.cause) in self._accounts:
                faults.append(f"double: {posting.account} is credited again at {one.position}")
            self._accounts.add((posting.account, posting.cause))
            self._spent += line.cost
            if _facts(posting) != _promised(line, self.campaign):
                faults.append(f"wrong: the posting at {one.position} is not line {line.number}")
        if self._spent > self.budget:
            faults.append(f"double: {self._spent} is spent of a budget of {self.budget}")
        return faults

    def _outward(self) -> list[str]:
        faults = []
        for line in self._bookings:
            id, unit, amount = booked(line)
            if id in self._booked:
                faults.append(f"double: the billing system has {id} twice")
            if id not in self._known:
                faults.append(f"lost: the billing system has {id}, which the book does not know")
            self._booked[id] = (unit, amount)
        for line in self._drops:
            id = line.decode().removesuffix(".notice")
            if id in self._written:
                faults.append(f"double: the customer was told of {id} twice")
            if id not in self._known:
                faults.append(f"lost: the customer was told of {id}, which the book does not know")
            self._written.add(id)
        self._bookings, self._drops = [], []
        return faults

    def whole(self) -> list[str]:
        """The full form, once nothing is left to do; faults."""
        seen = self.look()
        faults = list(seen.faults)
        if not seen.over:
            faults.append(f"lost: the campaign is {seen.state} with {seen.outbox} parcels and {seen.notices} notices")
        with self.book.reading():
            faults += self._sums()
            faults += self._log()
            faults += self._left()
            faults += self._journal()
            allocation = campaigns.allocation_of(self.book, self.campaign)
            if allocation.hash != campaigns.signed(self.book, self.campaign):
                faults.append("wrong: the allocation is not the one that was signed")
        return faults

    def _sums(self) -> list[str]:
        """Accounts by accounts, and the balance of the ledger, from both legs of every posting."""
        rows = self.book.rows("SELECT account, SUM(amount), COUNT(*) FROM posting GROUP BY account")
        owed = {one.account: (one.amount, 1) for one in self.lines if one.group == GRANT}
        paid = {account: (int(amount), many) for account, amount, many in rows}
        faults = [f"lost: {account} got nothing" for account in sorted(owed.keys() - paid.keys())[:5]]
        faults += [f"double: {account} was owed nothing" for account in sorted(paid.keys() - owed.keys())[:5]]
        odd = [one for one in owed.keys() & paid.keys() if owed[one] != paid[one]]
        faults += [f"double: {one} was owed {owed[one]} and got {paid[one]} (amount, times)" for one in sorted(odd)[:5]]
        legs = self.book.rows(
            "SELECT place, unit, SUM(amount) FROM (SELECT credit AS place, unit, amount FROM posting "
            "UNION ALL SELECT debit, unit, -amount FROM posting) AS leg GROUP BY place, unit"
        )
        balance: Counter[str] = Counter()
        for _, unit, amount in legs:
            balance[unit] += int(amount)
        faults += [f"wrong: the legs of {unit} sum to {amount}" for unit, amount in balance.items() if amount]
        total = sum(one.amount for one in self.lines)
        expense = [int(amount) for place, _, amount in legs if place == f"{EXPENSE}/{self.campaign}"]
        if expense != [-total]:
            faults.append(f"wrong: the campaign's expense is {expense}, not {-total}")
        if sum(one.cost for one in self.lines) > self.budget:
            faults.append("double: the lines cost more than the budget")
        return faults

    def _log(self) -> list[str]:
        """Every leaf again from what was posted, and every head from the leaves."""
        faults, frontier, leaves = [], Frontier(), []
        heads = {size: bytes(root) for size, root in self.book.rows("SELECT size, root FROM head")}
        ends = sorted(heads)
        for one in postings.read(self.book, "position >= 0"):
            leaf = leaf_hash(leaf_data(content_text(one.posting), one.at_us))
            if leaf != one.leaf or one.position != frontier.size + len(leaves):
                faults.append(f"wrong: the leaf at {one.position}")
            leaves.append(leaf)
            if ends and frontier.size + len(leaves) == ends[0]:
                frontier, leaves = frontier.extend(leaves).frontier, []
                if frontier.root() != heads[ends.pop(0)]:
                    faults.append(f"wrong: the root of the first {frontier.size}")
        return [*faults[:5], *(["lost: leaves behind the last head"] if leaves or ends else [])]

    def _left(self) -> list[str]:
        """Outbox, billing system, notices and letters, one by one."""
        faults = []
        rows = {table: dict(self.book.rows(f"SELECT position, state FROM {table}")) for table in ("outbox", "notice")}
        for at, id in enumerate(self._ids):
            line = self.lines[at]
            if rows["outbox"].get(at) != "done" or self._booked.get(id) != (line.unit, line.amount):
                faults.append(f"lost: {id} is {rows['outbox'].get(at)} and booked as {self._booked.get(id)}")
            state = rows["notice"].get(at)
            if state not in ("done", "doubt") or (state == "done" and id not in self._written):
                faults.append(f"lost: the notice of {id} is {state}, and in the letter-box: {id in self._written}")
        if len(self._booked) != len(self._ids) or any(len(one) != len(self._ids) for one in rows.values()):
            faults.append(f"double: {len(self._booked)} bookings, {[len(one) for one in rows.values()]} rows")
        return faults[:10]

    def _journal(self) -> list[str]:
        """Every row's hash covers the one before."""
        before, names = journal.EMPTY, ", ".join(journal.COLUMNS)
        for step, (*row, hash) in enumerate(self.book.rows(f"SELECT {names} FROM journal ORDER BY number")):
            if row[0] != step or journal.chained(before, tuple(row)) != hash:
                return [f"wrong: row {step} of the journal"]
            before = hash
        return []


def _unequal(wanted: int, what: str, found: int, other: str) -> list[str]:
    kind = "lost" if found < wanted else "double"
    return [] if wanted == found else [f"{kind}: {wanted} {what}, {found} {other}"]


def _facts(posting: Any) -> tuple[Any, ...]:
    return posting.kind, posting.debit, posting.credit, posting.unit, posting.amount, posting.account, posting.cause


def _promised(line: Line, campaign: str) -> tuple[Any, ...]:
    own = f"{EXPENSE}/{campaign}", holder(line.account)
    return "award", *own, line.unit, line.amount, line.account, line.cause
