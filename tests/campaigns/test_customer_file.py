"""A file of customers: every row is a customer or comes back with its line and reason."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.campaigns.customer import Customer
from makegood.campaigns.customer_file import COLUMNS, read_customers
from makegood.errors import MakegoodError, Unreadable
from makegood.records.tally import Quarantined

FILE = "accounts.csv"
WHOLE = (
    "account,plan,product,currency,email,lang,billing,status\nacme,pro,api,usd,ops@acme.example,KO,cus_1,Suspended\n"
)
ACME = Customer("acme", "pro", "api", "USD", "ops@acme.example", "ko", "cus_1", "suspended")


def reasons(text: str | bytes) -> list[tuple[int, str]]:
    """Line and reason of each row that could not be used."""
    return [(one.line, one.reason) for one in read_customers(text, FILE).quarantined]


@pytest.mark.parametrize(
    "given",
    [
        WHOLE,
        WHOLE.encode(),
        b"\xef\xbb\xbf" + WHOLE.encode(),
        "\ufeff" + WHOLE,
        WHOLE.replace(",", ";"),
        WHOLE.replace(",", "\t"),
        WHOLE.replace("\n", "\r\n"),
        WHOLE.replace("acme,", ' "acme" ,').replace(' "acme"', "acme"),
        "\n" + WHOLE + "\n\n",
        WHOLE.replace("account,", "Account ,"),
        json.dumps(dict(zip(COLUMNS, WHOLE.split("\n")[1].split(","), strict=True))),
    ],
    ids=[
        "text",
        "bytes",
        "BOM",
        "text with BOM",
        ";",
        "tab",
        "CRLF",
        "blanks",
        "empty lines",
        "capitals",
        "JSON lines",
    ],
)
def test_the_same_customer_however_it_is_written(given: bytes | str):
    assert read_customers(given, FILE) == ((ACME,), (), ())


def test_an_account_alone_is_enough():
    assert read_customers("account\n서울-결제팀\n", FILE).customers == (Customer("서울-결제팀"),)
    assert read_customers('{"account": 17, "plan": null}', FILE).customers == (Customer("17"),)


def test_a_formula_is_text_like_any_other():
    told = read_customers('account,plan\n"=HYPERLINK(""http://x.invalid"")",+1\n@a,-2\n', FILE)
    assert [(one.account, one.plan) for one in told.customers] == [
        ('=HYPERLINK("http://x.invalid")', "+1"),
        ("@a", "-2"),
    ]
    assert told.quarantined == ()


def test_unknown_columns_are_left_out_and_named():
    told = read_customers("account,e-mail,=x\nacme,a@b.example,1\n", FILE)
    assert told.customers == (Customer("acme"),)
    assert told.notes == (
        "accounts.csv: left out the columns '=x', 'e-mail'; "
        "known are account, plan, product, currency, email, lang, billing, status.",
    )


NO_ADDRESS = "is not an address such as name@example.com"
BAD = [
    ("account,plan\n,pro\n", "account is empty"),
    ("account,plan\n  ,pro\n", "account is empty"),
    ("account,plan\n,\n", "account is empty"),
    (f"account\n{'a' * 256}\n", "account has 256 characters, of which 255 at most are let in"),
    ('account\n"a\tb"\n', "account holds a control character (U+0009)"),
    ("account\na\0b\n", "account holds a control character (U+0000)"),
    ("account,status\nacme,gone\n", "status 'gone' is none of active, suspended, closed"),
    ("account,lang\nacme,de\n", "lang 'de' is none of en, ko"),
    ("account,currency\nacme,DOLLAR\n", "currency 'DOLLAR' is not an ISO 4217 currency"),
    ("account,currency\nacme,XXX\n", "currency 'XXX' is not an ISO 4217 currency"),
    ("account,email\nacme,nobody\n", f"email 'nobody' {NO_ADDRESS}"),
    ("account,email\nacme,a@b@c.example\n", f"email 'a@b@c.example' {NO_ADDRESS}"),
    ("account,email\nacme,Acme <a@c.example>\n", f"email 'Acme <a@c.example>' {NO_ADDRESS}"),
    ('account,email\nacme,"a@c.example, b@c.example"\n', f"email 'a@c.example, b@c.example' {NO_ADDRESS}"),
    ('account,email\nacme,"a@c.example\r\nBcc: all@c.example"\n', "email holds a line break"),
    ('{"account": "acme", "email": "a@c.example\\nBcc: x"}', "email holds a line break"),
    ('{"account": "acme", "email": "a@c.example\\u2028x"}', "email holds a line break"),
    ('{"account": "acme", "plan": "\\ud800"}', "plan holds a control character (U+D800)"),
    ("account,plan\nacme\n", "it has 1 cells under 2 headings"),
    ("account,plan\nacme,pro,api\n", "it has 3 cells under 2 headings"),
    ('{"account": 1.5}', "account is neither text nor a whole number"),
    ('{"account": true}', "account is neither text nor a whole number"),
    ('{"account": ["a"]}', "account is neither text nor a whole number"),
    ('{"account": "a", "account": "b"}', "a key stands twice in one object"),
    ('{"plan": "pro"}', "account is empty"),
    ("{", "it is not JSON at column 2: Expecting property name enclosed in double quotes"),
    ('{"account": ' + "9" * 5000 + "}", "it is JSON nested too deeply or with an endless number"),
    ('{"account": ' + "[" * 100_000, "it is JSON nested too deeply or with an endless number"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), BAD, ids=[reason[:50] for _, reason in BAD])
def test_a_bad_row_comes_back_with_its_line_and_reason(text: str, reason: str):
    more = '\n{"account": "other"}\n' if text.startswith("{") else "other" + "," * text.split("\n")[0].count(",") + "\n"
    told = read_customers(text + more, FILE)
    assert told.quarantined == (Quarantined(FILE, 1 if text.startswith("{") else 2, reason),)
    assert told.customers == (Customer("other"),)


def test_a_doubled_account_names_the_first_line():
    told = read_customers("account,plan\nacme,pro\nother,\nacme,free\n", FILE)
    assert told.customers == (Customer("acme", "pro"), Customer("other"))
    assert told.quarantined == (Quarantined(FILE, 4, "the account 'acme' stands in line 2 already"),)


def test_a_row_hidden_in_a_cell_is_none():
    """What a customer may write into a field must not become the row of another customer."""
    told = read_customers('account,email\nacme,"x\nvictim,me@evil.example\n"\n', FILE)
    assert told.customers == ()
    assert reasons('account,email\nacme,"x\nvictim,me@evil.example\n"\n') == [(2, "email holds a line break")]


def test_behind_a_broken_quotation_nothing_is_read():
    broken = 'account,plan\nacme,pro\nother,"x"y\nvictim,free\n'
    assert [one.account for one in read_customers(broken, FILE).customers] == ["acme"]
    ((line, reason),) = reasons(broken)
    assert line == 3
    assert "nothing up to line 4 can be read" in reason
    ((line, reason),) = reasons('account,plan\nacme,"pro\nother,free\n')
    assert line == 2
    assert "nothing up to line 3 can be read" in reason


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "the file is empty"),
        (b"\xff\xfea\0", "accounts.csv:1: byte 0 is not UTF-8"),
        (b"account\nacme\n\xe9\n", "accounts.csv:3: byte 13 is not UTF-8"),
        ("[]", "write one object a line"),
        ("name,plan\nacme,pro\n", "accounts.csv:1: no column is called account (there are 'name', 'plan')"),
        ("account,plan,Plan\n", "the column 'plan' stands twice"),
        ('"account\n', "accounts.csv:1: the quotation marks do not fit"),
    ],
    ids=["empty", "UTF-16", "Latin-1", "JSON list", "no account", "twice", "quote"],
)
def test_what_is_no_such_file(given: bytes | str, says: str):
    with pytest.raises(Unreadable) as fault:
        read_customers(given, FILE)
    assert says in str(fault.value)
    assert str(fault.value).startswith(FILE)


CELL = st.text(alphabet='a@.,;\t"\n\r =\ud800\0{}[]한', max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=3), max_size=6), st.sampled_from(",;\t"))
def test_anything_is_read_or_returned(rows: list[list[str]], mark: str):
    text = mark.join(("account", "email", "plan")) + "\n" + "\n".join(mark.join(row) for row in rows)
    told = read_customers(text, FILE)
    assert all(one.account.strip() and one.account.isprintable() for one in told.customers)
    assert all("\n" not in one.email and one.email.count("@") in (0, 1) for one in told.customers)
    assert len({one.account for one in told.customers}) == len(told.customers)
    assert all(1 < one.line <= text.count("\n") + text.count("\r") + 1 for one in told.quarantined)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60))
def test_no_file_gives_a_traceback(given: bytes | str):
    with suppress(MakegoodError):
        read_customers(given, FILE)
