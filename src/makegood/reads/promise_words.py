"""Promise words: what a promise of some terms says, part by part, in either language, each with its clause."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from makegood.reads.grant_words import form_words, grant_lines
from makegood.reads.part_words import Line, condition_words, quantity_words, range_words, unit_words
from makegood.reads.words import Words
from makegood.terms.due import Within
from makegood.terms.gauge import BadDays, BucketMean, BucketShare, DaysAfter, DownRules, DownTime, ErrorRate, Measure
from makegood.terms.pack import Promise
from makegood.terms.population import Statuses
from makegood.terms.window import Window


def lines(promise: Promise, words: Words) -> list[Line]:
    """Label, sentence and clause of each declared part, in the order in which they are reckoned."""
    found = [*_reach(promise, words), *_measured(promise, words), *_tested(promise, words)]
    found += grant_lines(promise, words)
    return [*found, *_asked(promise, words)]


def window_words(window: Window, words: Words) -> str:
    """The window in two or three words."""
    named = {
        "calendar_month": words.say("calendar month"),
        "billing_cycle": words.say("billing cycle"),
        "calendar_quarter": words.say("calendar quarter"),
        "fiscal_quarter": words.say("fiscal quarter"),
        "calendar_year": words.say("calendar year"),
        "event": words.say("single event"),
    }
    if window.kind == "fixed_days":
        return words.many("{n} day", "{n} days", window.days or 0)
    return named[window.kind]


def target_words(promise: Promise, words: Words) -> str:
    """What is promised in a few words; a dash where no level is."""
    kept = promise.commitment
    if kept is None or kept.range is None:
        return "–"
    if kept.level is not None:
        return words.say("as the contract says")
    if kept.unread is not None:
        return words.say("not read")
    return _kept_words(promise, words)


def _kept_words(promise: Promise, words: Words) -> str:
    kept = promise.commitment
    if kept is None or kept.range is None:
        return "–"
    unit = "percent" if kept.of == "percent_of_window" else promise.measure.unit
    return range_words(kept.range, unit, words)


def claim_by_words(promise: Promise, words: Words) -> str:
    """Until when to claim in a few words: the reading used."""
    if promise.claim is None and promise.automatic is not None:
        return words.say("automatic")
    if not promise.deadlines:
        return "–"
    used = next(one for one in promise.deadlines[-1].readings if one.used)
    return within_words(used, words)


def within_words(within: Within, words: Words) -> str:
    """A length of time after, or before, an anchor."""
    n = abs(within.amount)
    lengths = {
        "hours": words.many("{n} hour", "{n} hours", n),
        "days": words.many("{n} day", "{n} days", n),
        "business_days": words.many("{n} working day", "{n} working days", n),
        "weeks": words.many("{n} week", "{n} weeks", n),
        "months": words.many("{n} month", "{n} months", n),
        "years": words.many("{n} year", "{n} years", n),
        "cycles": words.many("{n} billing cycle", "{n} billing cycles", n),
    }
    length = lengths[within.unit]
    anchor = anchor_words(within.anchor, words)
    if within.before:
        return words.say("{length} before: {anchor}", length=length, anchor=anchor)
    return words.say("{length} after: {anchor}", length=length, anchor=anchor)


def anchor_words(anchor: str, words: Words) -> str:
    """The moment that a deadline counts from."""
    named = {
        "window_start": words.say("start of the window"),
        "window_end": words.say("end of the window"),
        "month_end": words.say("end of the month"),
        "quarter_end": words.say("end of the quarter"),
        "breach": words.say("the moment the level was missed"),
        "incident_start": words.say("start of the incident"),
        "incident_end": words.say("end of the incident"),
        "resumption": words.say("resumption of the service"),
        "awareness": words.say("becoming aware"),
        "report": words.say("the report"),
        "request": words.say("the request"),
        "receipt": words.say("receipt"),
        "decision": words.say("the decision"),
        "notice": words.say("the notice"),
        "invoice_date": words.say("date of the invoice"),
        "purchase": words.say("the purchase"),
        "contract_start": words.say("start of the contract"),
        "renewal": words.say("the renewal"),
        "term_end": words.say("end of the term"),
        "issue": words.say("issue"),
    }
    return named.get(anchor, anchor.replace("_", " "))


def _reach(promise: Promise, words: Words) -> Iterator[Line]:
    for condition in promise.applies:
        yield words.say("Applies where"), condition_words(condition, words), condition.clause
    window = promise.window
    zone = words.say("{window}, in {zone}", window=window_words(window, words), zone=window.zone)
    if not window.stated and window.kind != "event":
        zone = words.say("{window}; the zone is an assumption", window=zone)
    yield words.say("Window"), zone, window.clause
    if promise.observer is not None:
        by = {
            "provider": words.say("the provider's records decide"),
            "customer": words.say("the customer's records decide"),
            "both": words.say("the records of both sides count"),
            "regulator": words.say("a regulator decides"),
        }
        yield words.say("Whose records"), by[promise.observer.by], promise.observer.clause


def _measured(promise: Promise, words: Words) -> Iterator[Line]:
    population = promise.population
    if population is not None:
        yield words.say("An error is"), _statuses(population.errors, words), population.errors.clause
        if population.left_out is not None:
            left = population.left_out
            yield words.say("Counts neither way"), _statuses(left, words), left.clause
        if population.repeats is not None:
            minutes = population.repeats.within_minutes
            says = words.many(
                "the same failing request again within {n} minute of its first error counts neither way",
                "the same failing request again within {n} minutes of its first error counts neither way",
                minutes,
            )
            yield words.say("Repeats"), says, population.repeats.clause
    yield from _buckets(promise.measure, words)
    yield words.say("Figure"), _figure(promise.measure, words), promise.measure.aggregation.clause
    for one in promise.exclusions:
        yield words.say("Does not count"), words.of_terms(one.says), one.clause


def _statuses(statuses: Statuses, words: Words) -> str:
    ranges = [str(low) if low == high else f"{low}–{high}" for low, high in statuses.statuses]
    named = [*ranges, *statuses.error_types]
    return words.say("an answer with {statuses}", statuses=", ".join(named))


def _buckets(measure: Measure, words: Words) -> Iterator[Line]:
    rule = measure.aggregation
    if measure.bucket_minutes is not None and measure.bucket_clause is not None:
        length = words.many("{n} minute", "{n} minutes", measure.bucket_minutes)
        yield words.say("Counted in"), words.say("intervals of {length}", length=length), measure.bucket_clause
    if measure.empty is not None:
        worth = {
            "perfect": words.say("an interval without requests is perfect"),
            "left_out": words.say("an interval without requests is left out"),
            "undefined": words.say("without requests the figure is not defined"),
            "unstated": words.say("not stated; both ways are shown"),
        }
        yield words.say("Without requests"), worth[measure.empty.value], measure.empty.clause
    bad = getattr(rule, "bad_when", None)
    if isinstance(bad, ErrorRate):
        says = words.say("its error rate is {range}", range=range_words(bad.error_rate, "percent", words))
        yield words.say("An interval is down when"), says, bad.clause
    if isinstance(rule, DownRules) and rule.run is not None:
        run = rule.run
        length = quantity_words(*_shortest(run.at_least_minutes, run.at_least_seconds), words)
        counts = (
            words.say("only failures of {length} or more count, as a whole", length=length)
            if run.counts == "whole"
            else words.say("only what exceeds {length} without a break counts", length=length)
        )
        yield words.say("Shortest failure"), counts, run.clause
    if isinstance(rule, DownRules) and rule.weight is not None:
        yield words.say("Weight"), words.say("by the share of those affected"), rule.weight.clause
    if isinstance(rule, BadDays) and rule.longer_than_minutes is not None:
        length = quantity_words(rule.longer_than_minutes, "minutes", words)
        yield words.say("Counts"), words.say("only where more than {length} are down", length=length), rule.clause
    if isinstance(rule, DownRules) and rule.working_days is not None:
        yield words.say("Counts"), words.say("working days alone"), rule.working_days.clause
    if isinstance(rule, DownRules) and rule.counts_from is not None:
        since = words.say("only from {moment} on", moment=rule.counts_from.replace("_", " "))
        yield words.say("Counts"), since, rule.counts_from_clause or rule.clause


def _shortest(minutes: Decimal | None, seconds: Decimal | None) -> tuple[Decimal, str]:
    return (minutes, "minutes") if minutes is not None else (seconds or Decimal(0), "seconds")


def _figure(measure: Measure, words: Words) -> str:
    rule = measure.aggregation
    if isinstance(rule, BucketMean):
        return words.say("mean over all intervals of the share of requests without error")
    if isinstance(rule, BucketShare):
        return words.say("share of the intervals that are not down")
    if isinstance(rule, DownTime):
        taken = {
            "total": words.say("down time in all"),
            "longest": words.say("longest failure"),
            "worst_day": words.say("down time of the worst day"),
            "each_clock_hour": words.say("longest failure inside each clock hour"),
        }
        return words.say("{what}, in {unit}", what=taken[rule.take], unit=unit_words(measure.unit, words))
    if isinstance(rule, DaysAfter):
        return words.say("days until the end, after the days of grace")
    named = {
        "good_time": words.say("(window – down time) / window"),
        "bad_days": words.say("days on which a failure counts"),
        "down_share": words.say("down time / (window – down time the customer planned)"),
        "pooled": words.say("(requests – errors) / requests over the whole window"),
        "given": words.say("as reported, window by window"),
        "unpublished": words.say("how it is reckoned is not published"),
        "elapsed_share": words.say("the part of the term that has passed"),
        "rest": words.say("what is left of the amount"),
        "amounts": words.say("amounts reckoned elsewhere are given"),
    }
    return named.get(rule.kind, measure.name.replace("_", " "))


def _tested(promise: Promise, words: Words) -> Iterator[Line]:
    kept = promise.commitment
    if kept is not None and kept.range is not None:
        label = words.say("Promised") if kept.promised else words.say("Nothing is due while it is")
        yield label, _kept_words(promise, words), kept.clause
        if kept.level is not None:
            says = words.say("as the contract says, where it does: {fact}", fact=kept.level.replace("_", " "))
            yield label, says, kept.clause
    if kept is not None and kept.unread is not None:
        where = range_words(kept.unread.range, promise.measure.unit, words)
        yield words.say("Promised"), words.say("{range}: not read", range=where), kept.unread.clause
    for trigger in kept.missed_when if kept else ():
        says = "; ".join(condition_words(one, words) for one in trigger.when)
        yield words.say("Missed when"), says, trigger.clause
    several = promise.several
    while several is not None:
        if several.consecutive is not None:
            says = words.many("{n} window in a row", "{n} windows in a row", several.consecutive)
        else:
            says = words.say("{missed} of any {last} windows running", missed=several.missed, last=several.of_last)
        yield words.say("Several windows"), says, several.clause
        several = several.or_else
    for one in promise.exemptions:
        yield words.say("Nothing is due when"), words.of_terms(one.says), one.clause


def _asked(promise: Promise, words: Words) -> Iterator[Line]:
    if promise.automatic is not None:
        yield words.say("Without a claim"), words.say("it comes by itself"), promise.automatic
    for deadline in promise.deadlines:
        label = words.say("Claim by") if deadline.step == "claim" else words.say("First step by")
        for one in sorted(deadline.readings, key=lambda reading: not reading.used):
            reading = within_words(one, words)
            says = reading if one.used else words.say("another reading: {reading}", reading=reading)
            yield label, says, deadline.clause
    if promise.claim is not None:
        yield words.say("Claim to"), words.of_terms(promise.claim.to), promise.claim.clause
        for need in promise.claim.requires:
            yield words.say("It must hold"), words.of_terms(need.says), need.clause
    for duty in (*promise.duties, *promise.remedy.duties):
        labels = {
            "customer": words.say("Customer's duty"),
            "provider": words.say("Provider's duty"),
            "third_party": words.say("Someone else's duty"),
        }
        says = words.of_terms(duty.says)
        says = says if duty.by is None else f"{says} ({within_words(duty.by, words)})"
        yield labels[duty.of], says, duty.clause
    yield words.say("Form"), form_words(promise.remedy.form, words), promise.remedy.form_clause
