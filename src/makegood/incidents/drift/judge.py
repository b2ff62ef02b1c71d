"""Verb: judge the answers of one model; did its behaviour change, and did its quality, each by a test of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from makegood.incidents.drift.answer import REFERENCE, REFUSED, UNCLEAR, Answer
from makegood.incidents.drift.balance import Balance, balance
from makegood.incidents.drift.canary import Canary
from makegood.incidents.drift.change import Differences, drop_bounds
from makegood.incidents.drift.coin import Toss, Walk, walk
from makegood.incidents.drift.guess import answer_guesses, form_guesses
from makegood.incidents.drift.pairs import Pair, pairs
from makegood.incidents.drift.plan import Plan, due_canaries

NOT_ENOUGH, UNCHANGED = "not_enough", "unchanged"
BEHAVIOUR, UNKNOWN_QUALITY = "behaviour", "behaviour_quality_unknown"
DROPPED, ROSE = "dropped", "rose"
VERDICTS = (NOT_ENOUGH, UNCHANGED, UNKNOWN_QUALITY, BEHAVIOUR, DROPPED, ROSE)
# Why quality is unknown: the set is not balanced; the newest comparisons mostly meet what is neither right nor wrong,
# as where a model now refuses; too few comparisons so far.
UNBALANCED, MUTE, FEW = "unbalanced", "mute", "few"


@dataclass(frozen=True)
class Policy:
    """Chances of a false word, at any moment: `main` for "quality dropped" and for "answers changed", each by itself;
    `aside` for "quality rose" and for "form changed". Below `least` comparisons without alarm nothing is said, nor of
    quality below `least` that can tell it; so many of the newest are looked at for whether they still can."""

    main: Fraction = Fraction(1, 20)
    aside: Fraction = Fraction(1, 100)
    least: int = 50
    least_balanced: int = 20


@dataclass(frozen=True)
class Quality:
    """Comparisons of balanced questions; the fall lies within `least` and `most`, in thousandths.

    `right_before` counts answers of before, of which `beside` times as many as comparisons were looked at.
    """

    seen: Differences
    right_before: int
    right_now: int
    drop: Walk
    rise: Walk
    least: int
    most: int

    @property
    def fall(self) -> Fraction:
        """The estimated fall of the share of right answers; negative where it rose."""
        return self.seen.fall

    @property
    def looked_at_before(self) -> int:
        """The answers of before that were looked at."""
        return self.seen.beside * self.seen.all


@dataclass(frozen=True)
class Behaviour:
    """All comparisons: how many differ in the answer or in its form, and the bets on them."""

    comparisons: int
    differing: int
    answers: Walk
    forms_differing: int
    forms: Walk


@dataclass(frozen=True)
class Counts:
    """Rows of the newest reference and its watch: asked = answered + faults, for each part.

    `newest` is how many questions of the watch were looked at from the end, `newest_faults` what of them met a fault.
    """

    reference_asked: int
    reference_faults: int
    asked: int
    faults: int
    refused_before: int
    refused: int
    unclear_before: int
    unclear: int
    left: int
    newest: int
    newest_faults: int


@dataclass(frozen=True)
class Drift:
    """`verdict` is one of VERDICTS; `quality` None where no comparison can tell. `models` by first answer, as named.

    `unknown` is why nothing can be said of quality (UNBALANCED, MUTE or FEW), None where something can.
    """

    verdict: str
    number: int
    counts: Counts
    balance: Balance
    behaviour: Behaviour
    quality: Quality | None
    pairs: tuple[Pair, ...]
    models: tuple[tuple[str, datetime], ...]
    since: datetime | None
    until: datetime | None
    policy: Policy
    unknown: str | None


def judge(canaries: Sequence[Canary], answers: Sequence[Answer], plan: Plan, policy: Policy | None = None) -> Drift:
    """Judge the newest reference of one model by all answers so far, as they came; what faults say is nothing."""
    policy = policy or Policy()
    number = max((one.number for one in answers), default=1)
    mine = [one for one in answers if one.number == number]
    found = pairs(canaries, mine, plan, number)
    even = balance(canaries, plan.seed)
    behaviour = _behaviour(found, plan.seed, policy)
    asking = [one for one in found if one.canary.id in even.counted]
    unknown = UNBALANCED if len(even.counted) < policy.least_balanced else _unknown(asking, policy)
    quality = None if unknown == UNBALANCED else _quality(asking, plan.beside, policy)
    return Drift(
        verdict=_verdict(behaviour, quality, policy, unknown),
        number=number,
        counts=_counts(mine, due_canaries(canaries, answers, plan).left, policy),
        balance=even,
        behaviour=behaviour,
        quality=quality,
        pairs=found,
        models=_models(mine),
        since=mine[0].time if mine else None,
        until=mine[-1].time if mine else None,
        policy=policy,
        unknown=unknown,
    )


def quality_pair(pair: Pair) -> bool:
    """Can this pair tell quality? Not where any of it was refused or unclear."""
    return all(one.right is not None for one in (*pair.before, pair.new))


def _unknown(asking: Sequence[Pair], policy: Policy) -> str | None:
    """Why these comparisons do not tell quality. The newest count: earlier ones say nothing of who refuses by now."""
    newest = asking[-policy.least :]
    if 2 * sum(map(quality_pair, newest)) < len(newest):
        return MUTE
    return FEW if sum(map(quality_pair, asking)) < policy.least else None


def _quality(found: Sequence[Pair], beside: int, policy: Policy) -> Quality | None:
    """Wrong now against wrong before: of the answers that lie together, the newest is as often wrong as any other.

    The order of questions is drawn, so on average this holds too where a habit changed which of them are right.
    """
    told = [one for one in found if quality_pair(one)]
    if not told:
        return None
    before = [sum(one.right is False for one in pair.before) for pair in told]
    now = [pair.new.right is False for pair in told]
    seen = Differences(Counter(beside * new - old for old, new in zip(before, now, strict=True)), beside)
    least, most = drop_bounds(seen)
    worse, better = _tosses(before, now, beside + 1)
    return Quality(
        seen=seen,
        right_before=beside * len(told) - sum(before),
        right_now=len(told) - sum(now),
        drop=walk(worse, policy.main, beside + 1),
        rise=walk(better, policy.aside, beside + 1),
        least=least,
        most=most,
    )


def _tosses(before: Sequence[int], now: Sequence[bool], sides: int) -> tuple[list[Toss], list[Toss]]:
    """Bets that the newest is one of the wrong answers, and that it is one of the right; where there are both."""
    wrong = [old + new for old, new in zip(before, now, strict=True)]
    open_at = [at for at, of_these in enumerate(wrong) if 0 < of_these < sides]
    worse = [Toss(at + 1, now[at], wrong[at]) for at in open_at]
    return worse, [Toss(at + 1, not now[at], sides - wrong[at]) for at in open_at]


def _behaviour(found: Sequence[Pair], seed: str, policy: Policy) -> Behaviour:
    answers, forms = answer_guesses(found, seed), form_guesses(found, seed)
    return Behaviour(len(found), len(answers), walk(answers, policy.main), len(forms), walk(forms, policy.aside))


def _verdict(behaviour: Behaviour, quality: Quality | None, policy: Policy, unknown: str | None) -> str:
    if quality and quality.drop.crossed is not None:
        return DROPPED
    if quality and quality.rise.crossed is not None:
        return ROSE
    if behaviour.answers.crossed is not None or behaviour.forms.crossed is not None:
        return UNKNOWN_QUALITY if unknown else BEHAVIOUR
    return UNCHANGED if behaviour.comparisons >= policy.least else NOT_ENOUGH


def _counts(mine: Sequence[Answer], left: int, policy: Policy) -> Counts:
    before = [one for one in mine if one.part == REFERENCE]
    now = [one for one in mine if one.part != REFERENCE]
    newest = now[-policy.least :]
    said = [Counter(one.answer for one in part) for part in (before, now)]
    return Counts(
        reference_asked=len(before),
        reference_faults=sum(not one.given for one in before),
        asked=len(now),
        faults=sum(not one.given for one in now),
        refused_before=said[0][REFUSED],
        refused=said[1][REFUSED],
        unclear_before=said[0][UNCLEAR],
        unclear=said[1][UNCLEAR],
        left=left,
        newest=len(newest),
        newest_faults=sum(not one.given for one in newest),
    )


def _models(mine: Sequence[Answer]) -> tuple[tuple[str, datetime], ...]:
    first: dict[str, datetime] = {}
    for one in mine:
        if one.model:
            first.setdefault(one.model, one.time)
    return tuple(first.items())
