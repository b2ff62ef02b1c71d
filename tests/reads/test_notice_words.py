"""Notices in words: the same facts in both languages; nothing unknown is told, nothing foreign is obeyed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from makegood.campaigns.notice import Notice
from makegood.errors import BadMoney, BadUse
from makegood.keys import canonical
from makegood.ledger.basis import Basis
from makegood.reads.notice_words import letter
from makegood.records.scope import Scope
from makegood.spans import Span
from tests.reads.messages import used_messages
from tests.reads.test_words import korean

BASIS = Basis(
    form="credit",
    cause="INC-7",
    terms="goodwill-outage",
    version="2026-01",
    clause="3.1",
    reason="The chat service was down.",
    campaign="c-1",
    expires="2026-12-31T00:00:00Z",
    product="api",
    plan="team",
)
NOTICE = Notice(
    id="n-1",
    kind="award",
    posting="p-42",
    position=1042,
    account="acme-prod",
    email="ops@acme.example",
    lang="en",
    at=datetime(2026, 2, 10, 9, 0, tzinfo=UTC),
    unit="USD",
    amount=2050,
    basis=BASIS,
    span=Span(datetime(2026, 2, 3, 1, 0, tzinfo=UTC), datetime(2026, 2, 3, 2, 30, tzinfo=UTC)),
    scope=Scope("northwind", "chat.completions", "m-1", "eu-west"),
    attempts=1200,
    faults=345,
    tokens=200_000,
    wasted=(("USD", Decimal("3.123456")), ("KRW", Decimal(1500))),
    where="Billing > Credits",
    object_to="https://northwind.example/object",
    page="https://northwind.example/book/1042",
    sender="Northwind Credits <credits@northwind.example>",
)
LISTED = replace(
    NOTICE,
    basis=replace(BASIS, cause="SUSPENDED-2026Q3", reason="We gave it back."),
    span=None,
    scope=None,
    attempts=0,
    faults=0,
    tokens=0,
    wasted=(),
    audience="SUSPENDED-2026Q3",
    says="suspended 2026-08-11 by mistake",
)
COUNTLESS = replace(NOTICE, attempts=0, faults=0, tokens=0, wasted=())
# One fact of NOTICE in both languages.
FACTS = [
    ("acme-prod", "acme-prod"),
    ("$20.50", "US$20.50"),
    ("northwind · chat.completions · m-1 · eu-west", "northwind · chat.completions · m-1 · eu-west"),
    ("Feb 3, 2026 01:00 – 02:30 UTC", "2026년 2월 3일 01:00 – 02:30 UTC"),
    ("1 hr 30 min", "1시간 30분"),
    ("345", "345건"),
    ("1,200 attempts", "시도 1,200건"),
    ("200,000 tokens", "토큰 200,000개"),
    ("₩1,500 + $3.12", "₩1,500 + US$3.12"),
    ("The chat service was down.", "The chat service was down."),
    ("terms goodwill-outage", "약관 goodwill-outage"),
    ("version 2026-01", "버전 2026-01"),
    ("clause 3.1", "조항 3.1"),
    ("incident INC-7", "장애 INC-7"),
    ("Billing > Credits", "Billing > Credits"),
    ("until Dec 31, 2026 00:00 UTC", "2026년 12월 31일 00:00 UTC까지"),
    ("product api", "api 제품"),
    ("plan team", "team 요금제"),
    ("https://northwind.example/object", "https://northwind.example/object"),
    ("p-42, number 1042", "p-42, 장부 순번 1042"),
    ("Feb 10, 2026 09:00 UTC", "2026년 2월 10일 09:00 UTC"),
    ("https://northwind.example/book/1042", "https://northwind.example/book/1042"),
    ("Northwind Credits", "Northwind Credits"),
]
AMOUNTS = [
    ("credit", "USD", 2050, "A credit of $20.50", "US$20.50 크레딧"),
    ("credit", "KRW", 12_000, "A credit of ₩12,000", "₩12,000 크레딧"),
    ("credit", "BHD", 1234, "A credit of BHD", "BHD"),
    ("refund", "EUR", 5, "A refund of €0.05", "€0.05 환불"),
    ("extension", "plan_days", 1, "gets longer: 1 plan day", "연장했습니다: 요금제 이용 기간 1일"),
    ("extension", "plan_days", 3, "gets longer: 3 plan days", "연장했습니다: 요금제 이용 기간 3일"),
    ("quota", "tokens", 1_000_000, "Extra quota was posted to account acme-prod: 1,000,000 tokens", "토큰 1,000,000개"),
    ("reset", "usage_resets", 2, "gets 2 resets of the usage limit", "사용 한도 초기화 2회"),
]


def spoken(notice: Notice) -> tuple[str, str]:
    """The plain texts in English and Korean."""
    return letter(replace(notice, lang="en")).text, letter(replace(notice, lang="ko")).text


def bare(html: str) -> str:
    """The words of a page, without marks."""
    marked = {"&lt;": "<", "&gt;": ">", "&#39;": "'", "&#34;": '"', "&amp;": "&"}
    text = re.sub(r"<[^>]+>", " ", html[html.index("<body") :])
    for mark, character in marked.items():
        text = text.replace(mark, character)
    return " ".join(text.split())


@pytest.mark.parametrize(("english", "hangul"), FACTS)
def test_every_fact_stands_in_both_languages_in_text_and_html(english: str, hangul: str) -> None:
    for lang, fact in (("en", english), ("ko", hangul)):
        told = letter(replace(NOTICE, lang=lang))
        assert fact in told.text
        assert fact in bare(told.html)


def test_text_and_html_say_the_same_words() -> None:
    for lang in ("en", "ko"):
        told = letter(replace(NOTICE, lang=lang))
        assert bare(told.html) == " ".join(told.text.split())


@pytest.mark.parametrize(("form", "unit", "amount", "english", "hangul"), AMOUNTS)
def test_every_form_is_told_in_its_unit(form: str, unit: str, amount: int, english: str, hangul: str) -> None:
    given = replace(NOTICE, unit=unit, amount=amount, basis=replace(BASIS, form=form))
    said, in_korean = spoken(given)
    assert english in said
    assert hangul in in_korean
    assert letter(given).subject in said


@pytest.mark.parametrize("form", ["credit", "refund", "extension", "quota", "reset"])
def test_a_reversal_says_that_it_was_taken_back_and_why(form: str) -> None:
    basis = replace(BASIS, form=form, reason="It was posted to the wrong account.")
    english, hangul = spoken(replace(NOTICE, kind="reversal", basis=basis))
    assert "was taken back" in english.splitlines()[0]
    assert re.search(r"회수했습니다|취소했습니다", hangul.splitlines()[0])
    for text in (english, hangul):
        assert "It was posted to the wrong account." in text
        assert "$20.50" in text
        assert "Dec 31" not in text
        assert "12월 31일" not in text


def test_what_is_not_known_is_not_told_and_never_0() -> None:
    bare_notice = replace(COUNTLESS, span=None, scope=None, where="", page="", basis=Basis("credit"))
    for notice in (COUNTLESS, bare_notice, replace(COUNTLESS, wasted=(("USD", Decimal(0)),))):
        for text in spoken(notice):
            assert not re.search(r"(?<![\d:.,])0(?![\d:.,])|0\.00", text), text
            assert "None" not in text
        assert "What you lost" not in letter(notice).text
        assert "lost" not in letter(notice).data
        assert "wasted" not in letter(notice).data
    assert "What happened" not in letter(bare_notice).text
    assert "Why" not in letter(bare_notice).text


def test_money_that_is_not_known_does_not_hide_the_failures() -> None:
    english, hangul = spoken(replace(NOTICE, wasted=(), tokens=0))
    assert "345 of your attempts failed" in english
    assert "charged" not in english
    assert "345건이 실패" in hangul
    assert "청구" not in hangul


@pytest.mark.parametrize(
    ("basis", "english", "hangul"),
    [
        (Basis("credit"), "It does not expire. It can be used for every product and plan.", "사용 기한은 없습니다."),
        (Basis("credit", product="api"), "It is for product api alone.", "api 제품에만"),
        (Basis("quota", plan="pro"), "It is for plan pro alone.", "pro 요금제에서만"),
    ],
)
def test_how_it_can_be_used(basis: Basis, english: str, hangul: str) -> None:
    said, in_korean = spoken(replace(NOTICE, basis=basis))
    assert english in said
    assert hangul in in_korean


@pytest.mark.parametrize("form", ["refund", "extension"])
def test_what_is_not_held_does_not_expire_or_wait_for_use(form: str) -> None:
    assert "How it can be used" not in letter(replace(NOTICE, basis=Basis(form))).text


def test_times_follow_the_clock_that_is_asked_for() -> None:
    assert "2026년 2월 3일 10:00 – 11:30 Asia/Seoul" in letter(replace(NOTICE, lang="ko"), "Asia/Seoul").text


def test_foreign_text_is_neither_marked_up_nor_obeyed() -> None:
    wild = "<b>x</b>\r\nBcc: all@evil.example\x1b[31m\u202e"
    notice = replace(
        NOTICE,
        account=wild,
        scope=Scope("p", wild),
        where=wild,
        object_to='javascript:alert("1")',
        page='https://e.example/"><script>',
        posting=wild,
        sender=f"{wild} <credits@northwind.example>",
        basis=replace(BASIS, reason=wild, product=wild, terms=wild),
    )
    told = letter(notice)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", told.text)
    assert not re.search(r"[\x00-\x1f\u202e]", told.subject)
    assert "Bcc:" not in [line[:4] for line in told.text.splitlines()]
    assert "<b>" not in told.html
    assert "<script" not in told.html
    assert "javascript:" in told.html
    assert 'href="javascript' not in told.html


def test_the_mail_page_asks_nothing_of_the_network() -> None:
    html = letter(NOTICE).html
    assert not re.search(r"(src|background|@import|url\()\s*=?", html)
    assert set(re.findall(r'href="([^"]+)"', html)) == {NOTICE.object_to, NOTICE.page}
    mail = letter(replace(NOTICE, object_to="object@northwind.example")).html
    assert 'href="mailto:object@northwind.example"' in mail


def test_data_holds_text_and_whole_numbers_only() -> None:
    data = letter(NOTICE).data
    assert canonical(data)
    assert (data["amount"], data["amount_minor"], data["unit"]) == ("20.50", 2050, "USD")
    assert data["failed"]["from"] == "2026-02-03T01:00:00Z"
    assert data["wasted"] == [{"currency": "USD", "amount": "3.123456"}, {"currency": "KRW", "amount": "1500"}]
    assert data["basis"]["clause"] == "3.1"
    assert "ops@acme.example" not in canonical(data)
    assert letter(replace(NOTICE, unit="KRW", amount=1200)).data["amount"] == "1200"


def test_no_particle_of_the_notices_hangs_on_a_name_that_may_end_either_way() -> None:
    mine = [text for message in used_messages() if (text := korean(message) or "") and "계정" in text]
    assert len(mine) > 8
    assert [text for text in mine if re.search(r"\}(은|는|이|가|을|를|과|와|로|으로)(?=[\s.,])", text)] == []


def test_another_language_or_unit_is_refused() -> None:
    with pytest.raises(BadUse):
        letter(replace(NOTICE, lang="fr"))
    with pytest.raises(BadMoney):
        letter(replace(NOTICE, unit="ZZZ"))


REMINDER = replace(
    NOTICE, id="p-42.reminder", kind="reminder", rest=1230, dated=datetime(2026, 12, 17, tzinfo=UTC), wasted=()
)


@pytest.mark.parametrize(
    ("english", "hangul"),
    [
        (
            "A credit of $12.30 on account acme-prod can be used until Dec 31, 2026 00:00 UTC.",
            "acme-prod 계정의 US$12.30 크레딧은 2026년 12월 31일 00:00 UTC까지 쓸 수 있습니다.",
        ),
        ("Left of it: $12.30 of $20.50.", "US$20.50 중 US$12.30 남아 있습니다."),
        ("What is not used in time expires.", "기한까지 쓰지 않은 것은 소멸합니다."),
        ("product api", "api 제품"),
        ("plan team", "team 요금제"),
        ("Billing > Credits", "Billing > Credits"),
        ("The chat service was down.", "The chat service was down."),
        ("p-42, number 1042 in the book, Feb 10, 2026 09:00 UTC", "p-42, 장부 순번 1042"),
        ("https://northwind.example/object", "https://northwind.example/object"),
    ],
)
def test_a_reminder_says_what_is_left_until_when_and_where(english: str, hangul: str) -> None:
    for lang, fact in (("en", english), ("ko", hangul)):
        told = letter(replace(REMINDER, lang=lang))
        assert fact in told.text
        assert bare(told.html) == " ".join(told.text.split())
        assert told.subject in told.text


def test_a_reminder_speaks_of_what_is_to_come_and_not_of_the_loss() -> None:
    for text in spoken(REMINDER):
        assert not re.search(r"345|failed|실패|was posted|지급했습니다", text)
    data = letter(REMINDER).data
    assert (data["kind"], data["id"], data["amount_minor"]) == ("reminder", "p-42.reminder", 2050)
    assert (data["rest"], data["rest_minor"], data["basis"]["expires"]) == ("12.30", 1230, "2026-12-31T00:00:00Z")
    assert not {"rest", "rest_minor"} & letter(NOTICE).data.keys()


@pytest.mark.parametrize(
    ("form", "unit", "rest", "english", "hangul"),
    [
        ("quota", "tokens", 1000, "can use this until Dec 31, 2026 00:00 UTC: 1,000 tokens", "토큰 1,000개"),
        ("reset", "usage_resets", 1, "UTC: 1 reset of the usage limit", "사용 한도 초기화 1회"),
    ],
)
def test_what_is_held_in_another_unit_is_reminded_of(form: str, unit: str, rest: int, english: str, hangul: str):
    said, in_korean = spoken(replace(REMINDER, unit=unit, rest=rest, basis=replace(BASIS, form=form)))
    assert english in said.splitlines()[0]
    assert hangul in in_korean.splitlines()[0]


LIST_SAYS = [
    ({}, "suspended 2026-08-11 by mistake", "suspended 2026-08-11 by mistake"),
    (
        {"says": ""},
        "Account acme-prod is among those to whom this happened: SUSPENDED-2026Q3.",
        "acme-prod 계정은 다음 일을 겪은 계정입니다: SUSPENDED-2026Q3.",
    ),
    ({"faults": 3}, "It happened 3 times.", "이 일은 3회 있었습니다."),
    ({"wasted": (("USD", Decimal("4.20")),)}, "You lost $4.20.", "손실액은 US$4.20입니다."),
    ({}, "cause SUSPENDED-2026Q3", "사유 SUSPENDED-2026Q3"),
]


@pytest.mark.parametrize(("given", "english", "hangul"), LIST_SAYS)
def test_whom_a_list_named_is_told_what_the_list_says(given: dict[str, object], english: str, hangul: str) -> None:
    for lang, fact in (("en", english), ("ko", hangul)):
        told = letter(replace(LISTED, lang=lang, **given))
        assert fact in told.text
        assert fact in bare(told.html)


@pytest.mark.parametrize("kind", ["award", "reversal"])
@pytest.mark.parametrize("says", ["suspended 2026-08-11 by mistake", ""])
def test_whom_a_list_named_is_told_of_no_incident_attempts_or_charge(kind: str, says: str) -> None:
    for given in ({}, {"faults": 3, "wasted": (("USD", Decimal("4.20")),)}):
        notice = replace(LISTED, kind=kind, says=says, **given)
        for text in spoken(notice):
            assert not re.search(r"incident|failed|attempt|charged|장애|실패|시도|청구", text), text
        data = letter(notice).data
        assert not {"failed", "wasted"} & set(data)
        assert data["happened"] == {"cause": "SUSPENDED-2026Q3"} | ({"says": says} if says else {})
        assert data.get("lost") == ({"faults": 3} if given else None)
        assert data.get("lost_amounts") == ([{"currency": "USD", "amount": "4.2"}] if given else None)


def test_a_reason_is_shown_as_text_and_whole() -> None:
    told = letter(replace(LISTED, says="<b>x</b> " + "y" * 240))
    assert "<b>" not in told.html
    assert "y" * 240 in told.text
