"""Sentences: what terminal and report say in one sentence, from the facts of an assessment, in either language."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from makegood.losses.faults import read_rules
from makegood.reads.amiss_words import amiss_words
from makegood.reads.labels import label, scope_words
from makegood.reads.legible import TEXT_LIMIT, legible
from makegood.reads.part_words import in_decimals, quantity_words, unit_words
from makegood.reads.words import Words
from makegood.spans import moment

Facts = Mapping[str, Any]
OWED_NAMED = 3
BOXES = ("charged", "not_charged", "unknown", "caller")
# Codes of notes that say that retries of one call cannot be told from calls of their own.
UNGROUPED = frozenset({"retries_not_shown", "no_call_ids", "calls_not_grouped", "grouped_by_fingerprint"})


def headline(assessment: Facts, words: Words) -> str:
    """The answer: what was paid for and not received, or that nothing was, or that it cannot be told."""
    charged, unknown = assessment["waste"]["charged"], assessment["waste"]["unknown"]
    sums = words.amounts(charged["amounts"])
    if charged["attempts"]:
        if sums is None:
            return words.many(
                "You were charged for {n} attempt that delivered nothing; the amount is not known.",
                "You were charged for {n} attempts that delivered nothing; the amount is not known.",
                charged["attempts"],
            )
        if _left_out(assessment, "unpriced"):
            return words.many(
                "You paid at least {amount} for {n} attempt that delivered nothing; what some cost is not known.",
                "You paid at least {amount} for {n} attempts that delivered nothing; what some cost is not known.",
                charged["attempts"],
                amount=sums,
            )
        return words.many(
            "You paid {amount} for {n} attempt that delivered nothing.",
            "You paid {amount} for {n} attempts that delivered nothing.",
            charged["attempts"],
            amount=sums,
        )
    if unknown["attempts"]:
        return words.many(
            "No failed attempt is known to have been charged; for {n} it cannot be told.",
            "No failed attempts are known to have been charged; for {n} it cannot be told.",
            unknown["attempts"],
        )
    if not assessment["rows"]["used"]:
        return words.say("No attempts could be used, so nothing can be said about what was paid.")
    return words.say("Nothing that you were charged for is known to be undelivered.")


def _left_out(assessment: Facts, code: str) -> bool:
    """Do the notes say that a sum lacks attempts whose amount is not known?"""
    return any(note["code"] == code for note in assessment["notes"])


def subheads(assessment: Facts, words: Words) -> list[str]:
    """The sentences under the headline: what is gone, doubt, incidents and their acknowledgement, what is owed."""
    found = [part(assessment, words) for part in (_doubt, _spared, _incidents, _owed, _goodwill)]
    return [*amiss_words(assessment, words), *(sentence for sentence in found if sentence)]


def _doubt(assessment: Facts, words: Words) -> str | None:
    charged, unknown = assessment["waste"]["charged"], assessment["waste"]["unknown"]
    if not charged["attempts"] or not unknown["attempts"]:
        return None
    sums = words.amounts(unknown["amounts"])
    if sums is None:
        return words.many(
            "For {n} more failed attempt it cannot be told whether it was charged.",
            "For {n} more failed attempts it cannot be told whether they were charged.",
            unknown["attempts"],
        )
    if _left_out(assessment, "unpriced_in_doubt"):
        return words.many(
            "For {n} more failed attempt, worth at least {amount}, it cannot be told whether it was charged.",
            "For {n} more failed attempts, worth at least {amount}, it cannot be told whether they were charged.",
            unknown["attempts"],
            amount=sums,
        )
    return words.many(
        "For {n} more failed attempt, worth {amount} at the price list, it cannot be told whether it was charged.",
        "For {n} more failed attempts, worth {amount} at the price list, it cannot be told whether they were charged.",
        unknown["attempts"],
        amount=sums,
    )


def _spared(assessment: Facts, words: Words) -> str | None:
    """Said where nothing was charged: the failures there were, and that they were not charged."""
    spared = assessment["waste"]["not_charged"]["attempts"]
    if assessment["waste"]["charged"]["attempts"] or not spared:
        return None
    return words.many("{n} failed attempt was not charged.", "{n} failed attempts were not charged.", spared)


def _incidents(assessment: Facts, words: Words) -> str:
    incidents = assessment["incidents"]
    if not incidents:
        return words.say("No incident was found in this period.")
    silent = sum(1 for one in incidents if acknowledgement(one, assessment) == "never")
    told = words.many("{n} incident was found.", "{n} incidents were found.", len(incidents))
    if not silent:
        return told
    more = words.many(
        "{n} was never acknowledged by the status page.",
        "{n} were never acknowledged by the status page.",
        silent,
    )
    return f"{told} {more}"


def _owed(assessment: Facts, words: Words) -> str | None:
    verdicts = assessment["verdicts"]
    if not verdicts:
        return words.say("No terms were weighed.")
    owed = [one for one in verdicts if one["verdict"] == "owed"]
    if owed:
        return words.say("Owed: {terms}.", terms=words.listed(_owed_part(one, words) for one in owed[:OWED_NAMED]))
    if any(one["verdict"] in ("ambiguous", "unknown") for one in verdicts):
        return words.say("Whether anything is owed under the terms cannot be said for certain.")
    return words.say("Nothing is owed under the terms that were weighed.")


def _goodwill(assessment: Facts, words: Words) -> str | None:
    asked = [one for one in assessment["verdicts"] if one["verdict"] == "goodwill"]
    if not asked:
        return None
    names = words.listed(_owed_part(one, words) for one in asked[:OWED_NAMED])
    return words.say("Goodwill that can be asked for: {terms}.", terms=names)


def _owed_part(verdict: Facts, words: Words) -> str:
    sums = amount_words(verdict["amount"], words)
    if sums is None:
        return words.say("an amount not known under {terms}", terms=legible(verdict["terms"]))
    return words.say("{amount} under {terms}", amount=sums, terms=legible(verdict["terms"]))


def acknowledgement(incident: Facts, assessment: Facts) -> str:
    """`page`: on the status page; `never`: the provider's bulletins tell nothing of it; `unasked`: none were given."""
    if incident["bulletins"] or incident["basis"] in ("bulletin", "both"):
        return "page"
    if not assessment["params"].get("bulletins"):
        return "unasked"
    pages, provider = _pages_given(assessment), incident["scope"].get("provider")
    if not pages or None in pages or provider is None:
        return "never"
    one_name = read_rules().one_name
    return "never" if one_name(provider) in map(one_name, pages) else "unasked"


