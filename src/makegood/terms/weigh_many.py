"""Verb: weigh many cases under one version, as those of every account, over several processes and in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from makegood.terms.case import Case
from makegood.terms.pack import PackVersion
from makegood.terms.verdict import Verdict
from makegood.terms.weigh import weigh_each

_CHUNK = 500
_TERMS: list[PackVersion] = []  # what each process was started with; the pack travels once, not with every case


def weigh_many(terms: PackVersion, cases: Sequence[Case], workers: int = 1) -> Iterator[tuple[Verdict, ...]]:
    """The verdicts of each case, in the order of the cases; the same with any number of workers.

    With more than one worker the cases and verdicts travel between processes: worth it from some thousands on.
    """
    if workers <= 1 or len(cases) <= _CHUNK:
        for case in cases:
            yield weigh_each(terms, case)
        return
    chunks = [cases[at : at + _CHUNK] for at in range(0, len(cases), _CHUNK)]
    # a fresh interpreter each: a fork would copy the locks of whatever threads run here
    with ProcessPoolExecutor(workers, get_context("spawn"), _keep, (terms,)) as pool:
        for verdicts in pool.map(_weigh_chunk, chunks):
            yield from verdicts


def _keep(terms: PackVersion) -> None:
    _TERMS[:] = [terms]


def _weigh_chunk(cases: Sequence[Case]) -> list[tuple[Verdict, ...]]:
    return [weigh_each(_TERMS[0], case) for case in cases]
