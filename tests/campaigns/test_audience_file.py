"""A file of accounts from a query, and a list of accounts of which every row must count."""

from __future__ import annotations

from decimal import Decimal

import pytest

from makegood.campaigns.audience_file import Asked, read_audience, read_listed
from makegood.errors import BadUse, Unreadable
from makegood.losses.hit import Hit
from makegood.records.tally import Quarantined

FILE = "wrongly-suspended.csv"
HEAD = "account,cause,reason,lost,currency,faults\n"


def test_accounts_and_what_they_lost():
    told = read_audience(HEAD + "acme,,suspended by mistake,12.50,usd,\nother,C7,,,,3\n", FILE)
    assert told.asked == (
        Asked("acme", "", "suspended by mistake", (("USD", Decimal("12.50")),), 1),
        Asked("other", "C7", "", (), 3, counted=True),
    )
    assert (told.quarantined, told.notes) == ((), ())
    assert [one.hit("C1") for one in told.asked] == [
        Hit("acme", "C1", 0, 1, 0, (("USD", Decimal("12.50")),), "suspended by mistake"),
        Hit("other", "C7", 3, 3, 0),
    ]


def test_an_account_alone_was_failed_once_and_nobody_counted():
    assert [one.hit("C1") for one in read_audience("account\nacme\n", FILE).asked] == [Hit("acme", "C1", 0, 1, 0)]
    assert read_audience('{"account": "acme", "faults": 0}', FILE).asked == (Asked("acme", faults=0, counted=True),)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",,,,,", "account is empty"),
        ("acme,,,-1,USD,", "lost '-1' is not a decimal, 0 or more, such as 0.12"),
        ("acme,,,1e9,USD,", "lost '1e9' is not a decimal, 0 or more, such as 0.12"),
        ("acme,,,NaN,USD,", "lost 'NaN' is not a decimal, 0 or more, such as 0.12"),
        ('acme,,,"1,000",USD,', "lost '1,000' is not a decimal, 0 or more, such as 0.12"),
        ("acme,,,1,,", "lost '1' has no currency"),
        ("acme,,,1,BITCOIN,", "currency 'BITCOIN' is not an ISO 4217 currency"),
        ("acme,,,,,-1", "faults '-1' is not a whole number, 0 or more"),
        ("acme,,,,,1.5", "faults '1.5' is not a whole number, 0 or more"),
        ("acme,,,,,٣", "faults '٣' is not a whole number, 0 or more"),
        ('acme,,"a\nb",,,', "reason holds a line break"),
    ],
)
def test_a_bad_row_comes_back(row: str, reason: str):
    told = read_audience(HEAD + row + "\n", FILE)
    assert (told.asked, told.quarantined) == ((), (Quarantined(FILE, 2, reason),))


def test_an_account_stands_once_for_each_cause():
    told = read_audience("account,cause\nacme,C1\nacme,C2\nacme,C1\n", FILE)
    assert [one.cause for one in told.asked] == ["C1", "C2"]
    assert told.quarantined == (Quarantined(FILE, 4, "the account 'acme' stands in line 2 already"),)


def test_a_list_gives_each_account_its_reason():
    assert read_listed("account,reason\nacme,a test account\nother,\nacme,again\n", FILE) == {
        "acme": "a test account",
        "other": "",
    }


def test_one_bad_row_refuses_the_list():
    with pytest.raises(BadUse, match=r"wrongly-suspended.csv:3: account is empty; mend the list"):
        read_listed("account,reason\nacme,x\n,y\n", FILE)
    with pytest.raises(Unreadable, match="no column is called account"):
        read_listed("acme\nother\n", FILE)