def _pages_given(assessment: Facts) -> set[str | None]:
    """The providers whose bulletins were given; silence of another's page says nothing of this one."""
    read = [one["scope"].get("provider") for one in assessment["readings"] if one.get("basis") != "attempts"]
    return {*read, *(one["scope"].get("provider") for one in assessment["incidents"] if one["bulletins"])}


def acknowledgement_words(incident: Facts, assessment: Facts, words: Words) -> str:
    """The same in words; on the page with the length that the page states, never averaged with the log's."""
    state = acknowledgement(incident, assessment)
    if state == "never":
        return words.say("never acknowledged by the status page")
    if state == "unasked":
        return words.say("no status page was given to compare with")
    if any(one.get("end") is None for one in incident["bulletins"]):
        return words.say("on the status page, still open there")
    longest = max((Decimal(one["minutes"]) for one in incident["bulletins"]), default=None)
    if longest is None:
        return words.say("on the status page")
    return words.say("on the status page for {length}", length=words.minutes(longest))


def length(incident: Facts, words: Words) -> str:
    """How long the incident lasted, by its best edges."""
    seconds = (moment(incident["end"]) - moment(incident["start"])).total_seconds()
    return words.minutes(Decimal(round(seconds)) / 60)


def edges(incident: Facts, words: Words) -> str:
    """How sure the edges are."""
    if incident["basis"] == "bulletin":
        return words.say("edges as the status page states them")
    ranges = [(moment(low), moment(high)) for low, high in (incident["start_range"], incident["end_range"])]
    if all((high - low).total_seconds() <= 60 for low, high in ranges):
        return words.say("edges sure to the minute")
    return words.say(
        "start within {start}, end within {end}",
        start=words.clock_span(*incident["start_range"]),
        end=words.clock_span(*incident["end_range"]),
    )


