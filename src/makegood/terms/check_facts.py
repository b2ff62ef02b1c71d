"""Verb: check that the facts and moments that a part leans on are declared, and of the kind it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from makegood.terms.conditions import Condition, FactRule, plain_word
from makegood.terms.due import Calendar, Deadline, Within
from makegood.terms.gauge import (
    Amounts,
    DaysAfter,
    DownRules,
    ElapsedShare,
    Happened,
    OneFact,
    Rest,
    Weight,
)
from makegood.terms.lines import Path
from makegood.terms.pack import Commitment, Exclusion, Prepaid
from makegood.terms.parts import Part
from makegood.terms.remedies import Base, Cap, Itself

Fault = tuple[Path, str]
# The facts of a version by name; None for one that is declared but does not read well.
Declared = Mapping[str, FactRule | None]
_ANY = ("number", "flag", "word", "moment", "money")
_AMOUNT = ("money", "number")
_FACTS: dict[type[Part], dict[str, tuple[str, ...]]] = {
    Condition: {"fact": _ANY},
    Weight: {"fact": ("number",)},
    DownRules: {"counts_from": ("moment",), "planned": ("number",), "excluded": ("number",)},
    OneFact: {"fact": ("number",)},
    Happened: {"fact": _ANY},
    ElapsedShare: {"start": ("moment",), "end": ("moment",), "moment": ("moment",)},
    DaysAfter: {"start": ("moment",), "end": ("moment",)},
    Rest: {"whole": ("money",), "less": ("money",), "and_less": ("money",)},
    Amounts: {"facts": ("money",)},
    Commitment: {"level": ("number",)},
    Base: {"facts": _AMOUNT, "plus": ("money",), "less": ("money",), "shared_by": ("number",), "shares": ("number",)},
    Cap: {"of": _AMOUNT, "less": _AMOUNT},
    Itself: {"fact": ("money",)},
    Exclusion: {"budget_used": ("number",)},
    Prepaid: {"stated": ("moment",)},
    Calendar: {"by_fact": ("word",)},
}
_ALWAYS = ("bill",)  # what every case has a place for
# The moments that a case, a log or a claim shows by itself; `breach` where buckets are counted.
_SHOWN = frozenset(
    {"window_start", "window_end", "month_end", "quarter_end", "breach"}
    | {"incident_start", "incident_end", "resumption", "request", "receipt"}
)


def facts_leaned_on(part: Part, declared: Declared) -> Iterator[Fault]:
    """The facts that a part names and that are not declared, or not of a kind that the part can use."""
    for kind, fields in _FACTS.items():
        if not isinstance(part, kind):
            continue
        for field, kinds in fields.items():
            named = getattr(part, field, None)
            for at, fact in enumerate(named if isinstance(named, tuple) else () if named is None else (named,)):
                reason = None if fact in _ALWAYS else _wrong(fact, kinds, declared)
                if reason:
                    yield ((field, at) if isinstance(named, tuple) else (field,)), reason


def _wrong(fact: str, kinds: tuple[str, ...], declared: Declared) -> str | None:
    if fact not in declared:
        return f"fact '{fact}' is not declared under 'facts'; add it there with its kind"
    rule = declared[fact]
    if rule is None or rule.kind in kinds:
        return None
    return f"fact '{fact}' is a {rule.kind}, where a {' or '.join(kinds)} is needed; name another or correct its kind"


def condition_fits(part: Condition, declared: Declared) -> Iterator[Fault]:
    """A condition makes one test, and one that its fact can pass."""
    rule = declared.get(part.fact)
    tests = [part.range is not None, part.is_ is not None, bool(part.one_of), bool(part.none_of)]
    if sum(tests) != 1:
        yield (), "a condition makes one test; give one of 'range', 'is', 'one_of' and 'none_of'"
    elif rule is not None and not _fits(part, rule):
        yield (), f"the test does not fit the fact '{rule.name}', which is a {rule.kind}; use another test"
    elif rule is not None and rule.one_of:
        known = {plain_word(word) for word in rule.one_of}
        for name, words in (("one_of", part.one_of), ("none_of", part.none_of)):
            for at, word in enumerate(words):
                if plain_word(word) not in known:
                    yield (name, at), f"'{word[:60]}' is no word of '{rule.name}'; use {', '.join(rule.one_of)}"


def _fits(part: Condition, rule: FactRule) -> bool:
    if part.range is not None:
        return rule.kind in _AMOUNT
    return rule.kind == ("flag" if part.is_ is not None else "word")


def fact_fits(part: FactRule, _declared: Declared) -> Iterator[Fault]:
    """Only moments are anchors or the moment of asking, and only words have a list."""
    if part.kind != "moment" and (part.anchor or part.asks):
        yield ("kind",), "only a moment can be an anchor or the moment of asking; use 'moment'"
    if part.kind != "word" and part.one_of:
        yield ("one_of",), "only a word is one of several; remove it or use the kind 'word'"


def anchor_is_given(part: Within, declared: Declared) -> Iterator[Fault]:
    """The moment that the time is counted from can be known: from the case itself or from a fact."""
    carried = {rule.anchor for rule in declared.values() if rule is not None}
    if part.anchor not in _SHOWN | carried and None not in declared.values():
        mend = f"add a fact of the kind 'moment' with 'anchor: {part.anchor}'"
        yield ("anchor",), f"nothing tells the moment '{part.anchor}'; {mend}"


def step_is_told(part: Deadline, declared: Declared) -> Iterator[Fault]:
    """The moment of a step before the claim is the fact `claim.STEP`."""
    if part.step != "claim" and f"claim.{part.step}" not in declared:
        mend = f"add a fact 'claim.{part.step}' of the kind 'moment'"
        yield ("step",), f"nothing tells when the step '{part.step}' was taken; {mend}"
