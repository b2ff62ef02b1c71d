"""Rule: what one dated line of a provider's file says of an attempt, and when two lines say different things of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

DELIVERED, EMPTY, UNUSABLE, FAILED = "delivered", "empty", "unusable", "failed"

# What `when` in a billing rule stands for: an empty answer is an unusable one, a hang-up shows as a failure.
OCCASIONS: dict[str, frozenset[str]] = {
    "success": frozenset({DELIVERED}),
    "empty": frozenset({EMPTY}),
    "unusable": frozenset({EMPTY, UNUSABLE}),
    "failed": frozenset({FAILED}),
    "client_disconnect": frozenset({FAILED}),
}
FAULTY = frozenset({EMPTY, UNUSABLE, FAILED})


@dataclass(frozen=True)
class Outcome:
    """What came back from a provider: HTTP status (0 = no response), error type or code, usable, output tokens.

    None stands for not known. An answer counts as empty only where the log says that it could not be used.
    """

    provider: str | None
    status: int | None
    error: str | None = None
    usable: bool | None = None
    output_tokens: int | None = None

    @property
    def occasion(self) -> str:
        """Delivered, empty, unusable or failed."""
        if self.status is None or not 200 <= self.status <= 299:
            return FAILED
        if self.usable is not False:
            return DELIVERED
        return EMPTY if self.output_tokens == 0 else UNUSABLE


def plain(text: str | None) -> str:
    """A name as rules compare it: without outer blanks, lower case; empty text for None."""
    return (text or "").strip().lower()


@dataclass(frozen=True)
class Pattern:
    """A lower-case name, or the beginning of one when written with a closing `*`."""

    text: str
    prefix: bool

    def fits(self, name: str) -> bool:
        """Does the plain name match? Compared as text, so no character has a special meaning."""
        return name.startswith(self.text) if self.prefix else name == self.text

    def covers(self, other: Pattern) -> bool:
        """Does this match everything that the other matches?"""
        return other.text.startswith(self.text) if self.prefix else not other.prefix and self.text == other.text

    def __str__(self) -> str:
        return f"{self.text}*" if self.prefix else self.text


Statuses = tuple[tuple[int, int], ...]  # inclusive, in order, not touching; none = every status
Patterns = tuple[Pattern, ...]  # none = every name, and no name at all


@dataclass(frozen=True)
class Selector:
    """Which attempts a rule speaks of: occasion, status, error name, provider name, and when it holds."""

    occasions: frozenset[str]
    statuses: Statuses
    errors: Patterns
    names: Patterns
    from_us: int
    until_us: int

    def fits(self, outcome: Outcome, occasion: str) -> bool:
        """Does the rule speak of this outcome, whatever the date?"""
        return (
            occasion in self.occasions
            and (not self.statuses or _has_status(self.statuses, outcome.status))
            and (not self.errors or any(pattern.fits(plain(outcome.error)) for pattern in self.errors))
            and (not self.names or any(pattern.fits(plain(outcome.provider)) for pattern in self.names))
        )

    def holds(self, at_us: int) -> bool:
        """Is the rule in force at this microsecond?"""
        return self.from_us <= at_us < self.until_us

    def meets(self, other: Selector) -> bool:
        """Is there an attempt that both speak of?"""
        return (
            bool(self.occasions & other.occasions)
            and max(self.from_us, other.from_us) < min(self.until_us, other.until_us)
            and (not self.statuses or not other.statuses or any(_statuses_meet(self.statuses, other.statuses)))
            and _patterns_meet(self.errors, other.errors)
            and _patterns_meet(self.names, other.names)
        )

    def covers(self, other: Selector) -> bool:
        """Does this speak of every attempt that the other speaks of, dates apart?"""
        return (
            self.occasions >= other.occasions
            and (not self.statuses or (bool(other.statuses) and all(_inside(self.statuses, other.statuses))))
            and _patterns_cover(self.errors, other.errors)
            and _patterns_cover(self.names, other.names)
        )


def _has_status(ours: Statuses, status: int | None) -> bool:
    return status is not None and any(low <= status <= high for low, high in ours)


def _statuses_meet(ours: Statuses, theirs: Statuses) -> list[bool]:
    return [low <= top and bottom <= high for low, high in ours for bottom, top in theirs]


def _inside(ours: Statuses, theirs: Statuses) -> list[bool]:
    return [any(low <= bottom and top <= high for low, high in ours) for bottom, top in theirs]


def _patterns_meet(ours: Patterns, theirs: Patterns) -> bool:
    pairs = [mine.covers(other) or other.covers(mine) for mine in ours for other in theirs]
    return not ours or not theirs or any(pairs)


def _patterns_cover(ours: Patterns, theirs: Patterns) -> bool:
    return not ours or (bool(theirs) and all(any(mine.covers(other) for mine in ours) for other in theirs))


@dataclass(frozen=True)
class Source:
    """Where a rule stands written: address, its date, P (provider's text read), S (secondary), U (unverified)."""

    address: str
    dated: date
    status: str
    note: str
    file: str
    line: int


@dataclass(frozen=True)
class FaultRule:
    """Whose failure the selected attempts were: provider, client or unknown."""

    number: int
    selector: Selector
    fault: str
    source: Source


@dataclass(frozen=True)
class BillingRule:
    """Whether the selected attempts are charged: yes, no or unknown; for logs that do not say it."""

    number: int
    selector: Selector
    when: str
    charged: str
    source: Source


Rule = FaultRule | BillingRule
R = TypeVar("R", FaultRule, BillingRule)


def verdict_of(rule: Rule) -> str:
    """What the rule says, in one word."""
    return rule.fault if isinstance(rule, FaultRule) else rule.charged


def quarrel(rules: tuple[Rule, ...]) -> tuple[Rule, Rule, str] | None:
    """The first two rules that cannot stand together, and why; the first that fits wins, so order may tell apart.

    A later rule must not lie wholly within an earlier one. Where two merely cross they must say the same, unless the
    earlier one says unknown: doubt may go before.
    """
    for place, later in enumerate(rules):
        for earlier in rules[:place]:
            if not earlier.selector.meets(later.selector):
                continue
            if earlier.selector.covers(later.selector):
                return earlier, later, "never comes to speak, for the earlier rule covers it"
            if verdict_of(earlier) not in ("unknown", verdict_of(later)) and not later.selector.covers(
                earlier.selector
            ):
                return earlier, later, "contradicts the earlier rule where the two cross"
    return None


@dataclass(frozen=True)
class ProviderRules:
    """One file: a provider, the names that logs give it, and its rules in the order in which they are asked."""

    provider: str
    file: str
    aliases: Patterns
    faults: tuple[FaultRule, ...]
    billing: tuple[BillingRule, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules of the file."""
        return (*self.faults, *self.billing)

    def matching(self, rules: tuple[R, ...], outcome: Outcome, at_us: int) -> Iterator[R]:
        """Those of the rules that fit the outcome at that time, in their order."""
        occasion = outcome.occasion
        return (rule for rule in rules if rule.selector.holds(at_us) and rule.selector.fits(outcome, occasion))