def incident_sentence(incident: Facts, assessment: Facts, words: Words) -> str:
    """When, how long, which scope, how many failed, whom it hit, and what the status page said."""
    facts = {
        "span": words.span(incident["start"], incident["end"]),
        "length": length(incident, words),
        "scope": scope_words(words, incident["scope"]),
        "page": acknowledgement_words(incident, assessment, words),
    }
    if not incident["attempts"]:
        return words.say("{span} ({length}): {scope}; the log holds no attempts in that time; {page}.", **facts)
    return words.many(
        "{span} ({length}): {scope}; {faults} of {attempts} attempts failed ({share}), {n} account hit; {page}.",
        "{span} ({length}): {scope}; {faults} of {attempts} attempts failed ({share}), {n} accounts hit; {page}.",
        incident["accounts"],
        faults=words.number(incident["faults"]),
        attempts=words.number(incident["attempts"]),
        share=words.share(incident["faults"], incident["attempts"]),
        **facts,
    )


def amount_words(amount: Facts | None, words: Words) -> str | None:
    """The amount as it would be paid; every rounding where they differ; None when there is none."""
    if not amount:
        return None
    values = {rule: Decimal(value) for rule, value in amount["rounded"].items()}
    if len(set(values.values())) == 1:
        return words.money(next(iter(values.values())), amount["currency"])
    if not values:
        return f"{in_decimals(amount['exact'], words)} {legible(amount['currency'])}"
    return words.say(" or ").join(
        f"{words.money(value, amount['currency'])} ({label(words, 'rounding', rule)})" for rule, value in values.items()
    )


def verdict_sentence(verdict: Facts, words: Words) -> str:
    """What the terms say, why, and until when to claim: one sentence a customer understands."""
    kind = verdict["verdict"]
    why = "; ".join(label(words, "reason", code) for code in verdict["reasons"])
    facts = {"terms": _subject(verdict, words), "why": why}
    sums = amount_words(verdict["amount"], words) or _in_unit(verdict.get("quantity"), words)
    until = words.moment(verdict["deadline"]) if verdict["deadline"] else None
    if kind == "owed":
        return _owed_sentence(facts | {"form": label(words, "form", verdict["form"])}, sums, until, words)
    if kind == "goodwill":
        if sums is None:
            return words.say("{terms}: nothing is owed, but goodwill can be asked for: {why}.", **facts)
        return words.say(
            "{terms}: nothing is owed, but {amount} can be asked for as goodwill: {why}.",
            **facts | {"amount": sums},
        )
    if kind == "not_owed":
        return words.say("{terms}: nothing is owed: {why}.", **facts)
    if kind == "ambiguous":
        return words.say("{terms}: the terms can be read in more than one way: {why}.", **facts)
    return words.say("{terms}: it cannot be said what is owed: {why}.", **facts)


def _subject(verdict: Facts, words: Words) -> str:
    terms, scope, period = legible(verdict["terms"]), scope_words(words, verdict["scope"]), verdict.get("period")
    parts = [] if scope == terms else [scope]
    if period:
        parts.append(words.period(period["start"], period["end"]))
    return f"{terms} ({', '.join(parts)})" if parts else terms


def _owed_sentence(facts: dict[str, str], sums: str | None, until: str | None, words: Words) -> str:
    if sums and until:
        return words.say(
            "{terms}: {amount} is owed ({form}), to be claimed by {until}: {why}.",
            **facts | {"amount": sums, "until": until},
        )
    if sums:
        return words.say("{terms}: {amount} is owed ({form}): {why}.", **facts | {"amount": sums})
    if until:
        return words.say(
            "{terms}: something is owed ({form}) but its amount is not known, to be claimed by {until}: {why}.",
            **facts | {"until": until},
        )
    return words.say("{terms}: something is owed ({form}) but its amount is not known: {why}.", **facts)


def measured(verdict: Facts, words: Words) -> str | None:
    """The measured figure in decimals, or None where there is none; assessment.json has its exact fraction."""
    measure = verdict.get("measure")
    value = (measure.get("value") or measure) if measure else {}
    if not measure or value.get("decimal") is None:
        return None
    unit = measure.get("unit", "percent")
    name = label(words, "measure", measure["name"])
    shown = (
        words.percent(value["decimal"]) if unit == "percent" else quantity_words(Decimal(value["decimal"]), unit, words)
    )
    return f"{name} {shown}"


