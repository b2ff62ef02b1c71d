"""Words: every message has its Korean, placeholders agree, and figures follow the locale."""

import io
import re
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po

from makegood.errors import BadUse
from makegood.reads.words import Words, catalogue
from tests.reads.messages import used_messages

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def korean(message: str | tuple[str, str]) -> str | None:
    """The Korean text of a message, or None."""
    found = catalogue("ko").get(message if isinstance(message, str) else message[0])
    if found is None or not found.string:
        return None
    return found.string if isinstance(found.string, str) else found.string[0]


def test_every_message_used_is_said_in_korean() -> None:
    used = used_messages()
    assert len(used) > 200
    assert [message for message in used if not korean(message)] == []


def test_korean_fills_in_the_same_placeholders() -> None:
    wrong = []
    for message in used_messages():
        english = message if isinstance(message, str) else message[1]
        if set(PLACEHOLDER.findall(english)) != set(PLACEHOLDER.findall(korean(message) or "")):
            wrong.append(message)
    assert wrong == []


def test_plural_messages_are_plural_in_the_catalogue_too() -> None:
    for message in used_messages():
        entry = catalogue("ko").get(message if isinstance(message, str) else message[0])
        assert entry is not None
        assert isinstance(entry.id, tuple) == isinstance(message, tuple), message


def test_the_catalogue_holds_nothing_that_is_not_used() -> None:
    used = {message if isinstance(message, str) else message[0] for message in used_messages()}
    kept = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue("ko") if m.id and m.context is None}
    assert kept == used


def test_the_catalogue_is_sound_po() -> None:
    raw = (files("makegood.reads") / "locale" / "ko.po").read_bytes()
    entries = list(read_po(io.BytesIO(raw), locale="ko", abort_invalid=True))
    assert not [message.id for message in entries if message.fuzzy and message.id]


def test_korean_is_written_in_the_polite_register() -> None:
    sentences = [text for message in used_messages() if (text := korean(message) or "").endswith(".")]
    plain = [text for text in sentences if not re.search(r"(니다|십시오|\{\w+\})(\([^)]*\))?\.$", text)]
    assert plain == []


@pytest.mark.parametrize(
    ("lang", "money", "number", "length", "day"),
    [
        ("en", "$1,234.50", "1,234,567", "13 hr 28 min", "Feb 1, 2026"),
        ("ko", "US$1,234.50", "1,234,567", "13시간 28분", "2026년 2월 1일"),
    ],
)
def test_figures_follow_the_locale(lang: str, money: str, number: str, length: str, day: str) -> None:
    words = Words(lang)
    assert words.money("1234.5", "USD") == money
    assert words.number(1234567) == number
    assert words.minutes(808) == length
    assert words.day("2026-02-01") == day


def test_times_are_on_the_clock_of_the_period() -> None:
    seoul = Words("en", "Asia/Seoul")
    assert seoul.moment("2026-02-05T02:10:00Z") == "Feb 5, 2026 11:10 Asia/Seoul"
    assert seoul.span("2026-02-05T14:30:00Z", "2026-02-05T15:30:00Z") == "Feb 5, 2026 23:30 – Feb 6 00:30 Asia/Seoul"
    assert (
        Words("en").span("2025-12-31T23:00:00Z", "2026-01-01T01:00:00Z").startswith("Dec 31, 2025 23:00 – Jan 1, 2026")
    )


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "February 2026"),
        ("2026-02-01T08:00:00Z", "2026-03-01T08:00:00Z", "February 2026"),
        ("2026-01-31T15:00:00Z", "2026-02-28T15:00:00Z", "February 2026"),
        ("2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z", "December 2025"),
        ("2026-02-03T00:00:00Z", "2026-03-03T00:00:00Z", "Feb 3, 2026 00:00 – Mar 3 00:00 UTC"),
    ],
)
def test_a_month_is_named_wherever_it_was_cut(start: str, end: str, said: str) -> None:
    assert Words("en").period(start, end) == said


def test_amounts_not_known_are_never_zero() -> None:
    assert Words("en").amounts({}) is None
    assert Words("en").amounts({"USD": "0"}) == "$0.00"
    assert Words("ko").amounts({"KRW": "1200", "USD": "0.004"}) == "₩1,200 + US$0.004"
    assert Words("ko").money("3.5", "XXX") == "3.5(통화 미상)"


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("0.003876902", "USD", "$0.0039"),
        ("-0.00192633", "USD", "-$0.0019"),
        ("0.00999", "USD", "$0.01"),
        ("0.00001", "USD", "$0.00001"),
        ("0.02", "USD", "$0.02"),
        ("0.25", "KRW", "₩0.25"),
    ],
)
def test_small_amounts_are_written_as_all_others(amount: str, currency: str, said: str) -> None:
    assert Words("en").money(amount, currency) == said


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 9, "0%"), (1, 100_000, "0.1%"), (99_999, 100_000, "99.9%"), (9, 9, "100%"), (1, 3, "33.3%"), (0, 0, "–")],
)
def test_a_share_is_only_all_or_nothing_when_it_is(part: int, whole: int, said: str) -> None:
    assert Words("en").share(part, whole) == said


def test_a_note_falls_back_to_its_english() -> None:
    words = Words("ko")
    assert words.note("no_such_code", {}, "An English note.") == "An English note."
    assert words.note("retries_not_shown", {}, "Its facts are missing.") == "Its facts are missing."
    assert "재시도" in words.note("retries_not_shown", {"format": "otlp"}, "x")


def test_another_language_is_refused() -> None:
    with pytest.raises(BadUse, match="use en or ko"):
        Words("fr")
