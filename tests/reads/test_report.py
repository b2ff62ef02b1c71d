"""Report: what a reader must find on the page, and what must never get into it."""

import re
from copy import deepcopy
from html.parser import HTMLParser
from typing import Any

import pytest

from makegood.reads.report import report
from makegood.reads.series import Series, read_series
from tests.reads.sample import BAD_TITLE, Sample

VOID = {"meta", "link", "br", "img", "input", "hr", "wbr"}


class Page(HTMLParser):
    """What the page holds: tags with their attributes, and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module")
def series(sample: Sample) -> Series:
    """The sample's series."""
    return read_series(sample.warehouse, sample.assessment)


@pytest.fixture(scope="module")
def english(sample: Sample, series: Series) -> str:
    """The page in English."""
    return report(sample.assessment, series, "en")


@pytest.mark.parametrize(
    "part",
    [
        "You paid $7.31 for 135 attempts that delivered nothing.",
        "amount not known",
        "302 attempts",
        "never acknowledged by the status page",
        "start within 14:33–14:39, end within 04:01–04:10",
        "on the status page for 28 min",
        "$1,200.01 (rounded half up) or $1,200.00 (rounded down)",
        "1200.005 USD before rounding",
        "Mar 30, 2026 23:59 Asia/Seoul",
        "(40320 - 40) / 40320",
        "96.009544%",
        "1,781.36 min",
        "1,814.41 min",
        "2,950 of 500,000 attempts failed",
        "0.940109 USD stays open over the whole span.",
        "explained by another day",
        "728 rows read = 720 used + 6 delivered twice + 2 set aside + 0 out of scope",
        "is not JSON (",
        "5f1d3c0f5f1d3c0f",
        "google-gemini, amazon-bedrock, anthropic",
        "An invoice or a cost export",
    ],
)
def test_the_page_tells(english: str, part: str) -> None:
    assert part in Page(english).text


def test_the_page_is_alone(english: str) -> None:
    page = Page(english)
    assert not [tag for tag, _ in page.tags if tag in ("script", "iframe", "object", "embed", "img", "form", "base")]
    loading = [
        value for _, given in page.tags for name, value in given.items() if name in ("src", "srcset", "xlink:href")
    ]
    assert loading == []
    assert [given["href"] for tag, given in page.tags if tag == "link"] == ["data:,"]
    assert "@import" not in english
    assert "url(http" not in english
    policy = next(given["content"] for tag, given in page.tags if given.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_nothing_but_the_style_sheet_styles(english: str) -> None:
    handlers = [name for _, given in Page(english).tags for name in given if name == "style" or name.startswith("on")]
    assert handlers == []


def test_hostile_text_is_only_text(english: str) -> None:
    text = Page(english).text
    assert "<script>alert('x')</script>" in text
    assert BAD_TITLE in text
    assert '=HYPERLINK("http://example.invalid","click")' in text
    assert "invoice\\u202egnp.exe" in text
    assert "\u202e" not in english
    assert "A" * 200 not in english
    links = [given.get("href") or "" for tag, given in Page(english).tags if tag == "a"]
    assert not [link for link in links if not link.startswith(("https://", "http://", "#"))]
    assert "javascript:alert(2)" in text


def test_a_page_with_every_name_hostile_still_stands(sample: Sample, series: Series) -> None:
    def spoil(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: spoil(one) for key, one in value.items()}
        if isinstance(value, list):
            return [spoil(one) for one in value]
        return f'"><script>x</script>\u202e\ud800{value}' if isinstance(value, str) and value in names else value

    names = {"anthropic", "google", "openai", "gemini-2.5-pro", "messages", "status.json", "google-gemini", "no_sla"}
    html = report(spoil(deepcopy(sample.assessment)), series, "en")
    assert "<script" not in html
    assert Page(html).text
    assert html.encode("utf-8")


def test_tables_charts_and_landmarks_are_named(english: str) -> None:
    page = Page(english)
    charts = [given for tag, given in page.tags if tag == "svg" and given.get("class") == "chart"]
    assert len(charts) == 6
    assert all(given.get("role") == "img" and given.get("aria-label") for given in charts)
    assert all(given.get("scope") in ("col", "row") for tag, given in page.tags if tag == "th")
    tags = [tag for tag, _ in page.tags]
    assert tags.count("h1") == tags.count("main") == tags.count("header") == 1
    assert "caption" in tags
    ids = [given["id"] for _, given in page.tags if given.get("id")]
    assert len(ids) == len(set(ids))
    assert [given for tag, given in page.tags if tag == "html"] == [{"lang": "en"}]


def test_what_is_not_known_is_never_shown_as_zero(sample: Sample, series: Series, english: str) -> None:
    assert "$0.00" not in english.split("<main")[1].split("<h2>Incidents")[0]
    blank = deepcopy(sample.assessment)
    for box in blank["waste"].values():
        box["amounts"] = {}
        for kind in box["kinds"].values():
            kind["amounts"] = {}
    page = Page(report(blank, series, "en")).text
    assert "the amount is not known" in page
    assert "amount not known" in page


def test_a_log_of_uncharged_failures_shows_zero_charged(sample: Sample, series: Series) -> None:
    none = {"attempts": 0, "tokens": 0, "amounts": {}, "kinds": {}}
    spared = deepcopy(sample.assessment)
    spared["waste"] |= {"charged": none | {"amounts": {"USD": "0"}}, "unknown": none, "caller": none}
    page = Page(report(spared, series, "en")).text
    assert "Charged and undelivered $0.00" in page
    assert "302 failed attempts were not charged." in page


def test_korean_throughout(sample: Sample, series: Series) -> None:
    html = report(sample.assessment, series, "ko")
    page = Page(html)
    assert '<html lang="ko">' in html
    assert "결과를 받지 못한 시도 135건에 청구된 금액은 US$7.31입니다." in page.text
    for english in ("Incidents", "attempts", "Charged", "status page", "What the terms say", "Every row"):
        assert english not in page.text, english


def test_an_empty_assessment_has_a_page(sample: Sample) -> None:
    none = {"attempts": 0, "tokens": 0, "amounts": {}, "kinds": {}}
    empty = deepcopy(sample.assessment) | {
        "rows": dict.fromkeys(sample.assessment["rows"], 0),
        "incidents": [],
        "waste": dict.fromkeys(("charged", "not_charged", "unknown", "caller"), none),
        "accounts": [],
        "readings": [],
        "verdicts": [],
        "overbilling": None,
        "notes": [],
    }
    empty["params"] |= {"period": None, "bill": None, "inputs": [], "terms": [], "bulletins": []}
    page = Page(report(empty, Series(), "en")).text
    assert "No attempts could be used" in page
    assert "No incident was found in this period." in page
    assert "No terms were weighed." in page


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1, 2], ids=["light", "dark", "print"])
def test_text_stands_out_from_its_ground(english: str, theme: int) -> None:
    blocks = re.findall(r":root \{(.*?)\}", english, re.DOTALL)
    colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[theme]))
    grounds = {
        "paper": ("ink", "muted", "charged", "doubt", "calm", "own", "page"),
        "panel": ("ink", "muted"),
        "charged-soft": ("ink", "muted", "charged"),
        "calm-soft": ("ink", "muted", "calm"),
        "doubt-soft": ("ink", "muted", "doubt"),
    }
    weak = [
        (text, ground, round(_contrast(colour[text], colour[ground]), 2))
        for ground, texts in grounds.items()
        for text in texts
        if _contrast(colour[text], colour[ground]) < 4.5
    ]
    assert weak == []
