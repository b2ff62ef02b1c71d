"""Drift words: the verdict on a model's answers as one sentence, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from makegood.incidents.drift.coin import Walk
from makegood.incidents.drift.judge import (
    BEHAVIOUR,
    DROPPED,
    MUTE,
    NOT_ENOUGH,
    ROSE,
    UNBALANCED,
    UNKNOWN_QUALITY,
    Drift,
    Quality,
)
from makegood.reads.drift import Watched, points, quality_pairs
from makegood.reads.legible import legible
from makegood.reads.words import Words


def verdict_sentence(drift: Drift, words: Words) -> str:
    """The one sentence that answers: did it get worse?"""
    quality = drift.quality
    if quality and drift.verdict in (DROPPED, ROSE):
        return _changed(drift, quality, words)
    if drift.verdict == BEHAVIOUR:
        return words.say("Behaviour changed, quality not shown to have changed.")
    if drift.verdict == UNKNOWN_QUALITY:
        return _unknown(drift, words)
    if drift.verdict == NOT_ENOUGH:
        return words.say("Not enough comparisons to say anything yet.")
    return _unshown(drift, words) if drift.unknown else words.say("Unchanged so far.")


def _unshown(drift: Drift, words: Words) -> str:
    """Behaviour is as it was, and why quality is unknown all the same."""
    if drift.unknown == UNBALANCED:
        return words.say(
            "Behaviour unchanged so far, quality unknown: the set is not balanced over classes of right answers."
        )
    if drift.unknown == MUTE:
        return words.say(
            "Behaviour unchanged so far, quality unknown: most of the newest comparisons meet a refusal or a text in "
            "which no answer can be read."
        )
    return words.say(
        "Behaviour unchanged so far, quality unknown: fewer than {n} comparisons so far can tell right from wrong.",
        n=words.number(drift.policy.least),
    )


def _unknown(drift: Drift, words: Words) -> str:
    """Behaviour changed, and why quality is unknown."""
    if drift.unknown == UNBALANCED:
        return words.say("Behaviour changed, quality unknown: the set is not balanced over classes of right answers.")
    if drift.unknown == MUTE:
        return words.say(
            "Behaviour changed, quality unknown: most of the newest comparisons meet a refusal or a text in which no "
            "answer can be read."
        )
    return words.say(
        "Behaviour changed, quality unknown: fewer than {n} comparisons so far can tell right from wrong.",
        n=words.number(drift.policy.least),
    )


def _changed(drift: Drift, quality: Quality, words: Words) -> str:
    fell = drift.verdict == DROPPED
    ends = (quality.least, quality.most) if fell else (-quality.most, -quality.least)
    size = points(abs(1000 * quality.fall))
    says = {"x": words.number(size), "most": words.number(points(ends[1]))}
    if ends[0] <= 0:  # the alarm is sharper than the interval: that it changed is shown, how little it may be is not
        return (
            words.say("Quality dropped by {x} points (at most {most}).", **says)
            if fell
            else words.say("Quality rose by {x} points (at most {most}).", **says)
        )
    says["least"] = words.number(points(ends[0]))
    return (
        words.say("Quality dropped by {x} points (between {least} and {most}).", **says)
        if fell
        else words.say("Quality rose by {x} points (between {least} and {most}).", **says)
    )


def drift_sentences(drift: Drift, words: Words) -> list[str]:
    """What the verdict rests on, and what it leaves open."""
    told = [*_quality(drift, words), *_behaviour(drift, words), *_apart(drift, words)]
    if len(drift.models) > 1:
        names = words.listed(legible(name) for name, _ in drift.models)
        told.append(words.say("The answers named more than one model: {names}.", names=names))
        for name, first in drift.models[1:]:
            told.append(words.say("{name} first answered on {when}.", name=legible(name), when=words.moment(first)))
    return [*told, *_reference(drift, words)]


def watched_sentences(watched: Watched, words: Words) -> list[str]:
    """The same, and that the reference began anew where there are answers of before."""
    told = drift_sentences(watched.drift, words)
    if watched.earlier:
        told.append(
            words.many(
                "{n} earlier answer does not count: the set, the seed, the size of the reference, the address or the "
                "request was another, so that the reference began anew.",
                "{n} earlier answers do not count: the set, the seed, the size of the reference, the address or the "
                "request was another, so that the reference began anew.",
                watched.earlier,
            )
        )
    return told


def _reference(drift: Drift, words: Words) -> list[str]:
    counts = drift.counts
    if not counts.asked:
        told = words.many("{n} answer of the reference is in.", "{n} answers of the reference are in.", _in(drift))
        return [told, words.many("{n} is still to come.", "{n} are still to come.", counts.left)]
    if counts.left:
        return [
            words.many(
                "{n} more answer can be compared with this reference.",
                "{n} more answers can be compared with this reference.",
                counts.left,
            )
        ]
    return [words.say("This reference is used up; begin a new one with {option}.", option="--renew")]


def _in(drift: Drift) -> int:
    return drift.counts.reference_asked - drift.counts.reference_faults


def _quality(drift: Drift, words: Words) -> list[str]:
    quality, told = drift.quality, []
    if quality:
        told.append(
            words.say(
                "Of {n} answers that can tell quality {now} are right, of the {all_before} of before beside them "
                "{before}.",
                n=words.number(quality.seen.all),
                all_before=words.number(quality.looked_at_before),
                before=words.number(quality.right_before),
                now=words.number(quality.right_now),
            )
        )
        if drift.verdict not in (DROPPED, ROSE, UNKNOWN_QUALITY):
            most = words.number(max(points(quality.most), points(0)))
            told.append(words.say("A fall of more than {most} points is ruled out.", most=most))
        elif drift.verdict != UNKNOWN_QUALITY:
            walk = quality.drop if drift.verdict == DROPPED else quality.rise
            told.append(_alarm(drift, walk, True, words))
    if drift.balance.lopsided:
        topics = words.listed(legible(one) for one in drift.balance.lopsided)
        told.append(
            words.say(
                "Topics whose right answers are all of one class tell nothing of quality, "
                "as a habit looks like a loss there: {topics}.",
                topics=topics,
            )
        )
    return told


def _behaviour(drift: Drift, words: Words) -> list[str]:
    behaviour = drift.behaviour
    if not behaviour.comparisons:
        return []
    told = [
        words.say(
            "{differing} of {n} answers differ from the earlier one that they are compared with; which of the two is "
            "newer was guessed rightly {won} times of {differing}, where chance gives half.",
            differing=words.number(behaviour.differing),
            n=words.number(behaviour.comparisons),
            won=words.number(behaviour.answers.wins),
        )
    ]
    if behaviour.answers.crossed is not None:
        told.append(words.say("The answers changed.") + " " + _alarm(drift, behaviour.answers, False, words))
    if behaviour.forms.crossed is not None:
        told.append(
            words.say("The form of the answers changed (bare, dressed up, or in prose).")
            + " "
            + _alarm(drift, behaviour.forms, False, words)
        )
    return told


def _alarm(drift: Drift, walk: Walk, only_balanced: bool, words: Words) -> str:
    pairs = quality_pairs(drift) if only_balanced else drift.pairs
    at = walk.crossed or 1
    return words.say(
        "Shown by comparison {n}, on {when}.", n=words.number(at), when=words.moment(pairs[at - 1].new.time)
    )


def _apart(drift: Drift, words: Words) -> list[str]:
    """What is neither right nor wrong."""
    counts, told = drift.counts, []
    if counts.refused or counts.refused_before:
        told.append(
            words.say(
                "Refused, and counted neither right nor wrong: {now} now, {before} in the reference.",
                now=words.number(counts.refused),
                before=words.number(counts.refused_before),
            )
        )
    if counts.unclear or counts.unclear_before:
        told.append(
            words.say(
                "No answer could be read from the text: {now} now, {before} in the reference.",
                now=words.number(counts.unclear),
                before=words.number(counts.unclear_before),
            )
        )
    if counts.faults or counts.reference_faults:
        faults = counts.faults + counts.reference_faults
        told.append(
            words.many(
                "{n} question met a fault and says nothing.", "{n} questions met a fault and say nothing.", faults
            )
        )
    if 2 * counts.newest_faults > counts.newest:
        told.append(
            words.say(
                "Of the {n} questions asked last, {faults} met a fault; what is said here is of the answers before.",
                n=words.number(counts.newest),
                faults=words.number(counts.newest_faults),
            )
        )
    return told


def swap_sentence(name: str, swapped: str, words: Words) -> str:
    """A model other than the first one answered under the name of a watched model."""
    return words.say("{model}: another model answers now: {name}.", model=legible(name), name=legible(swapped))


def together_sentences(data: Mapping[str, Any], words: Words) -> list[str]:
    """How several models are taken together; nothing for one."""
    names: Sequence[str] = data["together"]["dropped"]
    if len(data["models"]) < 2:
        return []
    told = words.say(
        "Each of {n} models has a test of its own, wrong by itself with a chance of 5 % for each word.",
        n=words.number(len(data["models"])),
    )
    if not names:
        return [told, words.say("Taken together, no drop stands (e-BH at 5 %).")]
    stands = words.listed(legible(one) for one in names)
    return [told, words.say("Taken together, the drop of {names} stands (e-BH at 5 %).", names=stands)]
