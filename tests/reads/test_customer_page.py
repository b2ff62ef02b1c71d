"""The customer's page: "did I get mine?" answered with postings, balances, state and proof, in both languages."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from makegood.errors import BadUse
from makegood.ledger.basis import Basis
from makegood.ledger.merkle import Prover, leaf_hash
from makegood.ledger.posting import EXPENSE, USED, Posted, Posting, content_text, holder, leaf_data
from makegood.ledger.statement import Proven, statement_of
from makegood.reads.customer_page import customer_page
from makegood.reads.statement_words import Delivery, Expected, Step, statement_lines, told_statement
from makegood.reads.words import Words
from makegood.spans import to_us
from tests.ledger.book import Kept
from tests.reads.test_browser import browser  # noqa: F401 - a fixture

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CREDIT = Basis(
    "credit", "INC-7", "goodwill-outage", "2026-01", "3.1", "The chat service was down.", expires="2026-12-31T00:00:00Z"
)
DAYS = Basis("extension", "INC-8", reason="The plan could not be used.")
WRONG = Basis("credit", reason="It was meant for another account.")
EN, KO = Words("en"), Words("ko", "Asia/Seoul")


def posting(number: int, kind: str, amount: int, basis: Basis, **more: Any) -> Posting:
    """A posting of the account acme; what it holds is credited by an award and debited by the rest."""
    mine, theirs = holder(more.get("account", "acme")), USED if kind == "use" else EXPENSE
    debit, credit = (theirs, mine) if kind == "award" else (mine, theirs)
    given = {"unit": "USD", "account": "acme", "cause": "", "turn": 0, **more}
    return Posting(f"key-{number}", kind, debit, credit, amount=amount, basis=basis.hash, **given)


def statement(postings: list[tuple[Posting, Basis]], account: str = "acme") -> dict[str, Any]:
    """The account's statement of a log of these postings."""
    leaves = [leaf_hash(leaf_data(content_text(one), to_us(AT))) for one, _ in postings]
    prover = Prover(len(leaves), Kept(leaves))
    entries = [
        Proven(Posted(position, to_us(AT), one, leaves[position]), basis, prover.inclusion(position))
        for position, (one, basis) in enumerate(postings)
        if one.account == account
    ]
    return statement_of("northwind", account, NOW, (len(leaves), prover.root()), entries)


WORLD = [
    (posting(0, "award", 900, CREDIT, account="other"), CREDIT),
    (posting(1, "award", 2050, CREDIT, cause="INC-7"), CREDIT),
    (posting(2, "award", 3, DAYS, unit="plan_days", cause="INC-8"), DAYS),
    (posting(3, "use", 300, CREDIT, lot=1), CREDIT),
    (posting(4, "award", 500, WRONG), WRONG),
    (posting(5, "reversal", 500, WRONG, lot=4, reverses=4), WRONG),
]
STATEMENT = statement(WORLD)
DONE = Delivery(Step("done", AT, "Stripe"), NOW, Step("done", NOW, "smtp"))
FACTS = [
    ("Yes: 3 awards were posted to account acme.", "예, acme 계정에 3건이 지급되었습니다."),
    ("1 of them was taken back since", "그중 1건은 이후"),
    ("Left to use: $17.50 and 3 plan days.", "남은 것은 다음과 같습니다: US$17.50 및 요금제 이용 기간 3일."),
    ("A credit of $20.50 was posted", "US$20.50 크레딧을 지급했습니다"),
    ("Left of it: $17.50 of $20.50.", "US$20.50 중 US$17.50 남아 있습니다."),
    ("Mar 1, 2026 09:30 UTC", "2026년 3월 1일 18:30 Asia/Seoul"),
    ("The chat service was down.", "The chat service was down."),
    ("terms goodwill-outage, version 2026-01, clause 3.1, incident INC-7", "조항 3.1, 장애 INC-7"),
    ("until Dec 31, 2026 00:00 UTC", "2026년 12월 31일 09:00 Asia/Seoul까지"),
    ("gets longer: 3 plan days", "요금제 이용 기간 3일"),
    ("Used: $3.00.", "사용했습니다: US$3.00."),
    ("Credit of $5.00 was taken back", "US$5.00 크레딧을 회수했습니다"),
    ("It was taken by Stripe, Mar 1, 2026 09:30 UTC.", "2026년 3월 1일 18:30 Asia/Seoul에 Stripe에 반영되었습니다."),
    ("It was seen there on Mar 2, 2026 12:00 UTC.", "2026년 3월 2일 21:00 Asia/Seoul에 그곳에서"),
    ("The notice was sent (smtp), Mar 2, 2026", "안내를 보냈습니다(smtp, 2026년 3월 2일"),
    (STATEMENT["head"]["root"], STATEMENT["head"]["root"]),
    ("makegood ledger verify STATEMENT.json", "makegood ledger verify STATEMENT.json"),
]


