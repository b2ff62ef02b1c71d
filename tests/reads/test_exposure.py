"""An audit as published and as a page: it fits its schema, is said in two languages, and escapes what is foreign."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from makegood.money import parse_money
from makegood.reads.exposure import as_data
from makegood.reads.exposure_page import audit_page
from makegood.reads.exposure_words import headline, subheads, telling_words
from makegood.reads.series import Bucket, Rate, Series, minute_of
from makegood.reads.words import Words
from tests.losses.auditing import FAILED, attempt, audited, written
from tests.losses.test_strike import CHAT, HOUR, SECOND, TABLE, routes, world
from tests.reads.test_report import Page

SCHEMA = json.loads((files("makegood") / "reads" / "audit.schema.json").read_text(encoding="utf-8"))
SCRIPT = "<script>alert('x')</script>"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The audit of the small world of the strikes, with a hostile model's name, terms and a bill."""
    folder = tmp_path_factory.mktemp("audit")
    (folder / "incidents.csv").write_text(TABLE + HOUR.replace("made-up", f'"{SCRIPT}"'))
    rows = [*world(), attempt(299, "hostile", **CHAT | {"model": SCRIPT, "route": SCRIPT})]
    log = written(folder / "log.jsonl", rows)
    asked = {"routes": routes(), "terms": ("google-gemini", "openai"), "bill": parse_money("1000 USD")}
    return as_data(audited(log, files=(folder / "incidents.csv",), **asked))


def series(data: dict[str, Any]) -> Series:
    """A few buckets over the log's span."""
    first, end = minute_of(data["log"]["start"]), minute_of(data["log"]["end"], up=True)
    buckets = tuple(Bucket(at, 10, 1) for at in range(first, end, 60))
    return Series(first, end, 60, (Rate("openai", "gpt-4o", buckets),))


def test_it_fits_the_published_schema(data: dict[str, Any]):
    Draft202012Validator.check_schema(SCHEMA)
    faults = [f"{one.json_path}: {one.message[:200]}" for one in Draft202012Validator(SCHEMA).iter_errors(data)]
    assert faults == []
    assert data == json.loads(json.dumps(data))


def test_every_part_of_the_schema_is_met(data: dict[str, Any]):
    assert {name for name, value in data.items() if not value} == {"quarantine"}
    (replay,) = data["replays"]
    toll = replay["readings"][0]["tolls"][0]
    assert (toll["basis"], toll["share"], toll["calls"]) == ("stated", "20", {"fraction": "30/1", "rounded": 30})
    assert (toll["left"]["rounded"], toll["retries"]["least"]) == (10, {"USD": "0.03"})
    verdicts = {one["terms"]: one for one in toll["verdicts"]}
    assert set(verdicts) == {"google-gemini", "openai"}
    assert verdicts["openai"]["verdict"] == "goodwill"
    assert replay["range"]["calls"]["least"]["rounded"] == 30
    assert replay["range"]["calls"]["most"]["rounded"] == 150


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            [
                "14.5% of your calls stop if openai fails.",  # 50 of embed and the hostile one, of 351
                "Calls that would have failed: 30 to 150, in 1 hr 40 min.",
                "With the tested alternatives: 10 to 50.",
                "the same weekday and hours, 14 days away",
                "30 attempts were detours; 30 of them were answered.",
                "failover",
            ],
        ),
        ("ko", ["openai에 장애가 나면", "실패했을 호출: 30~150", "단일 장애점", "약관에 따라 지급되었을 금액"]),
    ],
)
def test_the_page_says_it_in_both_languages(data: dict[str, Any], lang: str, said: list[str]):
    page = audit_page(data, series(data), lang)
    text = Page(page).text
    assert [one for one in said if one not in text] == []
    assert SCRIPT not in page
    assert "<script" not in page
    assert page.count('class="chart"') == 2
    assert "{" not in text.replace(SCRIPT, "")


def test_that_nothing_hangs_on_one_thing_is_said_of_the_kinds_that_the_log_tells(tmp_path: Path):
    rows = []
    for n in range(60):
        rows.append(attempt(n, f"c{n}", **CHAT | FAILED))
        failed = FAILED if n % 5 < 2 else {}
        rows.append(attempt(n, f"c{n}", **CHAT | SECOND | {"reason": "failover"} | failed, retry=1))
        rows.append(attempt(n, f"d{n}", **CHAT | SECOND))
        rows += [attempt(n, f"{letter}{n}", **CHAT) for letter in "ef"]
    rows = [one | {"region": "eu"} if one["call_id"][0] == "e" else one for one in rows]
    data = as_data(audited(written(tmp_path / "log.jsonl", rows)))
    words = Words("en")
    assert headline(data, words) == (
        "By provider, region, and model no call hangs on one thing alone: each has a tested alternative. "
        "By key this cannot be told. By region it can be told of some calls only."
    )
    assert subheads(data, words)[0] == (
        "The weakest of the tested alternatives, openai for chat, answered 120 of 180 attempts of late (66.7%)."
    )
    page = audit_page(data, Series())
    assert "0 of 180 calls stop" in page


@pytest.mark.parametrize(
    ("told", "english", "korean"),
    [
        ("API provider_post_mortem", "API, post-mortem of the provider", "API, 제공자의 사후 보고서"),
        ("status_page_span, by its text", "times of the status page, by its text", "상태 페이지의 시각(본문 기준)"),
        ("API page", "API page", "API page"),
    ],
)
def test_a_telling_is_named_in_both_languages(told: str, english: str, korean: str):
    assert telling_words({"told": told}, Words("en")) == english
    assert telling_words({"told": told}, Words("ko")) == korean


def test_figures_are_never_zero_for_not_known(tmp_path: Path):
    data = as_data(
        audited(written(tmp_path / "log.jsonl", [attempt(n, f"c{n}", charged=None, model="x") for n in range(3)]))
    )
    text = Page(audit_page(data, Series())).text
    assert data["log"]["spend"] == {"amounts": {}, "unknown": 3, "listed": 0}
    assert "not known" in text
    assert "100% of your calls stop if openai fails." in text
    assert "$0" not in text
    assert data["detours"] is None
