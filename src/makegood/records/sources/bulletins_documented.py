"""Documented outages: a table of single outages with their times, gathered by hand from pages and post-mortems.

Shape: one row a case, product and account of it (`basis`); a product list in one cell gives a bulletin each. What the
table does not state is taken carefully: an outage counts as partial unless its peak error rate is half or more.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from makegood.records.bulletin import Bulletin
from makegood.records.bulletin_words import PROVIDERS, kind_of, provider_of
from makegood.records.scope import Scope
from makegood.records.sources.cells import number, span, time, words
from makegood.records.sources.small import Document, Reading, Row, SmallFormat, Unusable, gather, sound

_COLUMNS = ("case_id", "provider", "product", "start_utc", "end_utc")
_HALF = Fraction(1, 2)


def _matches(document: Document) -> bool:
    return document.rows is not None and document.rows.has(*_COLUMNS)


def _read(document: Document) -> Reading:
    assert document.rows is not None

    def one(row: Row) -> Iterator[Bulletin]:
        cells = sound(row)
        case, basis = words(cells["case_id"], 200), words(cells.get("basis", ""), 200)
        products = [name for part in words(cells["product"]).split(",") if (name := part.strip())]
        if not case or not products:
            raise Unusable("case_id or product is missing")
        at = span(time(cells["start_utc"], "start_utc"), time(cells["end_utc"], "end_utc"))
        peak, source = _peak(cells.get("peak_error_pct", "")), words(cells.get("source", ""))
        for product in products:
            yield Bulletin(
                id=" ".join(part for part in (case, product, basis) if part),
                incident=case,
                scope=Scope(_provider(words(cells["provider"], 100), product), product),
                component=product,
                title=f"{case}: {product}",
                severity="partial" if peak is None or peak < _HALF else "major",
                kind=kind_of(product),
                start=at.start,
                end=at.end,
                source=document.file,
                url=source if source.startswith("https://") else None,
                peak=peak,
            )

    return gather(document.file, ((row.line, row) for row in document.rows.rows), one)


def _provider(company: str, product: str) -> str | None:
    """By company and product together where they name a provider of logs, as Microsoft's Azure OpenAI does."""
    both = provider_of(f"{company} {product}")
    return both if both in {name for name, _ in PROVIDERS} else provider_of(company)


def _peak(percent: str) -> Fraction | None:
    """The share that a percentage stands for; None where the cell is empty."""
    if not percent.strip():
        return None
    share = Fraction(number(percent, "peak_error_pct")) / 100
    if not 0 <= share <= 1:
        raise Unusable("peak_error_pct is no percentage (0 to 100)")
    return share


FORMAT = SmallFormat(
    name="documented-outages",
    kind="bulletins",
    title="documented outages (CSV with case_id, provider, product, start_utc and end_utc)",
    matches=_matches,
    read=_read,
)
