"""Alert words on deadlines: a claim that must be made soon, with clause, verdict and what it still lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from makegood.reads.labels import label, scope_words
from makegood.reads.legible import TEXT_LIMIT, legible
from makegood.reads.sentences import amount_words
from makegood.reads.words import Words
from makegood.spans import moment

Facts = Mapping[str, Any]
_REST_OF_MINUTE = timedelta(seconds=59)


def deadline_subject(facts: Facts, words: Words) -> str:
    """What must be done, under which terms, and how long there is."""
    step = words.say("Notice") if facts["step"] == "notice" else words.say("Claim")
    days = facts["days"]
    left = words.many("{n} day left", "{n} days left", days) if days else words.say("less than a day left")
    return f"{step}: {legible(facts['terms'])}, {scope_words(words, facts['scope'])}: {left}"


def deadline_lines(facts: Facts, words: Words) -> Iterator[str]:
    """Verdict, last minute, what is missing, the clause, and where the assessment stands."""
    sums = amount_words(facts["amount"], words)
    verdict = label(words, "verdict", facts["verdict"])
    period = words.period(facts["period"]["start"], facts["period"]["end"])
    yield f"{verdict}: {sums} ({period})" if sums else f"{verdict} ({period})"
    last = words.moment(moment(facts["last"]) - _REST_OF_MINUTE)
    yield words.say("Last minute in time: {until}", until=last)
    if facts["reckoned"]:
        says = legible(words.of_terms(facts["reckoned"]), TEXT_LIMIT)
        yield words.say("Reckoned so: {says}", says=says)
    if facts["missing"]:
        items = words.listed(label(words, "claim_item", one) for one in facts["missing"])
        yield words.say("Still missing from the claim: {items}", items=items)
    yield words.say("The terms: {says}", says=legible(facts["says"], TEXT_LIMIT))
    yield words.say("Source: {source}", source=legible(facts["source"], TEXT_LIMIT))
    yield words.say("Next: makegood terms deadlines {path}", path=legible(facts["path"], TEXT_LIMIT))
