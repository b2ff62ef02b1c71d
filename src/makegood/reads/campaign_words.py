"""Campaign words: a simulated campaign as sentences and tables, the same for screen and paper, in either language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from makegood.campaigns.allocation import Draft
from makegood.campaigns.oddest import Odd
from makegood.campaigns.simulate import Simulation
from makegood.ledger.unit import SCALES, major
from makegood.money import plain, quantized
from makegood.reads.award_words import amount_words
from makegood.reads.grant_words import form_words
from makegood.reads.legible import legible
from makegood.reads.part_words import plain_number
from makegood.reads.programme_words import refusal_words
from makegood.reads.words import Words


@dataclass(frozen=True)
class Section:
    """A table: `head` names its columns, empty where the first column names the rows; `note` stands above it.

    `figures` are the columns that are aligned to the right.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[int, ...] = ()
    note: str = ""


def campaign_sentences(simulation: Simulation, words: Words) -> tuple[str, ...]:
    """What the campaign would do, the sentence that matters most first."""
    return tuple(_sentences(simulation, words))


def campaign_lines(simulation: Simulation, words: Words) -> tuple[Section, ...]:
    """The tables of a preview; those that would be empty are left out."""
    found = (
        _forms(simulation, words),
        _costs(simulation, words),
        _waves(simulation, words),
        _excluded(simulation, words),
        _oddest(simulation, words),
        _drawn(simulation.draft, words),
    )
    return tuple(one for one in found if one.rows)


def exclusion_words(reason: str, words: Words) -> str:
    """Why an account is left out, by the code of the reason; a code nobody knows is spelled out."""
    named = {
        "excluded": words.say("it is on the list of those to be left out"),
        "not_listed": words.say("it is not on the list of those to be considered"),
        "not_hit": words.say("the cause did not meet it"),
        "unknown_customer": words.say("no list of customers names it"),
        "account_closed": words.say("the account is closed"),
        "other_plan": words.say("it is on another plan"),
        "lost_nothing": words.say("it lost nothing"),
        "lost_too_little": words.say("it lost too little"),
        "below_floor": words.say("its share would be below the floor"),
        "over_budget": words.say("the budget has no room for it"),
        "over_cap": words.say("what it would get cannot be cut and is above the cap"),
        "nothing": words.say("it would get nothing"),
        "made_good": words.say("its loss was made good already"),
        "other_cause": words.say("another cause cost it more, and each account gets one award"),
    }
    return named.get(reason) or refusal_words(reason, "", words)


def odd_words(odd: Odd, unit: str, words: Words) -> str:
    """Why an award is odd, with the figures it is odd by; `unit` is the budget's."""
    times = "" if odd.times is None else words.number(plain_number(quantized(odd.times, 1, "half_up")))
    cost = money_words(odd.line.cost, unit, words)
    faults = words.many("{n} failed attempt", "{n} failed attempts", odd.faults or 0)
    lost = "" if odd.lost is None else _lost(odd.lost, unit, words)
    named = {
        "no_fault": words.say("no failed attempt of the account is known for this cause"),
        "cost_high": words.say("it costs {cost}, {times} times the middle award", cost=cost, times=times),
        "cost_low": words.say("it costs {cost}; the middle award costs {times} times as much", cost=cost, times=times),
        "per_fault_high": words.say(
            "{cost} for {faults}: {times} times what the middle award pays for as many",
            cost=cost,
            faults=faults,
            times=times,
        ),
        "per_fault_low": words.say(
            "{cost} for {faults}; the middle award pays {times} times as much for as many",
            cost=cost,
            faults=faults,
            times=times,
        ),
        "per_loss_high": words.say(
            "{cost} for a loss of {lost}: {times} times what the middle award pays for the same loss",
            cost=cost,
            lost=lost,
            times=times,
        ),
        "per_loss_low": words.say(
            "{cost} for a loss of {lost}; the middle award pays {times} times as much for the same loss",
            cost=cost,
            lost=lost,
            times=times,
        ),
    }
    return named.get(odd.reason, odd.reason.replace("_", " "))


def _lost(amount: Decimal, unit: str, words: Words) -> str:
    """An amount in the decimals of its currency, as all others of the table; one below the smallest is said so."""
    smallest = major(1, unit)
    if 0 < amount < smallest:
        return words.say("less than {amount}", amount=words.money(smallest, unit))
    return words.money(plain(amount), unit)


def money_words(minor: int, unit: str, words: Words) -> str:
    """Minor units of a currency as an amount."""
    return words.money(major(minor, unit), unit)


def _sentences(one: Simulation, words: Words) -> Iterator[str]:
    draft = one.draft
    yield words.many(
        "{n} account gets awards that cost {cost} of a budget of {budget}.",
        "{n} accounts get awards that cost {cost} of a budget of {budget}.",
        one.accounts,
        cost=money_words(one.cost, draft.unit, words),
        budget=money_words(draft.budget, draft.unit, words),
    )
    if one.cut:
        yield words.many(
            "{n} award was cut to fit the budget or a cap; uncut, all that is granted would cost {wished}.",
            "{n} awards were cut to fit the budget or a cap; uncut, all that is granted would cost {wished}.",
            one.cut,
            wished=money_words(one.wished, draft.unit, words),
        )
    if one.waves:
        yield _goes_out(one, words)
    if one.held_accounts:
        yield words.many(
            "{n} account drawn by lot is held out, so that the effect can be measured; {kept} is kept back for it.",
            "{n} accounts drawn by lot are held out, so that the effect can be measured; {kept} is kept back for them.",
            one.held_accounts,
            kept=money_words(one.held_cost, draft.unit, words),
        )


