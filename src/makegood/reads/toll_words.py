"""Toll words: what failing calls of a replayed incident would have cost, as cells of a table and as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from makegood.reads.exposure_words import spend_words, telling_words, toll_share
from makegood.reads.words import Words

Facts = Mapping[str, Any]


def toll_rows(replay: Facts, words: Words) -> list[tuple[str, ...]]:
    """A row a reading and share: telling, length, share, calls that fail and are left, their cost, retries, extra."""
    return [
        (
            telling_words(one, words),
            words.minutes(one["minutes"]),
            toll_share(toll, words),
            words.number(toll["calls"]["rounded"]),
            words.number(toll["left"]["rounded"]),
            _spend(toll, words),
            _retries(toll["retries"], words),
            _extra(toll, words),
        )
        for one in replay["readings"]
        for toll in one["tolls"]
    ]


def toll_sentences(replay: Facts, words: Words) -> list[str]:
    """The same in sentences, those of a reading and share in one text."""
    return [_toll(one, toll, words) for one in replay["readings"] for toll in one["tolls"]]


def _toll(reading: Facts, toll: Facts, words: Words) -> str:
    fail = words.many(
        "{name}, {length}, {share}: {n} call fails.",
        "{name}, {length}, {share}: {n} calls fail.",
        toll["calls"]["rounded"],
        name=telling_words(reading, words),
        length=words.minutes(reading["minutes"]),
        share=toll_share(toll, words),
    )
    if not toll["calls"]["rounded"]:
        return fail
    cost = words.say("Such calls cost you, in this log: {spend}.", spend=_spend(toll, words))
    tries = words.say("What is charged for tries that fail: {retries}.", retries=_retries(toll["retries"], words))
    return " ".join((fail, _taken(toll, words), cost, tries))


def _taken(toll: Facts, words: Words) -> str:
    if not toll["taken"]["rounded"]:
        return words.say("No tested alternative takes any of them.")
    return words.many(
        "Tested alternatives take {n} of them and leave {left}; what that costs more: {extra}.",
        "Tested alternatives take {n} of them and leave {left}; what that costs more: {extra}.",
        toll["taken"]["rounded"],
        left=words.number(toll["left"]["rounded"]),
        extra=_extra(toll, words),
    )


def _spend(toll: Facts, words: Words) -> str:
    """Amounts, and of how many attempts what they cost is not known; a dash of nothing."""
    return spend_words({"amounts": toll["spend"], "unknown": toll["spend_unknown"]["rounded"]}, words)


def _retries(retries: Facts | None, words: Words) -> str:
    """What failed attempts would have cost for nothing, by what such failures cost before."""
    if retries is None:
        return words.say("not known")
    least = words.amounts(retries["least"]) or "0"
    if retries["most"] is None:
        some = any(Decimal(amount) for amount in retries["least"].values())
        return words.say("at least {amount}", amount=least) if some else words.say("not known")
    most = words.amounts(retries["most"]) or "0"
    return least if least == most else words.say("{least} to {most}", least=least, most=most)


def _extra(toll: Facts, words: Words) -> str:
    """What the alternatives would have cost more; a dash where they take nothing."""
    if not toll["taken"]["rounded"]:
        return "–"
    known = words.amounts(toll["extra"])
    return words.say("not known") if known is None or toll["extra_unknown"]["rounded"] else known
