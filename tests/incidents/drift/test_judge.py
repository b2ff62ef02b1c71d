"""The judge: behaviour and quality kept apart, the trap of one class, and what is neither right nor wrong."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from makegood.incidents.drift.answer import REFERENCE, WATCH
from makegood.incidents.drift.balance import balance
from makegood.incidents.drift.judge import judge
from makegood.incidents.drift.plan import Plan, due_canaries
from tests.incidents.drift.worlds import Says, answer, asked, judged, saying, yes_no_set

BALANCED, ALL_PRIME = yes_no_set(100, 100), yes_no_set(200, 0)
SEEDS = range(1, 7)


def verdicts(canaries, says: Says, watch: int = 400) -> list[str]:
    return [judged(canaries, says, watch, seed).verdict for seed in SEEDS]


def test_the_trap_of_questions_with_one_right_answer():
    """As a study met it: 97.6 % called primes prime, later 2.4 % did; it had asked about primes only."""
    says = saying((0.976, 0.976), (0.024, 0.024))
    assert set(verdicts(ALL_PRIME, says, 60)) == {"behaviour_quality_unknown"}
    found = judged(ALL_PRIME, says)
    assert (found.quality, found.balance.lopsided) == (None, ("prime",))
    assert found.behaviour.answers.crossed < 30


def test_the_same_habit_is_no_drop_where_both_classes_are_asked():
    says = saying((0.976, 0.976), (0.024, 0.024))
    assert set(verdicts(BALANCED, says)) == {"behaviour"}


def test_a_real_fall_of_ten_points_is_a_drop():
    found = [judged(BALANCED, saying((0.95, 0.05), (0.85, 0.15)), 400, seed) for seed in SEEDS]
    assert [one.verdict for one in found] == ["dropped"] * len(SEEDS)
    assert sum(one.quality.least <= 100 <= one.quality.most for one in found) >= len(SEEDS) - 1
    assert all(one.quality.drop.crossed <= 400 and one.quality.drop.wealth > 1 for one in found)


def test_a_rise_is_told_as_a_rise():
    assert verdicts(BALANCED, saying((0.7, 0.3), (0.95, 0.05))) == ["rose"] * len(SEEDS)


def test_nothing_changed_is_nothing_said():
    quiet = verdicts(BALANCED, saying((0.9, 0.1), (0.9, 0.1)))
    assert quiet.count("unchanged") >= len(SEEDS) - 2  # each may say a false word, with a chance of some 7 %
    assert set(verdicts(BALANCED, saying((0.9, 0.1), (0.9, 0.1)), 30)) == {"not_enough"}


def test_answers_that_turn_without_getting_better_or_worse_are_behaviour():
    """Each question has one answer, which half of them change; as many are right as before."""

    def says(one, part, _draw):
        number = int(one.id.split("-")[1])
        return "yes" if (number * 7 % 4 < 2) != (part == WATCH and number % 2 == 0) else "no"

    assert set(verdicts(BALANCED, says)) == {"behaviour"}


def test_a_change_of_form_is_behaviour_and_says_which():
    rows, plan = asked(BALANCED, saying((0.95, 0.05), (0.95, 0.05)), 200)
    fenced = [replace(one, form="dressed") if one.part == WATCH else one for one in rows]
    found = judge(BALANCED, fenced, plan)
    assert found.verdict == "behaviour"
    assert (found.behaviour.forms.crossed is not None, found.behaviour.answers.crossed) == (True, None)
    assert found.quality == judge(BALANCED, rows, plan).quality


def test_refusals_and_faults_are_no_wrong_answers():
    def says(one, part, draw):
        if part == WATCH and draw.random() < 0.5:
            return "(refused)" if draw.random() < 0.6 else ""
        return one.truth if draw.random() < 0.95 else "no"

    found = judged(BALANCED, says, 300)
    assert found.verdict == "behaviour"
    assert found.quality.drop.crossed is None
    assert found.counts.refused > 50 < found.counts.faults
    assert found.quality.seen.all == found.behaviour.comparisons - found.counts.refused
    assert found.counts.asked == 300 == found.behaviour.comparisons + found.counts.faults


def silent(after: int, said: str) -> Says:
    """Right nine times in ten; after so many questions of the watch it says this and nothing else."""
    asked_so_far = iter(range(10**6))

    def says(one, part, draw):
        if part == WATCH and next(asked_so_far) >= after:
            return said
        return one.truth if draw.random() < 0.9 else "no"

    return says


@pytest.mark.parametrize("said", ["(refused)", "(unclear)"])
@pytest.mark.parametrize("before", [0, 100])
def test_who_refuses_everything_by_now_shows_nothing_of_quality(before: int, said: str):
    """Also where a hundred answers came before: they say nothing of now."""
    found = judged(BALANCED, silent(before, said), before + 100)
    assert (found.verdict, found.unknown) == ("behaviour_quality_unknown", "mute")
    assert (found.quality is None) == (before == 0)


def test_who_refuses_now_and_then_is_judged_by_the_rest():
    def says(one, part, draw):
        return "(refused)" if part == WATCH and draw.random() < 0.3 else one.truth

    found = judged(BALANCED, says, 200)
    assert (found.verdict, found.unknown) == ("behaviour", None)


def test_quality_is_unknown_until_enough_comparisons_tell_it():
    says = saying((0.976, 0.976), (0.024, 0.024))
    early, later = judged(BALANCED, says, 45), judged(BALANCED, says, 120)
    assert (early.verdict, early.unknown) == ("behaviour_quality_unknown", "few")
    assert (later.verdict, later.unknown) == ("behaviour", None)


def test_faults_at_the_end_are_counted_apart():
    counts = judged(BALANCED, silent(100, ""), 140).counts
    assert (counts.newest, counts.newest_faults) == (50, 40)


def test_faults_alone_say_nothing():
    def says(one, part, _draw):
        return "" if part == WATCH else one.truth

    found = judged(BALANCED, says, 300)
    assert (found.verdict, found.behaviour.comparisons, found.counts.faults) == ("not_enough", 0, 300)


def test_a_topic_of_one_class_keeps_out_of_quality_beside_a_balanced_one():
    both = (*yes_no_set(60, 60, "order"), *yes_no_set(60, 0, "prime"))

    def says(one, part, _draw):
        if one.topic == "prime":
            return "yes" if part == REFERENCE else "no"
        return one.truth

    found = judged(both, says, 360)
    assert (found.verdict, found.balance.lopsided) == ("behaviour", ("prime",))
    assert found.quality.right_now == found.quality.seen.all


def test_of_uneven_classes_as_many_count_as_the_smallest_has():
    found = balance(yes_no_set(30, 12), "seed")
    assert (len(found.counted), found.left_out) == (24, 18)
    assert found.counted != balance(yes_no_set(30, 12), "another").counted
    assert judged(yes_no_set(90, 3), saying((0.9, 0.9), (0.1, 0.1)), 150).verdict == "behaviour_quality_unknown"


def test_a_silent_swap_of_models_is_noted():
    rows, plan = asked(BALANCED, saying((0.95, 0.05), (0.95, 0.05)), 100)
    named = [replace(one, model="a-2" if n > 650 else "a-1") for n, one in enumerate(rows)]
    found = judge(BALANCED, named, plan)
    assert found.models == (("a-1", rows[0].time), ("a-2", rows[651].time))


def test_what_is_said_grows_and_is_never_taken_back():
    """Looked at after every answer: thresholds, guesses and pairs stay as they were."""
    rows, plan = asked(BALANCED, saying((0.9, 0.1), (0.7, 0.3)), 160)
    whole = judge(BALANCED, rows, plan)
    for cut in (1020, 1060, 1100, 1159):
        part = judge(BALANCED, rows[:cut], plan)
        assert whole.pairs[: len(part.pairs)] == part.pairs
        assert whole.behaviour.answers.points[: len(part.behaviour.answers.points)] == part.behaviour.answers.points
        assert part.quality.drop.crossed in (None, whole.quality.drop.crossed)


def test_which_of_two_is_newer_is_guessed_without_knowing_it():
    """Both answers of the last pair in each other's place: the guess names the same answer, so the toss falls over."""
    rows, plan = asked(BALANCED, saying((0.7, 0.3), (0.7, 0.3)), 200)
    found = judge(BALANCED, rows, plan)
    turned = 0
    for at in range(170, 200):
        pair = found.pairs[at]
        if pair.old.answer == pair.new.answer:
            continue
        swap = {pair.old: pair.new, pair.new: pair.old}
        mirrored = [
            replace(one, answer=swap[one].answer, right=swap[one].right) if one in swap else one
            for one in rows[: rows.index(pair.new) + 1]
        ]
        before, after = (judge(BALANCED, some, plan) for some in (rows[: len(mirrored)], mirrored))
        assert after.behaviour.answers.wins - before.behaviour.answers.wins in (1, -1)
        assert after.behaviour.answers.points[:-1] == before.behaviour.answers.points[:-1]
        turned += 1
    assert turned > 5


