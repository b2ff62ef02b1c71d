"""Same cause: whether a later assessment tells of an incident that the book knows already."""

from __future__ import annotations

from functools import lru_cache

from makegood.campaigns.cause import Cause
from makegood.losses.faults import read_rules
from makegood.spans import Span


def same_cause(known: Cause, told: Cause) -> bool:
    """Is it the same incident, told with slightly other edges or another scope?

    It is where all of this holds: the kind is the same; the provider is, under whatever name (none named is only like
    none named); the spans share a moment, so that two which merely touch are two incidents; and one of the scopes
    covers the other, so that an outage of all models is the same as that of one of them at the same time, and those of
    two models never are. The relation is symmetric, not transitive: where several known causes fit one that is told,
    or one known cause several, whoever asks must choose.
    """
    return (
        known.kind == told.kind
        and _provider(known.scope.provider) == _provider(told.scope.provider)
        and _share_a_moment(known.span, told.span)
        and _covers(known, told)
    )


def _share_a_moment(one: Span, other: Span) -> bool:
    """A span of no length, as a page may tell it, is taken for its one moment."""
    return one.cut(other) is not None or one.start == other.start or one.holds(other.start) or other.holds(one.start)


def _covers(known: Cause, told: Cause) -> bool:
    """Does one scope cover the other, the providers being the same?"""
    one, other = ((each.scope.service, each.scope.model, each.scope.region) for each in (known, told))
    pairs = tuple(zip(one, other, strict=True))
    return all(a is None or a == b for a, b in pairs) or all(b is None or a == b for a, b in pairs)


@lru_cache(maxsize=4096)
def _provider(name: str | None) -> str | None:
    return None if name is None else read_rules().one_name(name)