@pytest.mark.parametrize(("english", "hangul"), FACTS)
def test_page_and_terminal_tell_the_same_in_both_languages(english: str, hangul: str) -> None:
    for words, fact in ((EN, english), (KO, hangul)):
        told = told_statement(STATEMENT, words, {1: DONE})
        assert fact in customer_page(told, words)
        assert fact in "\n".join(statement_lines(told, words))


def test_every_posting_of_the_account_and_no_other_is_there_with_its_proof() -> None:
    told = told_statement(STATEMENT, EN)
    html = customer_page(told, EN)
    assert re.findall(r'id="posting-(\d+)"', html) == ["5", "4", "3", "2", "1"]
    for entry, row in zip(reversed(STATEMENT["entries"]), told.rows, strict=True):
        posted = WORLD[entry["position"]][0]
        assert (
            row.leaf
            == leaf_hash(row.bytes_.encode()).hex()
            == leaf_hash(leaf_data(content_text(posted), to_us(AT))).hex()
        )
        assert row.path == tuple(entry["proof"])
        assert all(one in html for one in (row.leaf, *row.path))
    assert "other" not in {row.key for row in told.rows}


@pytest.mark.parametrize(
    ("delivery", "english", "hangul"),
    [
        (Delivery(Step("waiting", by="Lago")), "It is on its way to Lago.", "Lago에 전달하는 중입니다."),
        (Delivery(Step("differs")), "a person looks at it", "담당자가 확인하고 있습니다"),
        (Delivery(notice=Step("waiting")), "The notice is still to be sent.", "안내는 아직 보내지 않았습니다."),
        (
            Delivery(notice=Step("doubt", NOW, "smtp")),
            "not known whether the notice (smtp) arrived",
            "도착 여부를 알 수",
        ),
        (Delivery(notice=Step("refused", NOW, "smtp")), "The notice (smtp) was not taken", "접수되지 않아"),
        (Delivery(notice=Step("unreachable")), "There is no address", "주소가 없습니다"),
        (Delivery(reminder=Step("waiting")), "A reminder of its expiry is still", "알림은 아직 보내지 않았습니다"),
        (
            Delivery(reminder=Step("done", NOW, "smtp")),
            "A reminder of its expiry was sent (smtp)",
            "알림을 보냈습니다(smtp",
        ),
        (
            Delivery(reminder=Step("doubt", NOW, "smtp")),
            "whether the reminder (smtp) arrived",
            "알림(smtp)의 도착 여부",
        ),
        (Delivery(reminder=Step("refused", NOW, "smtp")), "The reminder (smtp) was not taken", "알림(smtp)이 접수되지"),
    ],
)
def test_how_far_it_has_come(delivery: Delivery, english: str, hangul: str) -> None:
    assert english in customer_page(told_statement(STATEMENT, EN, {1: delivery}), EN)
    assert hangul in customer_page(told_statement(STATEMENT, KO, {1: delivery}), KO)


def test_a_reminder_that_was_not_needed_is_not_told() -> None:
    for state in ("needless", "unreachable"):
        page = customer_page(told_statement(STATEMENT, EN, {1: Delivery(reminder=Step(state, NOW))}), EN)
        assert "How far it has come" not in page
        assert "reminder" not in page


def test_a_console_is_named_to_no_customer() -> None:
    for state in ("done", "doubt", "refused"):
        shown = Delivery(notice=Step(state, NOW, "console"), reminder=Step(state, NOW, "console"))
        for words in (EN, KO):
            assert "console" not in customer_page(told_statement(STATEMENT, words, {1: shown}), words)
    told = told_statement(STATEMENT, EN, {1: Delivery(notice=Step("done", NOW, "console"))})
    assert told.rows[-1].steps == ("The notice was made out, Mar 2, 2026 12:00 UTC.",)


