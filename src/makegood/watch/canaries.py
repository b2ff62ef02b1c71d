"""Verb: ask canaries within a budget, and append what came of each; and judge what was appended so far."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from makegood.acts.attempts.salt import salt_of
from makegood.errors import BadUse, Unreadable
from makegood.incidents.drift.answer import Answer, Taken, line_of, take
from makegood.incidents.drift.canary import NUMBER, Canary
from makegood.incidents.drift.judge import Drift, Policy, judge
from makegood.incidents.drift.parse import parse
from makegood.incidents.drift.plan import Due, due_canaries
from makegood.records.fingerprint import fingerprint
from makegood.records.folder_lock import POSSIBLE, taken
from makegood.records.names import id_of
from makegood.watch.canary_config import SALT, CanaryConfig, Model
from makegood.watch.canary_wire import Reply, ask_one, new_client

# Why a run of asking ended.
DONE, LIMIT, DAY, MONEY, USED_UP, FAULTS, REFUSED_KEY = "done", "limit", "day", "money", "used_up", "faults", "key"
_MOST_FAULTS = 3  # in a row: who does not answer now is not asked on
_HASH_DIGITS, _LONGEST_NUMBER = 16, 40
_DAY = timedelta(days=1)
_MOST_INPUT_SLACK = 64  # tokens that a request has beside the question

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Turn:
    """What may be asked of a model now: `may` so many by the budget; the next at `next_at`, None where none is left."""

    model: Model
    due: Due
    may: int
    next_at: datetime | None


@dataclass(frozen=True)
class Asked:
    """What a run of asking did and why it ended."""

    model: str
    part: str
    asked: int
    faults: int
    ended: str
    fault: str | None = None  # the name of the last one


@dataclass(frozen=True)
class Judged:
    """A model, what became of its rows, and the judgement."""

    model: Model
    taken: Taken
    drift: Drift


def judged(config: CanaryConfig, policy: Policy | None = None) -> tuple[Judged, ...]:
    """Judge each model by what was appended so far."""
    lines, found = _lines(config.answers), []
    for model in config.models:
        rows = take(str(config.answers), lines, model.name, model.mark)
        found.append(Judged(model, rows, judge(config.canaries.canaries, rows.answers, config.plan, policy)))
    return tuple(found)


def due(config: CanaryConfig, now: datetime, renew: bool = False) -> tuple[Turn, ...]:
    """What may be asked of each model now, the day's budget spread evenly over the UTC day; for a task that recurs."""
    lines = _lines(config.answers)
    return tuple(_turn(config, model, lines, now, renew) for model in config.models)


