"""Inputs of a case that cannot be right are refused in one sentence; none turns into a figure or an amount."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from makegood.terms.casebook import Outcome, run_file
from makegood.terms.read import PACKS, parse

PERIOD = {"start": "2026-06-01T00:00:00Z", "end": "2026-07-01T00:00:00Z"}
OUTAGE = {"start": "2026-06-10T00:00:00Z", "end": "2026-06-10T02:00:00Z"}
BEDROCK, TWILIO, INTERCOM, OPENROUTER = "amazon-bedrock", "twilio", "intercom", "openrouter"
WHOLE = [{"intervals": "9999", "requests": "10", "errors": "10"}]
BAD_RUN = {"start": "2026-06-10T08:00:00Z", "minutes": "999999999", "valid_requests": "5", "server_errors": "5"}


def weighed(folder: Path, terms: str, inputs: dict[str, object]) -> Outcome:
    file = folder / "cases.json"
    case = {"id": "one", "terms": terms, "title": "", "inputs": inputs, "expected": {"verdict": "owed"}}
    file.write_text(json.dumps([case]), encoding="utf-8")
    return next(run_file(file)[1])


@pytest.mark.parametrize(
    ("terms", "inputs", "says"),
    [
        (TWILIO, {"downtime_minutes": "43201"}, "More down time is given than the period has time; correct"),
        (TWILIO, {"outage_minutes": ["43200", "1"]}, "More down time is given than the period has time; correct"),
        (BEDROCK, {"segments": WHOLE, "interval_minutes": "5"}, "'segments' are longer than the period; correct"),
        (BEDROCK, {"runs": [BAD_RUN]}, "A run of 2026-06-10T08:00:00Z reaches beyond the period; cut it"),
        (BEDROCK, {"background": {"valid_requests": "9", "server_errors": "9"}}, "as 'runs'"),
        (TWILIO, {"outage": OUTAGE, "claim": {"received": "2026-06-09T23:59:59Z"}}, "The claim was received before"),
        (TWILIO, {"outage": OUTAGE | {"error_rate": "2"}}, "'error_rate' is above 1; write"),
        (TWILIO, {"outage": OUTAGE | {"affected_customer_ratio": "5"}}, "'affected_customer_ratio' is above 1; write"),
        (TWILIO, {"uptime": "250"}, "'uptime' is above 100; write"),
        (TWILIO, {"outage": OUTAGE, "bill": {"currency": "ZZZ", "amount": "5"}}, "'ZZZ' is not an ISO 4217 currency"),
        (TWILIO, {"outage": {"start": "1780000000", "end": "1780000900"}}, "'start' is not a time with its offset"),
        (TWILIO, {"outage": OUTAGE | {"end": "9999-12-31T23:59:59Z"}}, "lies outside the years 1970 to 2200; correct"),
        (TWILIO, {"now": "0001-01-01T00:00:00+14:00"}, "outside the years 1970 to 2200; correct"),
    ],
)
def test_a_contradiction_is_told_and_not_weighed(
    tmp_path: Path, terms: str, inputs: dict[str, object], says: str
) -> None:
    outcome = weighed(tmp_path, terms, {"period": PERIOD} | inputs)
    assert outcome.state == "fault"
    assert says in " ".join(outcome.says)


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ([{"month": "2026-13", "uptime": "99"}], "write a month like 2026-05"),
        ([{"month": "2026-05", "uptime": "99"}, {"month": "2026-05", "uptime": "100"}], "2026-05 is given twice; keep"),
        ([{"month": "2026-05", "uptime": "99"}, {"month": "9998-12", "uptime": "99"}], "from 1970 to 2200"),
    ],
)
def test_figures_by_window_name_each_window_once(tmp_path: Path, figures: list[object], says: str) -> None:
    outcome = weighed(tmp_path, INTERCOM, {"months": figures})
    assert outcome.state == "fault"
    assert says in " ".join(outcome.says)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999999", "1e-999999", "9" * 41])
def test_a_fact_that_no_reckoning_can_end_with_is_no_number(tmp_path: Path, number: str) -> None:
    purchase = {"at": "2026-06-01T08:00:00Z", "credits": number, "currency": "USD"}
    outcome = weighed(tmp_path, OPENROUTER, {"purchase": purchase})
    assert outcome.state == "fault"
    assert "'purchase.credits' is not a number" in outcome.says[0]


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-14:00", "0001-01-01"])
def test_a_fact_outside_the_years_is_told(tmp_path: Path, moment: str) -> None:
    purchase = {"at": moment, "credits": "20", "currency": "USD"}
    outcome = weighed(tmp_path, OPENROUTER, {"purchase": purchase})
    assert outcome.state == "fault"
    assert "lies outside the years" in outcome.says[0]


def test_an_outage_outside_the_period_is_told_beside_the_case(tmp_path: Path) -> None:
    later = {"start": "2026-11-01T00:00:00Z", "end": "2026-11-02T00:00:00Z"}
    (remark, *_) = weighed(tmp_path, TWILIO, {"period": PERIOD, "outage": later}).remarks
    assert "the outage of 2026-11-01T00:00:00Z, which lies outside the period" in remark


@pytest.mark.parametrize("escape", ["\\e[2J", "\\a", "\\u202e", "\\x9b31m", "\\u2028"])
def test_a_pack_holds_nothing_that_a_terminal_would_obey(escape: str) -> None:
    _, faults = parse(f'terms: acme\nprovider: "Acme {escape} AI"\n', "acme.yaml")
    assert [(one.line, one.clause) for one in faults] == [(2, "provider")]
    assert "a terminal would obey" in faults[0].reason
    assert str(faults[0]).isprintable()


def test_windows_in_a_row_need_a_level_that_they_miss() -> None:
    text = (PACKS / "hubspot.yaml").read_text(encoding="utf-8")
    lines = text.split("\n")
    kept = [line for line in lines if not line.startswith("        commitment:")]
    assert len(kept) < len(lines)
    _, faults = parse("\n".join(kept), "hubspot.yaml")
    assert any(one.clause.endswith("several") and "add 'commitment'" in one.reason for one in faults)
