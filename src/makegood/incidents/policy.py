"""Policy: what counts as an incident, and how sure one must be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """Rates are shares of attempts, lengths are minutes, evidence is natural logarithms of likelihood ratios.

    `gap`: failures less than this far apart can be one incident; a longer silence is never bridged.
    `least_*`: below these nothing is said. `floor` and `factor`: the failure rate of an incident is at least
    `floor`, and at least `factor` times the usual rate of its time and of its neighbourhood.
    `usual`: failure rate taken for healthy until a stream has shown its own; `most_usual` caps what can be learnt.
    `wander`: coefficient of variation of the usual rate until a stream has shown its own; `brief` and `slow` are the
    time constants of that wandering. `enter`, `leave`: price of a change of state; `evidence`: incident against wander;
    `hint`: what a companion run of the same incident needs of it.
    `sure`: edges whose likelihood is within this of the best are in the range.
    """

    gap: int = 30
    least_attempts: int = 20
    least_faults: int = 5
    least_minutes: int = 3
    floor: float = 0.02
    factor: float = 2.5
    usual: float = 0.003
    most_usual: float = 0.05
    wander: float = 0.5
    brief: float = 20.0
    slow: float = 300.0
    enter: float = 6.0
    leave: float = 6.0
    hint: float = 3.0
    evidence: float = 8.0
    sure: float = 4.5
