"""The page of the drift benchmark: tables beside what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

_PAGE = """# Drift of answers on made canaries

`python -m benchmarks.drift --runs {runs} --whole {whole}`, {day}, {seconds:.0f} s of one core.

A run asks questions whose right answers are known, first for a reference, then for the watch, and looks at the result
after every answer. Each answer of the watch is laid beside two answers of the reference to the same question, each of
which is used once; *beside one*, the same answers of the watch are laid beside one of them. Questions are *alike* (all
have the same chance of a right answer) or *differ* (chances are drawn from a beta distribution with two pseudo-answers,
so that most questions are nearly always right or nearly always wrong, as those of real models are). A fall multiplies
the chance of each question. Walks are reckoned in floating point here, many at once; in {same} of 300 runs, half of
them beside one answer, they raise the alarm at the same comparison as the product's exact ones.

Beside them stands what one would do by hand in the same runs: *looks*, a one-sided two-sample test at 5 % after every
answer from the 20th, against the whole reference; and *fixed*, one test of the same comparisons at 5 % after 400
answers, none before.

## Nothing changed: false alarms "quality dropped"

Goal: 0.05 ± 0.01, looked at after every comparison. The bound 0.05 is exact and holds for any number of looks; what
remains below it is what so few tosses cannot spend, and what is kept for comparisons still to come.

| right | questions | by 400 | by 2,000 | looks by 400 | looks by 2,000 | fixed at 400 |
|---|---|---|---|---|---|---|
{sizes}

## A fall of 10 points: found within 400 comparisons

Goal: 0.9 at least.

The number beside each share is the comparison by which half of all runs had found the fall. Looks find more and sooner
because they cry out for nothing as often as the table above says.

| right | questions | found | half by | beside one | half by | looks | half by | fixed at 400 |
|---|---|---|---|---|---|---|---|---|
{powers}

## A fall that comes late: after 200 quiet comparisons

Share of false alarms before it, then found within 200 and 400 comparisons after it; questions differ. Quiet
comparisons dilute what comes after them: a new reference begins a new test.

| right | before it | within 200 | within 400 | half by, from the first |
|---|---|---|---|---|
{late}

## A habit changed and quality did not: called a drop within 400 comparisons

Goal: at most 0.05 ± 0.01. 200 questions, yes and no being right equally often, two rounds. Chances are those of a right
answer where yes is right and where no is. In the last column the same change is seen by who asks only questions whose
answer is yes: the fixed test at 400.

| from → to | called a drop, both classes | called a drop, yes alone |
|---|---|---|
{habits}

## Answers began to waver and as many are right: called a drop within 400 comparisons

Goal: at most 0.05 ± 0.01. 200 questions, two rounds, and as many right on average as before, but not the same ones, or
not as surely. Beside several answers this is the hard case: the answers of before agree with one another and that of
now does not, which is rare for answers that could have come in any order. The last column is what would come of it if
each toss weighed the same and the first ones counted too.

| from → to | called a drop | beside one | were all tosses weighed alike |
|---|---|---|---|
{wavers}

## A habit and a real fall of 10 points: called a drop within 400 comparisons

| from → to | called a drop, both classes | called a drop, yes alone |
|---|---|---|
{falls}

## The interval of the fall

Share of runs in which an end was ever on the wrong side of the truth within 400 comparisons, looked at after every
tenth; each end is allowed 0.05. Width in points at the 400th.

| right | lower end wrong | upper end wrong | width |
|---|---|---|---|
{bounds}

## What it says, end to end

{whole} whole runs each through plan, pairs, guesser and judge: 200 questions, five answers each for the reference, 400
of the watch. The last column is how often the test of answers alone raised its alarm (allowed 0.05 where nothing
changed). A false word of any kind ("quality rose" and "form changed" are allowed 0.01 each) is what stands outside
"unchanged" in the first three rows. Where questions are alike and as unsure as 0.7, answers turn without anything
having changed, and a guesser has little to go by.

| world | unchanged | behaviour, quality unknown | behaviour, quality not shown | dropped | rose | answers changed |
|---|---|---|---|---|---|---|
{verdicts}
"""


def page(tables: Mapping[str, str], runs: int, whole: int, seconds: float) -> str:
    """The whole page."""
    said = {"day": f"{datetime.now(UTC):%Y-%m-%d}", "runs": runs, "whole": whole, "seconds": seconds}
    return _PAGE.format(**said, **tables)
