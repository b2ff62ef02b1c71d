"""Verb: look over the rows of a table for figures that no row covers, or more than one, or that keep the promise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise

from makegood.terms.pack import Promise
from makegood.terms.parts import Bounds
from makegood.terms.remedies import Row, Tiers


@dataclass(frozen=True)
class TableFinding:
    """`kind`: `gap`, `overlap`, or `row_though_kept`; for figures in `range`."""

    kind: str
    range: Bounds

    def words(self) -> str:
        """ "gap: <99.5 and >99.4"."""
        return f"{self.kind}: {self.range.words()}"


@dataclass(frozen=True)
class _Piece:
    """One point, or the open stretch between two; an end that is None is open to infinity."""

    low: Decimal | None
    high: Decimal | None
    inside: Fraction


def table_findings(promise: Promise) -> tuple[TableFinding, ...]:
    """Gaps, overlaps and contradictions of the table, ascending; only rows without conditions are looked at."""
    grant = promise.remedy.grant
    rows = [row for row in grant.tiers if row.range is not None and not row.when] if isinstance(grant, Tiers) else []
    if not rows:
        return ()
    kept = promise.commitment.range if promise.commitment and promise.commitment.of == "value" else None
    bounded = promise.measure.unit == "percent"
    found = []
    told = [(_kind(rows, kept, piece), piece) for piece in _pieces(rows, kept, bounded)]
    for kind, group in groupby(told, key=lambda pair: pair[0]):
        pieces = [piece for _, piece in group]
        if kind is not None:
            found.append(TableFinding(kind, _range(pieces[0], pieces[-1])))
    return tuple(found)


def _pieces(rows: list[Row], kept: Bounds | None, bounded: bool) -> Iterator[_Piece]:
    ends = {end for row in rows if row.range for end in row.range.ends()} | set(kept.ends() if kept else ())
    if bounded:
        ends |= {Decimal(0), Decimal(100)}
    points = sorted(ends)
    if not bounded:
        yield _Piece(None, points[0], Fraction(points[0]) - 1)
    for low, high in pairwise(points):
        yield _Piece(low, low, Fraction(low))
        yield _Piece(low, high, (Fraction(low) + Fraction(high)) / 2)
    yield _Piece(points[-1], points[-1], Fraction(points[-1]))
    if not bounded:
        yield _Piece(points[-1], None, Fraction(points[-1]) + 1)


def _kind(rows: list[Row], kept: Bounds | None, piece: _Piece) -> str | None:
    covering = sum(1 for row in rows if row.range and row.range.holds(piece.inside))
    if kept is not None and kept.holds(piece.inside):
        return "row_though_kept" if covering else None
    if not covering:
        return "gap" if kept is not None else None
    return "overlap" if covering > 1 else None


def _range(first: _Piece, last: _Piece) -> Bounds:
    """The range from the first piece to the last; a single point holds its end."""
    low = {} if first.low is None else {"at_least" if first.low == first.high else "above": first.low}
    high = {} if last.high is None else {"at_most" if last.low == last.high else "below": last.high}
    return Bounds(**low, **high)