@pytest.mark.parametrize(
    ("reference", "beside", "rounds"),
    [(1, 1, 1), (2, 1, 1), (3, 1, 2), (5, 1, 4), (2, 2, 1), (4, 2, 1), (5, 2, 2), (7, 3, 2)],
)
def test_each_answer_stands_in_one_pair_at_most(reference: int, beside: int, rounds: int):
    canaries, rows, plan = yes_no_set(6, 6), [], Plan("s", reference, beside)
    draw = random.Random(1)
    while (due := due_canaries(canaries, rows, plan)).canaries:
        rows.append(answer(due.canaries[0], draw.choice(["yes", "no", ""]), due.part, len(rows)))
    found = judge(canaries, rows, plan)
    olds = [id(one) for pair in found.pairs for one in pair.before]
    assert len(set(olds)) == len(olds) == beside * len(found.pairs) > 0
    assert len(found.pairs) <= 12 * rounds
    assert not {id(one) for pair in found.pairs for one in pair.known} & set(olds)
    assert {pair.old.item for pair in found.pairs} == {pair.new.item for pair in found.pairs}
    assert all(pair.old.part == REFERENCE and pair.new.part == WATCH for pair in found.pairs)


def test_the_plan_asks_everything_before_the_watch_and_again_in_rounds():
    canaries, rows, plan = yes_no_set(5, 5), [], Plan("s", 3, 1)
    while (due := due_canaries(canaries, rows, plan)).canaries:
        rows.append(answer(due.canaries[0], due.canaries[0].truth, due.part, len(rows)))
    assert [one.part for one in rows] == [REFERENCE] * 30 + [WATCH] * 20
    rounds = [[one.item for one in rows[n : n + 10]] for n in range(0, 50, 10)]
    assert all(sorted(one) == sorted(rounds[0]) for one in rounds)
    assert len({tuple(one) for one in rounds}) == 5
    again = due_canaries(canaries, rows, plan, renew=True)
    assert (again.number, again.part, again.left) == (2, REFERENCE, 30)


def test_a_new_reference_is_a_new_test():
    rows, plan = asked(BALANCED, saying((0.95, 0.05), (0.5, 0.5)), 150)
    assert judge(BALANCED, rows, plan).verdict == "dropped"
    later = [replace(one, number=2, part=REFERENCE, time=one.time + timedelta(days=9)) for one in rows[:100]]
    assert judge(BALANCED, [*rows, *later], plan).verdict == "not_enough"


def test_the_order_looks_at_no_answer():
    rows, plan = asked(BALANCED, saying((0.9, 0.1), (0.9, 0.1)), 50)
    turned = [replace(one, answer="no", right=False) for one in rows]
    assert due_canaries(BALANCED, rows, plan) == due_canaries(BALANCED, turned, plan)