def _in_unit(quantity: Facts | None, words: Words) -> str | None:
    """A grant that is no money in its unit; None where there is none."""
    if not quantity:
        return None
    return f"{in_decimals(quantity['exact'], words)} {legible(unit_words(quantity['unit'], words))}"


def rows_sentences(assessment: Facts, words: Words) -> list[str]:
    """The rows of the log, and those of status pages and bills where any were read."""
    small = [one for one in assessment["params"]["inputs"] if one["kind"] != "attempts"]
    said = [rows_sentence(assessment["rows"], words)] if assessment["rows"]["read"] or not small else []
    if small:
        read, aside = (sum(one[key] for one in small) for key in ("read", "quarantined"))
        told = words.many(
            "{n} row of status pages and bills read, {aside} set aside",
            "{n} rows of status pages and bills read, {aside} set aside",
            read,
            aside=words.number(aside),
        )
        said.append(told)
    return said


def set_aside(one: Facts) -> str:
    """A row that could not be used: its place and why, as the reader of the file put it."""
    place = f"{legible(one['file'], TEXT_LIMIT)}:{one['line']}" if one["line"] else legible(one["file"], TEXT_LIMIT)
    return f"{place}: {legible(one['reason'], TEXT_LIMIT)}"


def rows_sentence(rows: Facts, words: Words) -> str:
    """Every input row accounted for."""
    return words.many(
        "{n} row read = {used} used + {duplicate} delivered twice + {quarantined} set aside + {out} out of scope",
        "{n} rows read = {used} used + {duplicate} delivered twice + {quarantined} set aside + {out} out of scope",
        rows["read"],
        used=words.number(rows["used"]),
        duplicate=words.number(rows["duplicate"]),
        quarantined=words.number(rows["quarantined"]),
        out=words.number(rows["out_of_scope"]),
    )


def would_shrink(assessment: Facts, words: Words) -> list[str]:
    """What would turn "cannot tell" into an answer, most telling first; empty when nothing is in doubt."""
    params, waste = assessment["params"], assessment["waste"]
    wants = []
    if waste["unknown"]["attempts"]:
        wants += _charges_wanted(params, words)
    codes = {note["code"] for note in assessment["notes"]}
    if codes & UNGROUPED:
        wants.append(
            words.say(
                "Call ids (an idempotency key or client request id on each attempt) would show which retries belong "
                "together."
            )
        )
    if "usable_not_known" in codes:
        wants.append(
            words.say("Logs that say whether an answer could be used (usable) would show cut and empty answers.")
        )
    if any("bill_not_given" in one["reasons"] for one in assessment["verdicts"]) and not params.get("bill"):
        wants.append(words.say('The bill of the period (--bill "12000 USD") would turn percentages into amounts.'))
    if assessment["incidents"] and not params.get("bulletins"):
        wants.append(
            words.say("The status page's feed (--bulletins FILE) would show which incidents were acknowledged.")
        )
    if assessment["rows"]["quarantined"]:
        wants.append(
            words.many(
                "Mending {n} row that was set aside would let it count.",
                "Mending {n} rows that were set aside would let them count.",
                assessment["rows"]["quarantined"],
            )
        )
    return wants


def _charges_wanted(params: Facts, words: Words) -> list[str]:
    logged = words.say("Logs that carry the amount charged for each attempt would settle it without any rule.")
    if params.get("charges"):
        named = words.say(
            "A usage export that names request ids would settle single attempts; the charges given do not name "
            "them all."
        )
        return [named, logged]
    invoice = words.say(
        "An invoice or a cost export of the period (--charges FILE) would show what was charged in all."
    )
    usage = words.say("A usage export with request ids (--charges FILE) would show it attempt by attempt.")
    return [invoice, usage, logged]


def notes(assessment: Facts, words: Words) -> list[str]:
    """The notes in this language where they are known, else in English."""
    return [
        legible(words.note(one["code"], one.get("params") or {}, one["text"]), TEXT_LIMIT)
        for one in assessment["notes"]
    ]