def test_the_head_names_the_book_by_its_first_digits_and_the_end_in_full() -> None:
    whole = "0123456789abcdef0123456789abcdef"
    html = customer_page(told_statement({**STATEMENT, "book": whole}, EN), EN)
    assert "<strong><bdi>01234567</bdi></strong>" in html
    assert html.count(whole) == 1


def test_a_check_is_offered_of_a_file_that_is_there() -> None:
    told = told_statement(STATEMENT, EN)
    assert statement_lines(told, EN)[-1] == (
        "To check it, write it with --data STATEMENT.json, then: makegood ledger verify STATEMENT.json"
    )
    assert statement_lines(told, EN, "mine.json")[-1].endswith("without the book: makegood ledger verify mine.json")


def test_nothing_is_told_of_a_way_that_nobody_knows() -> None:
    assert "How far it has come" not in customer_page(told_statement(STATEMENT, EN), EN)


def test_not_found_is_a_plain_answer() -> None:
    nothing = statement(WORLD, "nobody")
    told = told_statement(nothing, EN)
    assert told.answer == "Nothing was posted to account nobody by Mar 2, 2026 12:00 UTC."
    assert told.more == ()
    assert "campaign" not in customer_page(told, EN)
    due = [Expected("c-9", datetime(2026, 3, 5, tzinfo=UTC))]
    later = told_statement(nothing, EN, expected=due)
    assert later.more == ("It is in campaign c-9; its wave is due Mar 5, 2026 00:00 UTC.",)
    assert "캠페인 c-9 대상이며" in customer_page(told_statement(nothing, KO, expected=due), KO)


def test_what_is_used_up_is_said_and_not_0() -> None:
    spent = statement([(posting(0, "award", 5, CREDIT), CREDIT), (posting(1, "use", 5, CREDIT, lot=0), CREDIT)])
    assert told_statement(spent, EN).more == ("Nothing of it is left to use.",)
    over = replace(CREDIT, expires="2026-03-02T00:00:00Z")
    late = told_statement(statement([(posting(0, "award", 5, over), over)]), EN)
    assert late.more == ("Nothing of it is left to use.",)
    assert late.rows[0].left == "Its time is over; $0.05 of $0.05 had not been used."
    refund = Basis("refund")
    assert told_statement(statement([(posting(0, "award", 5, refund), refund)]), EN).more == ()


@pytest.mark.parametrize("field", ["amount", "account", "reason", "proof", "root"])
def test_a_statement_that_does_not_hold_is_shown_to_nobody(field: str) -> None:
    changed = deepcopy(STATEMENT)
    entry = changed["entries"][0]
    if field == "proof":
        entry["proof"] = entry["proof"][::-1]
    elif field == "root":
        changed["head"]["root"] = "0" * 64
    elif field == "reason":
        entry["basis"]["reason"] = "No reason."
    else:
        entry["posting"][field] = {"amount": 999_999, "account": "acme2"}[field]
    with pytest.raises(BadUse, match="not shown, as it does not hold"):
        told_statement(changed, EN)


def test_foreign_text_is_neither_marked_up_nor_obeyed() -> None:
    wild = "<script>alert(1)</script>\x1b[2J\u202e"
    basis = replace(CREDIT, reason=wild, terms=wild, product=wild)
    told = told_statement(
        statement([(posting(0, "award", 5, basis, account=wild), basis)], wild),
        EN,
        {0: Delivery(Step("done", AT, wild), None, Step("done", AT, wild))},
        [Expected(wild, NOW)],
    )
    html = customer_page(told, EN)
    assert "<script" not in html
    for text in (html, "\n".join(statement_lines(told, EN))):
        assert "\x1b" not in text
        assert "\u202e" not in text


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_it_renders_in_peace_and_prints(browser, lang: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    words = EN if lang == "en" else KO
    (tmp_path / "page.html").write_text(customer_page(told_statement(STATEMENT, words, {1: DONE}), words), "utf-8")
    asked, complaints = [], []
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((tmp_path / "page.html").as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.pdf().startswith(b"%PDF")
    page.close()
