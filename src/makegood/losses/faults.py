"""Rule: whose fault an attempt was and, where the log does not say it, whether it was charged; by dated data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from makegood.errors import BadPeriod, BadUse
from makegood.losses.rule import DELIVERED, Outcome, ProviderRules, Rule, plain
from makegood.losses.rulefile import END_US, read_rule_file
from makegood.spans import to_us

BEGIN_US = -62_135_596_800_000_000  # the beginning of the year 1
NO_RULE = -1
DEFAULT = "default"


@dataclass(frozen=True)
class FaultRuling:
    """`fault` is provider, client, unknown, or none for an attempt that was delivered."""

    fault: str
    source: str = ""
    source_date: date | None = None
    rule_no: int = NO_RULE


@dataclass(frozen=True)
class ChargeRuling:
    """`charged` is yes, no or unknown; `status` tells how well the source is known (P, S, U; empty without a rule)."""

    charged: str
    source: str = ""
    source_date: date | None = None
    status: str = ""
    rule_no: int = NO_RULE


class Combination(NamedTuple):
    """A distinct outcome in the packed attempts: '' for no name, -1 for a usability that is not known."""

    provider: str
    status: int
    error: str
    usable: int


class RuleRow(NamedTuple):
    """One row to join on: the combination, empty (1 where output tokens = 0), a half-open span, and what holds there.

    `rule_no` is the billing rule behind `charged`, `fault_no` the rule behind `fault`; -1 where no rule spoke.
    """

    provider: str
    status: int
    error: str
    usable: int
    empty: int
    from_us: int
    until_us: int
    fault: str
    charged: str
    rule_no: int
    fault_no: int


@dataclass(frozen=True)
class RuleBook:
    """All rule files; `default` answers where a provider's own file is silent or there is none."""

    providers: tuple[ProviderRules, ...]
    default: ProviderRules

    def rules_of(self, provider: str | None) -> ProviderRules:
        """The file of a provider by any name that logs give it; the default file for a name nobody knows."""
        name = plain(provider)
        return next((one for one in self.providers if any(alias.fits(name) for alias in one.aliases)), self.default)

    def one_name(self, provider: str | None) -> str:
        """The one name for whatever logs and pages call a provider; a name nobody knows stays, in small letters."""
        own = self.rules_of(provider)
        return (provider or "").strip().lower() if own is self.default else own.provider

    def rule(self, number: int) -> Rule | None:
        """The rule with that number, or None; numbers are stable within one version of the files."""
        rules = (rule for one in (*self.providers, self.default) for rule in one.rules)
        return next((rule for rule in rules if rule.number == number), None)

    def fault_of(self, outcome: Outcome, at: datetime) -> FaultRuling:
        """Whose failure the outcome was at that moment; raise BadPeriod for a moment without a zone."""
        return self._fault(outcome, _moment_us(at))

    def charged_of(self, outcome: Outcome, at: datetime) -> ChargeRuling:
        """Whether the outcome is charged, by what its provider says, or unknown; raise BadPeriod as above."""
        return self._charged(outcome, _moment_us(at))

    def table(self, combinations: Iterable[tuple[str, int, str, int]]) -> tuple[RuleRow, ...]:
        """Rows for SQL to join: each distinct combination, with and without output, over all time."""
        distinct = dict.fromkeys(Combination(*one) for one in combinations)
        return tuple(row for one in distinct for empty in (0, 1) for row in self._rows(one, empty))

    def _fault(self, outcome: Outcome, at_us: int) -> FaultRuling:
        if outcome.occasion == DELIVERED:
            return FaultRuling("none")
        for one in self._asked(outcome):
            rule = next(one.matching(one.faults, outcome, at_us), None)
            if rule:
                return FaultRuling(rule.fault, rule.source.address, rule.source.dated, rule.number)
        return FaultRuling("unknown")

    def _charged(self, outcome: Outcome, at_us: int) -> ChargeRuling:
        for one in self._asked(outcome):
            rule = next(one.matching(one.billing, outcome, at_us), None)
            if rule:
                doubt = _waiver(one, outcome, at_us) if outcome.usable is None else None
                said, by = ("unknown", doubt) if doubt else (rule.charged, rule)
                return ChargeRuling(said, by.source.address, by.source.dated, by.source.status, by.number)
        return ChargeRuling("unknown")

    def _asked(self, outcome: Outcome) -> tuple[ProviderRules, ...]:
        own = self.rules_of(outcome.provider)
        return (own,) if own is self.default else (own, self.default)

    def _rows(self, one: Combination, empty: int) -> Iterator[RuleRow]:
        outcome = Outcome(
            one.provider, one.status, one.error, {0: False, 1: True}.get(one.usable), 0 if empty else None
        )
        start, held = BEGIN_US, self._held(outcome, BEGIN_US)
        for cut in self._cuts(outcome):
            now = self._held(outcome, cut)
            if now != held:
                yield RuleRow(*one, empty, start, cut, *held)
                start, held = cut, now
        yield RuleRow(*one, empty, start, END_US, *held)

    def _held(self, outcome: Outcome, at_us: int) -> tuple[str, str, int, int]:
        fault, charge = self._fault(outcome, at_us), self._charged(outcome, at_us)
        return fault.fault, charge.charged, charge.rule_no, fault.rule_no

    def _cuts(self, outcome: Outcome) -> list[int]:
        rules = [rule for one in self._asked(outcome) for rule in one.rules]
        cuts = {cut for rule in rules for cut in (rule.selector.from_us, rule.selector.until_us)}
        return sorted(cut for cut in cuts if BEGIN_US < cut < END_US)


def _waiver(one: ProviderRules, outcome: Outcome, at_us: int) -> Rule | None:
    """The rule on empty answers that would apply, were this answer without output known to be unusable."""
    doubtful = Outcome(outcome.provider, outcome.status, outcome.error, False, outcome.output_tokens)
    rules = (rule for rule in one.billing if rule.when == "empty") if outcome.output_tokens == 0 else ()
    return next(one.matching(tuple(rules), doubtful, at_us), None)


def _moment_us(at: datetime) -> int:
    if at.tzinfo is None:
        raise BadPeriod(f"{at.isoformat()} has no time zone; give a zone-aware time, such as one in UTC.")
    return to_us(at)


def book_of(texts: dict[str, str]) -> RuleBook:
    """The rule book of the given files (name -> YAML text); raise BadUse on a fault in one or between them."""
    read: list[ProviderRules] = []
    number = 1
    for name in sorted(texts):
        read.append(read_rule_file(texts[name], name, number))
        number += len(read[-1].faults) + len(read[-1].billing)
    _refuse_shared_names(read)
    default = next((one for one in read if one.provider == DEFAULT), None)
    if default is None:
        raise BadUse("the rules have no file for the provider 'default'; add default.yaml.")
    return RuleBook(tuple(one for one in read if one is not default), default)


def _refuse_shared_names(read: list[ProviderRules]) -> None:
    for place, later in enumerate(read):
        for earlier in read[:place]:
            shared = [
                str(name)
                for name in later.aliases
                if any(name.covers(other) or other.covers(name) for other in earlier.aliases)
            ]
            if shared or later.provider == earlier.provider:
                raise BadUse(
                    f"{later.file}:1: the name '{(shared or [later.provider])[0]}' already belongs to {earlier.file}; "
                    "give each name to one provider."
                )


@cache
def read_rules() -> RuleBook:
    """The rule book that ships with makegood, read once; raise BadUse, naming file and line, when it is broken."""
    folder = files("makegood.losses") / "rules"
    return book_of(
        {entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".yaml")}
    )