def _goes_out(one: Simulation, words: Words) -> str:
    first, last = one.waves[0].wave, words.moment(one.waves[-1].wave.due)
    if first.number or len(one.waves) == 1:
        return words.say("All of it goes out between {start} and {last}.", start=words.moment(first.due), last=last)
    return words.many(
        "{n} award goes out alone first; the others follow, the last at {last}.",
        "{n} awards go out alone first; the others follow, the last at {last}.",
        first.end,
        last=last,
    )


def _forms(one: Simulation, words: Words) -> Section:
    named = Counter(each.form for each in one.forms)
    rows = tuple(
        (
            _form(each.form, each.unit if named[each.form] > 1 else "", words),
            words.number(each.lines),
            amount_words(each.unit, each.amount, words),
            money_words(each.cost, one.draft.unit, words),
        )
        for each in one.forms
    )
    head = (words.say("Form"), words.say("Awards"), words.say("Amount"), words.say("Takes of the budget"))
    return Section(words.say("What is granted"), head, rows, (1, 2, 3))


def _form(form: str, unit: str, words: Words) -> str:
    """The form; with its currency where the same form is given in several."""
    said = form_words("usage_reset" if form == "reset" else form, words)
    return f"{said} ({unit})" if unit and unit not in SCALES else said


def _costs(one: Simulation, words: Words) -> Section:
    named = {0: words.say("least"), 50: words.say("middle"), 100: words.say("most")}
    head = tuple(named.get(percent, words.percent(percent)) for percent, _ in one.costs.quantiles)
    row = tuple(money_words(cost, one.draft.unit, words) for _, cost in one.costs.quantiles)
    note = words.say("Each percentage is the share of the awards that cost no more than the amount below it.")
    return Section(words.say("What an award costs"), head, (row,) if row else (), tuple(range(len(head))), note)


def _waves(one: Simulation, words: Words) -> Section:
    rows = tuple(
        (
            words.say("canary") if each.wave.number == 0 else words.number(each.wave.number),
            words.time(each.wave.due),
            words.number(each.wave.end - each.wave.first),
            money_words(each.cost, one.draft.unit, words),
            money_words(each.so_far, one.draft.unit, words),
        )
        for each in one.waves
    )
    head = (words.say("Wave"), words.say("Due"), words.say("Awards"), words.say("Cost"), words.say("Spent by then"))
    note = words.say(
        "If it starts at {start}. Which account is in which wave is drawn by lot.", start=_start(one, words)
    )
    return Section(words.say("Waves"), head, rows, (2, 3, 4), note)


def _start(one: Simulation, words: Words) -> str:
    return words.moment(one.waves[0].wave.due) if one.waves else ""


def _excluded(one: Simulation, words: Words) -> Section:
    rows = tuple((exclusion_words(reason, words), words.number(count)) for reason, count in one.excluded)
    return Section(words.say("Left out"), (words.say("Reason"), words.say("Accounts")), rows, (1,))


def _oddest(one: Simulation, words: Words) -> Section:
    rows = tuple(
        (
            legible(each.line.account),
            amount_words(each.line.unit, each.line.amount, words),
            odd_words(each, one.draft.unit, words),
        )
        for each in one.oddest
    )
    note = words.say(
        "The awards farthest from the middle one in what they cost, in what they pay for each failed attempt or for "
        "what was lost; and those of accounts without any failed attempt."
    )
    head = (words.say("Account"), words.say("Award"), words.say("Why it is odd"))
    return Section(words.say("The oddest accounts"), head, rows, (1,), note)


def _drawn(draft: Draft, words: Words) -> Section:
    """What it was drawn with, as an approval signs it."""
    overrun = {
        "scale": words.say("awards are scaled down"),
        "refuse": words.say("the draw is refused"),
    }
    stop = words.say(
        "above {errors} of errors or {complaints} of complaints, from {least} on",
        errors=_share(draft.stop.errors_ppm, words),
        complaints=_share(draft.stop.complaints_ppm, words),
        least=words.number(draft.stop.least),
    )
    rows = [
        (words.say("Terms"), f"{legible(draft.terms)} · {legible(draft.version)}"),
        (words.say("Causes"), ", ".join(legible(one) for one in draft.causes)),
        (words.say("Budget"), money_words(draft.budget, draft.unit, words)),
        (words.say("Above the budget"), overrun.get(draft.overrun, legible(draft.overrun))),
        (words.say("Days"), words.number(draft.days)),
        (words.say("Canary"), _share(draft.canary_ppm, words)),
        (words.say("Holdout"), _share(draft.holdout_ppm, words)),
        (words.say("Stops"), stop),
    ]
    if draft.floor:
        rows.append((words.say("Floor of an award"), money_words(draft.floor, draft.unit, words)))
    if draft.cap is not None:
        rows.append((words.say("Cap of an account"), money_words(draft.cap, draft.unit, words)))
    if draft.filters:
        said = "; ".join(f"{legible(name)}: {legible(value)}" for name, value in draft.filters)
        rows.append((words.say("Filters"), said))
    return Section(words.say("As it was drawn"), (), tuple(rows))


def _share(ppm: int, words: Words) -> str:
    """Millionths in percent."""
    return words.percent(plain_number(Decimal(ppm).scaleb(-4)))
