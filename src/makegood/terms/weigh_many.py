"""Verb: weigh many cases under one version, as those of every account, over several processes and in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

from makegood.terms.case import Case
from makegood.terms.pack import PackVersion
from makegood.terms.verdict import Verdict
from makegood.terms.weigh import weigh_each

Kept = TypeVar("Kept")
Keep = Callable[[tuple[Verdict, ...]], Kept]

_CHUNK = 500
# What each process was started with: pack and `keep` travel once, not with every case.
_STARTED: list[tuple[PackVersion, Keep[Any]]] = []


def weigh_many(
    terms: PackVersion, cases: Sequence[Case], keep: Callable[[tuple[Verdict, ...]], Kept], workers: int = 1
) -> Iterator[Kept]:
    """What `keep` makes of the verdicts of each case, in the order of the cases; the same with any number of workers.

    Whole verdicts are costly to send between processes, so `keep` runs where they are made and takes what is needed;
    with more than one worker it is a function of a module.
    """
    if workers <= 1 or len(cases) <= _CHUNK:
        for case in cases:
            yield keep(weigh_each(terms, case))
        return
    chunks = [cases[at : at + _CHUNK] for at in range(0, len(cases), _CHUNK)]
    # a fresh interpreter each: a fork would copy the locks of whatever threads run here
    with ProcessPoolExecutor(workers, get_context("spawn"), _start, (terms, keep)) as pool:
        for kept in pool.map(_weigh_chunk, chunks):
            yield from kept


def _start(terms: PackVersion, keep: Keep[Any]) -> None:
    _STARTED[:] = [(terms, keep)]


def _weigh_chunk(cases: Sequence[Case]) -> list[Any]:
    terms, keep = _STARTED[0]
    return [keep(weigh_each(terms, case)) for case in cases]
