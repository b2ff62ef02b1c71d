"""Audit, run: what was asked becomes params, the audit is shown, and its page and data are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import date as Day
from decimal import Decimal
from pathlib import Path
from typing import Any

from makegood.cli.asked import Asked
from makegood.cli.audit_shown import show
from makegood.cli.output import as_json, put, say_where
from makegood.cli.progress import with_progress
from makegood.cli.workplace import a_warehouse
from makegood.cli.written import write_folder
from makegood.engine import AuditParams
from makegood.engine import audit as engine_audit
from makegood.errors import BadPeriod, BadUse
from makegood.losses.exposure import Bar, Target
from makegood.losses.exposure_paths import Rates, Route, Step
from makegood.reads.exposure import as_data
from makegood.reads.exposure_page import audit_page
from makegood.reads.series import read_series

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LIKE_A_DAY = re.compile(r"\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}")
_MOST_ANSWERS, _MOST_DAYS = 1_000_000, 3_660


@dataclass(frozen=True)
class Auditing:
    """The options of `makegood audit` beside those that `assess` has too; `tested` are answers and days."""

    asked: Asked
    replay: tuple[str, ...] = ()
    incidents: tuple[Path, ...] = ()
    on: str | None = None
    gateway: Path | None = None
    tested: tuple[int, int] = (20, 30)

    def params(self, now: datetime) -> AuditParams:
        """The engine's params; raise BadUse for options that cannot be right."""
        answers, days = self.tested
        if not 1 <= answers <= _MOST_ANSWERS:
            raise BadUse(f"--tested-answers {answers}: use 1 to {_MOST_ANSWERS:,}.")
        if not 1 <= days <= _MOST_DAYS:
            raise BadUse(f"--tested-days {days}: use 1 to {_MOST_DAYS:,}.")
        if self.on == "":
            raise BadUse("--on is empty; give a provider of the log or leave the option out.")
        wanted = [_wanted(text) for text in self.replay]
        dated = tuple(one for one in wanted if isinstance(one, Day))
        if self.incidents and not dated:
            raise BadUse("--incidents is the list that a day is looked up in; give --replay YYYY-MM-DD as well.")
        return AuditParams(
            self.asked.params(now),
            Bar(answers, days),
            _routes(self.gateway) if self.gateway else (),
            dated,
            self.incidents,
            tuple(one for one in wanted if isinstance(one, Path)),
            self.on,
        )


def _wanted(text: str) -> Day | Path:
    if not text:
        raise BadUse("--replay is empty; give a day such as 2025-06-10 or a file of incidents.")
    if not _DAY.fullmatch(text) and not (_LIKE_A_DAY.fullmatch(text) and not Path(text).exists()):
        return Path(text)
    try:
        return Day.fromisoformat(text)
    except ValueError as fault:
        raise BadPeriod(f"--replay {text}: is no day of the calendar; write it like 2025-06-10.") from fault


def _routes(path: Path) -> tuple[Route, ...]:
    """What a gateway's file declares; its keys are not needed."""
    from makegood.gateway.config import read_config

    said = read_config(path, _EveryName()).said
    found = []
    for alias, rules in said.routes.items():
        orders = [step.order or number for number, step in enumerate(rules.upstreams, 1)]
        steps = []
        for order, step in sorted(zip(orders, rules.upstreams, strict=True), key=lambda pair: pair[0]):
            upstream = said.upstreams[step.upstream]
            target = Target(
                upstream.provider or step.upstream,
                step.model or alias,
                upstream.region or "",
                upstream.key_env or "",
                step.upstream,
            )
            steps.append(Step(target, order == min(orders), _rates(step.price)))
        found.append(Route(alias, tuple(steps)))
    return tuple(found)


def _rates(price: Any) -> Rates | None:
    if price is None:
        return None
    entered, out = Decimal(price.input), Decimal(price.output)
    return Rates(entered, Decimal(price.cached) if price.cached else entered, out, price.currency)


class _EveryName(Mapping[str, str]):
    """Stands for an environment in which every variable is set, to its own name: an audit needs no key.

    One that names a file with a key (NAME_FILE) is not set, so that no file is looked for.
    """

    def __getitem__(self, name: str) -> str:
        if name.endswith("_FILE"):
            raise KeyError(name)
        return name

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def run(auditing: Auditing, now: datetime | None = None) -> None:
    """Audit and show; `now` is the moment of judging, None this one."""
    params, asked = auditing.params(now or datetime.now(UTC)), auditing.asked
    with a_warehouse() as warehouse:
        data = as_data(with_progress(lambda tell: engine_audit(params, warehouse, tell)))
        if asked.out:
            page = audit_page(data, read_series(warehouse), asked.lang)
            write_folder(asked.out, {"audit.json": as_json(data), "audit.html": page})
    put(asked, data, show)
    say_where(asked, "audit.html")
