"""FOCUS 1.0 CSV: the FinOps Foundation's common bill; what was invoiced (`BilledCost`), line by line.

Null is an empty cell or the text NULL, which exporters write. Times without an offset are UTC, as FOCUS says.
Shape: focus.finops.org, version 1.0; later versions keep these columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from makegood.records.bulletin_words import provider_of
from makegood.records.charge import Charge
from makegood.records.sources.cells import currency, number, span, time, words
from makegood.records.sources.small import Document, Reading, Row, SmallFormat, Unusable, gather, sound

_COLUMNS = ("BilledCost", "BillingCurrency", "ChargeCategory", "ChargePeriodStart", "ChargePeriodEnd", "ProviderName")
_CATEGORIES = ("Usage", "Purchase", "Tax", "Credit", "Adjustment")
_MOST_A_REQUEST = 10**9
_NAMES = {"microsoft": "azure"}  # how a FOCUS bill names its provider, where the logs say it otherwise


def _matches(document: Document) -> bool:
    return document.rows is not None and document.rows.has(*_COLUMNS)


def _read(document: Document) -> Reading:
    assert document.rows is not None

    def one(row: Row) -> Iterator[Charge]:
        yield _charge(
            {name: "" if cell == "NULL" else cell for name, cell in sound(row).items()}, row.line, document.file
        )

    return gather(document.file, ((row.line, row) for row in document.rows.rows), one)


def _charge(cells: dict[str, str], line: int, file: str) -> Charge:
    category = words(cells["ChargeCategory"], 40)
    if category not in _CATEGORIES:
        raise Unusable(f"ChargeCategory '{category}' is none of {', '.join(_CATEGORIES)}")
    start = time(cells["ChargePeriodStart"], "ChargePeriodStart")
    where = span(start, time(cells["ChargePeriodEnd"], "ChargePeriodEnd"))
    quantity = cells.get("ConsumedQuantity", "")
    service, told = words(cells.get("ServiceName")), words(cells.get("ChargeDescription"))
    name = words(cells["ProviderName"])
    return Charge(
        span=where,
        account=words(cells.get("BillingAccountId")),
        provider="aws.bedrock" if "bedrock" in service.lower() else _NAMES.get(name.lower()) or provider_of(name) or "",
        item=f"{service}: {told}" if service and told else service or told or "total",
        source=file,
        line=line,
        amount=number(cells["BilledCost"], "BilledCost"),
        currency=currency(cells["BillingCurrency"]),
        quantity=number(quantity, "ConsumedQuantity") if quantity else None,
        unit=words(cells.get("ConsumedUnit"), 60) or None,
        category=category,
        request_id=_request(cells),
    )


def _request(cells: dict[str, str]) -> str | None:
    """The provider's id of one request, in the custom column x_RequestId (FOCUS gives such columns an x_)."""
    request = words(cells.get("x_RequestId"), 200) or None
    if request and abs(number(cells["BilledCost"], "BilledCost")) > _MOST_A_REQUEST:
        raise Unusable(f"BilledCost {cells['BilledCost']} is more than one request can cost")
    return request


FORMAT = SmallFormat(
    name="focus",
    kind="charges",
    title="FOCUS 1.0 bill (CSV)",
    matches=_matches,
    read=_read,
)
