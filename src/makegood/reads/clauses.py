"""Clauses: one version of some terms in words; what it promises part by part, then clause by clause with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from makegood.reads.programme_words import programme_lines
from makegood.reads.promise_words import lines
from makegood.reads.words import Words
from makegood.terms.pack import Pack, Version
from makegood.terms.parts import Clause
from makegood.terms.read import find
from makegood.terms.shelf import shelf


@dataclass(frozen=True)
class Told:
    """One clause: its id, what it says, where and when it was read, and how well it is known, in words."""

    id: str
    says: str
    source: str
    status: str
    note: str | None


@dataclass(frozen=True)
class Shown:
    """`head` are (label, value) pairs; `promises` (title, parts) with each part (label, sentence, clause).

    `programme` are such parts too: what the provider gives of itself.
    """

    title: str
    head: tuple[tuple[str, str], ...]
    promises: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    programme: tuple[tuple[str, str, str], ...]
    goodwill: tuple[str, ...]
    precedents: tuple[str, ...]
    readings: tuple[tuple[str, str], ...]
    clauses: tuple[Told, ...]


def shown(pack: Pack, version: Version, words: Words) -> Shown:
    """All that the version says, in this language; clauses without a Korean text stay in English."""
    promises = tuple((one.id.replace("-", " "), tuple(lines(one, words))) for one in version.promises)
    goodwill, precedents = _goodwill(version, words)
    return Shown(
        f"{pack.terms} · {pack.provider} · {version.name}",
        _head(pack, version, words),
        promises,
        tuple(programme_lines(version.programme, words)) if version.programme else (),
        goodwill,
        precedents,
        tuple((words.of_terms(one.says), one.clause) for one in version.readings),
        tuple(_told(name, clause, version.is_own_programme, words) for name, clause in version.clauses.items()),
    )


def _head(pack: Pack, version: Version, words: Words) -> tuple[tuple[str, str], ...]:
    start, end, seen = version.effective.start, version.effective.end, version.last_seen
    force = words.say("from {day}", day=words.day(start.isoformat()))
    if end is not None:
        force = words.say(
            "from {day} until before {end}", day=words.day(start.isoformat()), end=words.day(end.isoformat())
        )
    others = ", ".join(one.version for one in pack.versions if one is not version)
    head = [(words.say("Version"), version.version), (words.say("In force"), force)]
    if seen is not None:
        head.append((words.say("Last looked up"), words.day(seen.isoformat())))
    if others:
        head.append((words.say("Other versions"), others))
    if version.prepaid is not None:
        head.append((words.say("Prepaid balance"), words.of_terms(version.prepaid.says)))
    return tuple(head)


def _goodwill(version: Version, words: Words) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rules = version.goodwill
    if rules is None:
        return (), ()
    told = tuple(
        words.say(
            "{day}: {remedy}, for {who}, after: {trigger}",
            day=words.day(one.date.isoformat()),
            remedy=words.of_terms(one.remedy),
            who=words.of_terms(one.who),
            trigger=words.of_terms(one.trigger),
        )
        for one in rules.precedents
    )
    return (rules.rules_ko if words.lang == "ko" and rules.rules_ko else rules.rules), told


def _told(name: str, clause: Clause, own: bool, words: Words) -> Told:
    known = {
        "P": words.say("the programme's own text") if own else words.say("the provider's own text was read"),
        "S": words.say("a secondary source quotes it"),
        "T": words.say("wording of the provider's sibling terms"),
        "U": words.say("not read anywhere"),
    }
    says = clause.ko if words.lang == "ko" and clause.ko else clause.says
    day = f", {words.day(clause.date.isoformat())}" if clause.date else ""
    return Told(name, says, f"{clause.source}{day}", f"{clause.status}: {known[clause.status]}", clause.note)


def clause_text(verdict: Mapping[str, Any], words: Words) -> str:
    """The clause that a published verdict relies on, in this language where a shipped pack says it so."""
    says = str(verdict.get("clause_says") or "")
    names = [one.names[0] for one in shelf() if verdict.get("terms") in one.names] if words.lang != "en" else []
    for version in find(names[0]).versions if names else ():
        clause = version.clauses.get(str(verdict.get("clause")))
        if clause is not None and clause.says == says and clause.ko:
            return clause.ko
    return says