def _turn(config: CanaryConfig, model: Model, lines: Sequence[bytes], now: datetime, renew: bool) -> Turn:
    every = take(str(config.answers), lines, model.name).answers
    mine = tuple(one for one in every if one.plan == model.mark)
    asked_for = due_canaries(config.canaries.canaries, mine, config.plan, renew)
    today = [one for one in every if _day(one.time) == _day(now)]
    begun = now.astimezone(UTC) - _day(now)
    earned = model.said.per_day * (begun // timedelta(seconds=1)) // 86_400 + 1
    may = min(earned - len(today), model.said.per_day - len(today), len(asked_for.canaries))
    if not asked_for.canaries:
        return Turn(model, asked_for, 0, None)
    next_of_day = _day(now) + _DAY * len(today) / model.said.per_day
    return Turn(model, asked_for, max(0, may), next_of_day if len(today) < model.said.per_day else _day(now) + _DAY)


def ask(config: CanaryConfig, model: Model, clock: Clock, most: int | None = None, renew: bool = False) -> Asked:
    """Ask a model what is due, up to `most` and within the day's budget of answers and money.

    Each row is appended before the next question leaves. Raise BadUse without the key, or while another run asks.
    """
    if model.keyless:
        raise BadUse(model.keyless)
    with _writer(config.folder, config.answers) as write, closing(new_client(model)) as client:
        salt = _salt(config.folder / SALT)
        every = list(take(str(config.answers), _lines(config.answers), model.name).answers)
        run = _Run(config, model, every, salt)
        ended, streak, part = None, 0, ""
        while ended is None:
            waiting = due_canaries(config.canaries.canaries, run.mine, config.plan, renew and not run.asked)
            part = part or waiting.part
            ended = run.ended(waiting, clock(), most, streak)
            if ended is None:
                at, one = clock(), waiting.canaries[0]
                answer = run.answer(waiting, one, at, ask_one(client, model, one.ask))
                write(line_of(answer).encode())
                run.take(answer)
                streak = 0 if answer.given else streak + 1
        return Asked(model.name, part, run.asked, run.faults, ended, run.fault)


@dataclass
class _Run:
    config: CanaryConfig
    model: Model
    every: list[Answer]
    salt: bytes
    asked: int = 0
    faults: int = 0
    fault: str | None = None
    refused_key: bool = False

    @property
    def mine(self) -> list[Answer]:
        """The answers under the plan of now."""
        return [one for one in self.every if one.plan == self.model.mark]

    def ended(self, waiting: Due, now: datetime, most: int | None, streak: int) -> str | None:
        """Why nothing more is asked, or None."""
        today = [one for one in self.every if _day(one.time) == _day(now)]
        if not waiting.canaries:
            return USED_UP
        if self.refused_key:
            return REFUSED_KEY
        if streak >= _MOST_FAULTS:
            return FAULTS
        if most is not None and self.asked >= most:
            return LIMIT
        if len(today) >= self.model.said.per_day:
            return DAY
        budget = self.model.budget_nano
        if budget is not None and sum(map(self._cost, today)) + self._worst(waiting.canaries[0].ask) > budget:
            return MONEY
        return None

    def _worst(self, question: str) -> int:
        """The most that a question can cost: a token has at least one byte."""
        if self.model.price is None:
            return 0
        return self.model.price.nano(len(question.encode()) + _MOST_INPUT_SLACK, self.model.said.max_tokens)

    def _cost(self, answer: Answer) -> int:
        """What a row cost; one that may have been charged unseen counts as the most of any question."""
        if answer.cost_nano is not None:
            return answer.cost_nano
        return max(self._worst(one.ask) for one in self.config.canaries.canaries)

    def answer(self, waiting: Due, canary: Canary, at: datetime, reply: Reply) -> Answer:
        """The row of one question."""
        parsed = None if reply.fault else parse(canary, reply.text, reply.refused)
        price = self.model.price
        return Answer(
            time=at,
            scope=self.model.name,
            plan=self.model.mark,
            number=waiting.number,
            part=waiting.part,
            item=canary.id,
            status=reply.status,
            fault=reply.fault,
            answer=self._kept(canary, parsed.answer, parsed.free, parsed.right) if parsed else "",
            form=parsed.form if parsed else "",
            right=parsed.right if parsed else None,
            model=reply.model,
            request_id=id_of(reply.request_id, self.salt),
            text_hash=fingerprint(self.salt, reply.text.encode("utf-8", "surrogatepass")) if reply.text else None,
            input_tokens=reply.input_tokens,
            output_tokens=reply.output_tokens,
            duration_ms=reply.duration_ms,
            cost_nano=_cost_nano(reply, price.nano(reply.input_tokens, reply.output_tokens) if price else None),
        )

    def _kept(self, canary: Canary, answer: str, free: bool, right: bool | None) -> str:
        """What may be kept of an answer: the option or number that it named; of free text, which it was, hashed."""
        if right is None or not (free or (canary.kind == NUMBER and len(answer) > _LONGEST_NUMBER)):
            return answer
        return f"other:{fingerprint(self.salt, answer.encode('utf-8', 'surrogatepass'))[:_HASH_DIGITS]}"

    def take(self, answer: Answer) -> None:
        """Count the row."""
        self.every.append(answer)
        self.asked += 1
        self.faults += not answer.given
        self.fault = self.fault if answer.given else answer.fault or f"status {answer.status}"
        self.refused_key = answer.status in (401, 403)


def _cost_nano(reply: Reply, cost: int | None) -> int | None:
    """The cost by the tokens that were told; none for a refusal by status; not known for what broke off."""
    if reply.fault is None or reply.input_tokens:
        return cost
    return 0 if 400 <= reply.status < 500 else None


def _day(moment: datetime) -> datetime:
    """The first moment of its UTC day."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _lines(path: Path) -> list[bytes]:
    """The rows as they stand; none where none was ever asked."""
    try:
        return path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    except OSError as fault:
        raise Unreadable(f"{path}: cannot be read ({fault.strerror}); check the rights.") from fault


@contextmanager
def _writer(folder: Path, path: Path) -> Iterator[Callable[[bytes], None]]:
    """Append rows, each with one write; a line that was torn off is ended first. One run at a time."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as fault:
        raise BadUse(f"{path}: cannot be written ({fault.strerror}); name another folder.") from fault
    try:
        if POSSIBLE and not taken(file):
            raise BadUse(f"{path}: another run asks canaries into this folder; wait until it is done.")
        length = os.fstat(file).st_size
        if length and os.pread(file, 1, length - 1) != b"\n":
            os.write(file, b"\n")
        yield lambda line: _written(file, line)
    finally:
        os.close(file)


def _written(file: int, line: bytes) -> None:
    if os.write(file, line) != len(line):
        raise Unreadable("the answer of a canary could not be written whole; make room on the disk.")


def _salt(path: Path) -> bytes:
    try:
        return salt_of(path)
    except OSError as fault:
        raise Unreadable(f"{path}: cannot be read or made ({fault.strerror}); check rights and room.") from fault
