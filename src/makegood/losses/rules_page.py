"""Verb: write the page that shows what every rule file says, with its sources."""

from __future__ import annotations

from datetime import UTC, date, datetime

from makegood.losses.faults import BEGIN_US, RuleBook
from makegood.losses.rule import BillingRule, Patterns, ProviderRules, Rule, Statuses
from makegood.losses.rulefile import END_US
from makegood.spans import from_us

_HEAD = """# Whose fault, and was it charged

A claim needs two answers for every attempt: whose failure it was and, where your log does not say it, whether you
were charged. makegood answers both from dated rules, each with its source. This page is written from those files
(`src/makegood/losses/rules/`); do not edit it by hand.

- A provider's rules are asked first, in the order shown, then those of `default`. The first that fits is taken.
- A rule speaks only of attempts within its own dates (UTC days; the last day is not included). A source that was
  first seen in 2026 says nothing of 2025.
- A 2xx answer is delivered unless the log says that it could not be used; only then are rules for 2xx asked.
- *read*: P, the provider's own text was read; S, somebody else's account of it; U, unverified. `house` is a
  definition of makegood's own.
- Where no billing rule is found, the answer is "cannot tell", never zero.
"""


def rules_page(book: RuleBook) -> str:
    """The page as Markdown, ending in a line break."""
    parts = [_HEAD, *(_section(one) for one in (*book.providers, book.default))]
    return "\n".join(parts)


def _section(one: ProviderRules) -> str:
    names = ", ".join(f"`{name}`" for name in one.aliases) or "every name that no other file knows"
    lines = [f"## {one.provider}", "", f"File `{one.file}`. Names in logs: {names}.", ""]
    lines += _table("Fault", one.faults) if one.faults else ["No fault rules of its own.", ""]
    lines += (
        _table("Charged", one.billing) if one.billing else ["No billing rules: whether it is charged is not known.", ""]
    )
    return "\n".join(lines)


def _table(title: str, rules: tuple[Rule, ...]) -> list[str]:
    head = [f"| {title} | Attempts | Holds | Source | Why |", "|---|---|---|---|---|"]
    return [*head, *(_row(rule) for rule in rules), ""]


def _row(rule: Rule) -> str:
    source = rule.source
    said = f"**{rule.charged}**" if isinstance(rule, BillingRule) else f"**{rule.fault}**"
    where = source.address if source.address == "house" else f"<{source.address}>"
    cells = [said, _attempts(rule), _holds(rule), f"{where} {source.dated} ({source.status})", source.note]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _attempts(rule: Rule) -> str:
    selector = rule.selector
    parts = [rule.when.replace("_", " ")] if isinstance(rule, BillingRule) else []
    parts += [f"status {_statuses(selector.statuses)}"] if selector.statuses else []
    parts += [f"error {_names(selector.errors)}"] if selector.errors else []
    parts += [f"logged as {_names(selector.names)}"] if selector.names else []
    return "; ".join(parts)


def _statuses(statuses: Statuses) -> str:
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in statuses)


def _names(names: Patterns) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _holds(rule: Rule) -> str:
    start, end = rule.selector.from_us, rule.selector.until_us
    since = "always" if start <= BEGIN_US else f"from {_day(start)}"
    return since if end >= END_US else f"{since} until {_day(end)}"


def _day(microseconds: int) -> date:
    moment: datetime = from_us(microseconds)
    return moment.astimezone(UTC).date()
