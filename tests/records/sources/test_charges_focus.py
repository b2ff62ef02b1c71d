"""FOCUS: billed cost line by line, NULL text is null, categories as the standard has them."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from makegood.records.small_files import read_small
from makegood.records.sources.small import Reading

HEAD = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ProviderName,ServiceName,"
HEAD += "ChargeDescription,ConsumedQuantity,ConsumedUnit,BillingAccountId\n"
TIMES = "2026-03-01 00:00:00,2026-03-01T01:00:00Z"


def test_a_sample(reading_of: Callable[[str], Reading]) -> None:
    rows = (
        f"0.00000080000,USD,Usage,{TIMES},AWS,Amazon Bedrock,tokens,NULL,NULL,7\n"
        f"-3.5,EUR,Credit,{TIMES},Microsoft,NULL,goodwill,2.50,Units,\n"
    )
    first, second = reading_of(HEAD + rows).charges
    assert (first.amount, first.quantity, first.unit) == (Decimal("8E-7"), None, None)
    assert (first.provider, first.item, first.account) == ("aws.bedrock", "Amazon Bedrock: tokens", "7")
    assert first.span.start == datetime(2026, 3, 1, tzinfo=UTC)
    assert (second.provider, second.item, second.category) == ("azure", "goodwill", "Credit")
    assert (second.quantity, second.unit) == (Decimal("2.50"), "Units")


@pytest.mark.parametrize(
    "row",
    [
        f"NULL,USD,Usage,{TIMES},AWS,,,,,",
        f"1,NULL,Usage,{TIMES},AWS,,,,,",
        f"1,USD,Gift,{TIMES},AWS,,,,,",
        "1,USD,Usage,NULL,NULL,AWS,,,,,",
        f"1,USD,Usage,{TIMES},AWS,,,many,,",
    ],
)
def test_bad_rows(row: str, reading_of: Callable[[str], Reading]) -> None:
    reading = reading_of(HEAD + row + "\n")
    assert [bad.line for bad in reading.quarantined] == [2]
    assert reading.records == ()


def test_the_real_bill(shared: Path) -> None:
    reading = read_small(shared / "data/focus_1_0_sample/focus_sample.csv.gz")
    assert (reading.read, len(reading.charges), reading.quarantined) == (1000, 1000, ())
    assert Counter(charge.category for charge in reading.charges) == {"Usage": 997, "Adjustment": 2, "Credit": 1}
    assert [charge.amount for charge in reading.charges if charge.category == "Credit"] == [Decimal("-2.6137")]
    assert sum(1 for charge in reading.charges if (charge.amount or 0) < 0) == 13
    assert Counter(charge.provider for charge in reading.charges) == {"aws": 942, "azure": 51, "oracle": 7}
