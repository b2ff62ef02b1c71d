"""The page in a real browser: nothing asked of the network, nothing complained of, light, dark, Korean and on paper."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from makegood.reads.report import report
from makegood.reads.series import read_series
from tests.reads.sample import Sample

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Headless Chromium; skips where there is none, except in CI."""
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium: CI must install it (Debian: apt-get install chromium)")
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page in both languages, as files."""
    folder, series = tmp_path_factory.mktemp("pages"), read_series(sample.warehouse, sample.assessment)
    for lang in ("en", "ko"):
        (folder / f"{lang}.html").write_text(report(sample.assessment, series, lang), encoding="utf-8")
    return {lang: folder / f"{lang}.html" for lang in ("en", "ko")}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_it_renders_in_peace(browser, pages: dict[str, Path], lang: str, scheme: str) -> None:  # type: ignore[no-untyped-def]
    asked, complaints = [], []
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1180, "height": 900})
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.goto(pages[lang].as_uri())
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []
    assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(17, 22, 28)")
    assert page.locator("svg.chart").first.bounding_box()["height"] > 150
    assert page.locator("h1").inner_text().startswith("You paid" if lang == "en" else "결과를 받지 못한")
    context.close()


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_it_never_scrolls_sideways(browser, pages: dict[str, Path], width: int) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(pages["ko"].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_no_chart_text_is_cut_off(browser, pages: dict[str, Path]) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(viewport={"width": 1180, "height": 900})
    page.goto(pages["ko"].as_uri())
    cut = page.evaluate(
        """() => [...document.querySelectorAll('svg.chart')].flatMap(svg => {
          const frame = svg.getBoundingClientRect();
          return [...svg.querySelectorAll('text')].filter(text => {
            const box = text.getBoundingClientRect();
            return box.left < frame.left - 1 || box.right > frame.right + 1;
          }).map(text => text.textContent);
        })"""
    )
    assert cut == []
    page.close()


def test_it_prints_on_paper(browser, pages: dict[str, Path], tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page(color_scheme="dark")
    page.goto(pages["en"].as_uri())
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    raw = page.pdf(path=str(tmp_path / "report.pdf"), prefer_css_page_size=True)
    assert raw.startswith(b"%PDF")
    assert 2 <= raw.count(b"/Type /Page\n") + raw.count(b"/Type /Page ") + raw.count(b"/Type /Page/") <= 20
    page.close()
