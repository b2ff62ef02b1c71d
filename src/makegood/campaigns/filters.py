"""Filters: which of the accounts that were hit a campaign is for, as its options say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from makegood.campaigns.names import quotable
from makegood.errors import BadUse
from makegood.keys import content_hash
from makegood.money import Money, parse_money

_COUNT = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True)
class Filters:
    """What an account must meet; a filter that is not set lets every account pass.

    It must have lost more than `lost_over` (in that currency; no other is converted), have met more than `faults_over`
    faults, be on one of `plans` and on none of `not_plans`, whatever their letter case, stand in `only` and not in
    `exclude` (account to reason). `unknown` lets accounts pass that no customer file names; without any such file they
    always pass.
    """

    lost_over: Money | None = None
    faults_over: int | None = None
    plans: tuple[str, ...] = ()
    not_plans: tuple[str, ...] = ()
    only: Mapping[str, str] | None = None
    exclude: Mapping[str, str] | None = None
    unknown: bool = False

    def told(self) -> tuple[tuple[str, str], ...]:
        """The filters that are set, as a draft keeps them; a list by its length and the hash of its content."""
        told = {
            "lost_over": "" if self.lost_over is None else str(self.lost_over),
            "faults_over": "" if self.faults_over is None else str(self.faults_over),
            "only": _listed(self.only),
            "exclude": _listed(self.exclude),
            "unknown": "allowed" if self.unknown else "",
        }
        plans = [("plan", name) for name in self.plans] + [("not_plan", name) for name in self.not_plans]
        return tuple(sorted([*((name, value) for name, value in told.items() if value), *plans]))


@dataclass(frozen=True)
class Options:
    """The filters as they are asked for: texts of the command line, and lists as read by `read_listed`."""

    lost_over: str | None = None
    faults_over: str | None = None
    plans: tuple[str, ...] = ()
    not_plans: tuple[str, ...] = ()
    only: Mapping[str, str] | None = None
    exclude: Mapping[str, str] | None = None
    unknown: bool = False


def read_filters(options: Options) -> Filters:
    """The filters of these options; raise BadMoney or BadUse naming the option."""
    plans, not_plans = (
        _plans(name, given) for name, given in (("plan", options.plans), ("not-plan", options.not_plans))
    )
    both = sorted(set(plans) & set(not_plans))
    if both:
        raise BadUse(f"--plan and --not-plan both name {quotable(both[0])}; name it in one of them.")
    if options.only is not None and not options.only:
        raise BadUse("the list of --only names no account, so that nobody would be left; fill it or leave it away.")
    return Filters(
        lost_over=_lost_over(options.lost_over),
        faults_over=_faults_over(options.faults_over),
        plans=plans,
        not_plans=not_plans,
        only=options.only,
        exclude=options.exclude,
        unknown=options.unknown,
    )


def _lost_over(text: str | None) -> Money | None:
    if text is None:
        return None
    money = parse_money(text)
    if money.amount < 0:
        raise BadUse(f"--lost-over {quotable(text)} is below zero; nobody lost less than nothing.")
    return money


def _faults_over(text: str | None) -> int | None:
    if text is None:
        return None
    if not _COUNT.fullmatch(text.strip()):
        raise BadUse(f"--faults-over {quotable(text)} is not a whole number, 0 or more.")
    return int(text)


def _plans(option: str, given: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(sorted({name.strip().casefold() for name in given}))
    if "" in names:
        raise BadUse(f"--{option} names no plan; write it like --{option} pro.")
    return names


def _listed(listed: Mapping[str, str] | None) -> str:
    if listed is None:
        return ""
    return f"{len(listed)} accounts, {content_hash(sorted([account, why] for account, why in listed.items()))}"
