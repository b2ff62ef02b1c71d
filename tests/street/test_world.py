"""One small world, the whole way: who paid for what, told attempt by attempt."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.errors import Unreadable
from makegood.money import parse_money
from makegood.reads.sentences import headline, subheads
from makegood.reads.words import Words
from makegood.spans import Span, moment
from tests.street.street import assessed, attempt, written

FAILED = {"status": 500, "error": "server_error", "output_tokens": 0, "usable": None}


def boxes(data):
    """Attempts and dollars of each box."""
    return {name: (box["attempts"], box["amounts"].get("USD")) for name, box in data["waste"].items()}


def kinds(data, box="charged"):
    """Attempts of each kind in a box."""
    return {kind: one["attempts"] for kind, one in data["waste"][box]["kinds"].items() if one["attempts"]}


@pytest.mark.parametrize(
    ("story", "rows", "expected", "expected_kinds"),
    [
        ("a failure that was charged", [FAILED | {"charged": "0.002"}], ("charged", 1, "0.002"), {"failed": 1}),
        ("a cut answer that was charged", [{"usable": False}], ("charged", 1, "0.002"), {"unusable": 1}),
        ("a failure that was not charged", [FAILED | {"charged": "0"}], ("not_charged", 1, "0"), {"failed": 1}),
        ("a failure of unknown charge", [FAILED | {"charged": None}], ("unknown", 1, None), {"failed": 1}),
        ("sent again after success", [{}, {}], ("caller", 1, "0.002"), {"duplicate": 1}),
        (
            "served twice after a time-out",
            [FAILED | {"status": 0, "error": "timeout", "charged": "0"}, {}, {}],
            ("charged", 1, "0.002"),
            {"duplicate": 1},
        ),
        (
            "no answer was ever usable",
            [{"usable": False}, FAILED | {"charged": "0.002"}],
            ("charged", 2, "0.004"),
            {"unusable": 1, "failed": 1},
        ),
    ],
)
def test_one_call(tmp_path: Path, story, rows, expected, expected_kinds):
    log = [attempt(second, call_id="call-1", request_id=f"r{second}", **row) for second, row in enumerate(rows)]
    data = assessed(written(tmp_path / "log", log))
    box, attempts, amount = expected
    assert boxes(data)[box] == (attempts, amount), story
    assert kinds(data, box) == expected_kinds, story


def test_without_a_call_id_the_same_input_soon_after_a_fault_is_the_same_call(tmp_path: Path):
    def log(gap):
        first = attempt(0, fingerprint="f", request_id="a", **(FAILED | {"charged": "0"}))
        return [first, *(attempt(gap + n, fingerprint="f", request_id=f"b{n}") for n in range(2))]

    soon, late = (assessed(written(tmp_path / str(gap), log(gap))) for gap in (599, 601))
    assert boxes(soon)["not_charged"] == boxes(late)["not_charged"] == (1, "0")
    # The third attempt follows a success: with the same input it is work of its own, not a repetition.
    assert boxes(soon)["charged"] == boxes(late)["charged"] == (0, "0")


def test_a_log_of_uncharged_failures_gives_zero_and_not_unknown(tmp_path: Path):
    log = [attempt(n, **(FAILED | {"charged": "0", "call_id": f"c{n}"})) for n in range(20)]
    data = assessed(written(tmp_path / "log", log))
    assert boxes(data)["charged"] == (0, "0")
    assert boxes(data)["unknown"][0] == 0


def test_without_charges_and_without_a_rule_it_cannot_be_told(tmp_path: Path):
    log = [attempt(n, **(FAILED | {"charged": None, "currency": None})) for n in range(20)]
    data = assessed(written(tmp_path / "log", log))
    assert data["waste"]["unknown"]["attempts"] == 20
    assert data["waste"]["unknown"]["amounts"] == {}
    assert data["waste"]["charged"]["amounts"] == {}


def test_a_rule_decides_where_the_log_is_silent(tmp_path: Path):
    silent = FAILED | {"charged": None, "currency": None, "provider": "anthropic", "error": "api_error"}
    data = assessed(written(tmp_path / "log", [attempt(n, **silent) for n in range(3)]))
    assert data["waste"]["not_charged"]["attempts"] == 3


def test_a_charge_without_a_currency_is_shown_as_such(tmp_path: Path):
    log = written(tmp_path / "log", [attempt(0, usable=False, currency=None)])
    assert assessed(log)["waste"]["charged"]["amounts"] == {"XXX": "0.002"}
    assert assessed(log, currency="EUR")["waste"]["charged"]["amounts"] == {"EUR": "0.002"}


def test_currencies_are_never_added_up(tmp_path: Path):
    log = [attempt(n, usable=False, currency=code, request_id=f"r{n}") for n, code in enumerate(("USD", "KRW"))]
    data = assessed(written(tmp_path / "log", log))
    assert data["waste"]["charged"]["amounts"] == {"KRW": "0.002", "USD": "0.002"}


def test_a_sum_that_lacks_some_amounts_is_said_to_be_the_least(tmp_path: Path):
    priced = {"provider": "openai", "model": "gpt-5", "charged": None, "currency": None}
    unpriced = priced | {"model": "gpt-of-nobody"}
    log = [
        attempt(3 * call + place, call_id=f"c{call}", request_id=f"r{call}-{place}", **(model | fields))
        for call, model in enumerate((priced, priced, unpriced))
        for place, fields in enumerate((FAILED | {"charged": None}, {}, {}))
    ]
    data = assessed(written(tmp_path / "log", log))
    charged, unknown = data["waste"]["charged"], data["waste"]["unknown"]
    assert (charged["attempts"], charged["amounts"]) == (3, {"USD": "0.00065"})
    assert headline(data, Words("en")).startswith("You paid at least $0.00065 for 3 attempts")
    assert unknown["attempts"] == 3
    assert "worth at least" in " ".join(subheads(data, Words("en")))
    assert {"unpriced", "unpriced_in_doubt"} <= {note["code"] for note in data["notes"]}


def test_terms_measured_over_accounts_that_did_not_fail_are_said_to_be(tmp_path: Path):
    log = [
        attempt(n, provider="aws.bedrock", account="acme" if n else "other", **(FAILED if n else {})) for n in (0, 1)
    ]
    path = written(tmp_path / "log", log)
    assert "accounts_together" in {note["code"] for note in assessed(path)["notes"]}
    assert "accounts_together" not in {note["code"] for note in assessed(path, account="acme")["notes"]}


def test_rows_add_up_over_period_and_account(tmp_path: Path):
    log = [attempt(n, request_id=f"r{n}", account="acme" if n % 2 else "other") for n in range(10)]
    log += [log[1], {"time": "never", "provider": "p", "model": "m", "status": 200}]
    span = Span(moment("2026-02-01T00:00:00Z"), moment("2026-02-01T00:00:06Z"))
    rows = assessed(written(tmp_path / "log", log), span=span, account="acme")["rows"]
    assert rows == {"read": 12, "used": 3, "duplicate": 1, "quarantined": 1, "out_of_scope": 7}


def test_one_bad_file_among_good_ones_is_named_and_the_rest_assessed(tmp_path: Path):
    good = written(tmp_path / "good", [attempt(0)])
    (tmp_path / "bad").write_bytes(b"\x00\x01\x02")
    data = assessed(good, tmp_path / "bad")
    assert data["rows"]["used"] == 1
    assert any(str(tmp_path / "bad") in note["text"] for note in data["notes"])
    with pytest.raises(Unreadable):
        assessed(tmp_path / "bad")


def test_amazon_bedrock_owes_a_quarter_until_the_second_cycle_is_over(tmp_path: Path):
    """285 of February's 8,064 intervals lose 0.6 each: 1 - 171/8064 = 97.88 %, so 25 % of the bill."""
    place = {"provider": "aws.bedrock", "model": "anthropic.claude-x", "region": "us-east-1"}
    bad = FAILED | place | {"charged": "0"}
    log = written(
        tmp_path / "log",
        [
            attempt(300 * step + n, request_id=f"r{step}-{n}", **(bad if n < 3 else place))
            for step in range(285)
            for n in range(5)
        ],
    )
    asked = {"terms": ("amazon-bedrock",), "bill": parse_money("12000 USD")}
    (verdict,) = assessed(log, now=moment("2026-03-05T00:00:00Z"), **asked)["verdicts"]
    assert verdict["verdict"] == "owed"
    assert Fraction(verdict["measure"]["value"]["fraction"]) == 100 * (1 - Fraction(171, 8064))
    assert (verdict["percent"], verdict["amount"]["exact"], verdict["form"]) == ("25", "3000", "credit")
    assert verdict["deadline"] == "2026-04-30T23:59:59Z"
    (late,) = assessed(log, now=moment("2026-05-01T00:00:00Z"), **asked)["verdicts"]
    assert (late["verdict"], "deadline_passed" in late["reasons"]) == ("not_owed", True)


STORIES = st.lists(
    st.tuples(
        st.integers(0, 86_000),
        st.sampled_from((200, 200, 200, 500, 429, 0)),
        st.sampled_from((None, "c1", "c2", "c3")),
        st.sampled_from((None, "f1", "f2")),
        st.sampled_from((None, "0", "0.002")),
        st.booleans(),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STORIES, st.randoms(use_true_random=False))
def test_order_splitting_and_redelivery_change_nothing(tmp_path_factory, stories, random):
    rows = [
        attempt(
            second,
            status=status,
            call_id=call,
            fingerprint=print_,
            charged=charged,
            request_id=f"r{n}" if named else None,
            error="server_error" if status == 500 else None,
        )
        for n, (second, status, call, print_, charged, named) in enumerate(stories)
    ]
    folder = tmp_path_factory.mktemp("order")
    once = assessed(written(folder / "once", rows))
    again = [row for row in rows for _ in range(random.randint(1, 3))]
    random.shuffle(again)
    cut = random.randint(0, len(again))
    parts = [written(folder / name, part) for name, part in (("a", again[:cut]), ("b", again[cut:])) if part]
    shuffled = assessed(*parts)
    assert shuffled["hash"] == once["hash"]
    assert shuffled["rows"]["used"] == once["rows"]["used"]
    assert shuffled["rows"]["read"] == len(again)


def test_a_bill_that_names_the_request_tells_whether_it_was_charged(tmp_path: Path):
    silent = FAILED | {"charged": None, "currency": None}
    log = written(tmp_path / "log", [attempt(n, **(silent | {"request_id": f"r{n}"})) for n in range(3)])
    line = {
        "start": "2026-02-01T00:00:00Z",
        "end": "2026-03-01T00:00:00Z",
        "provider": "made-up",
        "item": "request",
        "currency": "USD",
    }
    bill = written(
        tmp_path / "bill", [line | {"request_id": "r0", "amount": "0.25"}, line | {"request_id": "r1", "amount": "0"}]
    )
    data = assessed(log, charges=(bill,))
    assert boxes(data)["charged"] == (1, "0.25")
    assert boxes(data)["not_charged"] == (1, "0")
    assert boxes(data)["unknown"] == (1, None)


def test_a_log_of_a_part_of_the_month_does_not_show_that_nothing_is_owed(tmp_path: Path):
    place = {"provider": "aws.bedrock", "model": "anthropic.claude-x", "region": "us-east-1"}
    log = written(tmp_path / "log", [attempt(600 * n, request_id=f"r{n}", **place) for n in range(100)])
    (part,) = assessed(log, now=moment("2026-03-05T00:00:00Z"), terms=("amazon-bedrock",))["verdicts"]
    assert (part["verdict"], part["reasons"][0]) == ("unknown", "log_covers_part")
    rows = [attempt(0, request_id=f"d{day}", time=f"2026-02-{day:02d}T12:00:00Z", **place) for day in range(1, 29)]
    (whole,) = assessed(
        written(tmp_path / "whole", rows), now=moment("2026-03-05T00:00:00Z"), terms=("amazon-bedrock",)
    )["verdicts"]
    assert (whole["verdict"], whole["reasons"]) == ("not_owed", ["commitment_met"])


def test_bad_rows_of_a_status_page_stand_beside_those_of_the_log(tmp_path: Path):
    log = written(tmp_path / "log", [attempt(0), {"time": "never", "provider": "p", "model": "m", "status": 200}])
    page = tmp_path / "page.csv"
    page.write_text(
        "start,end,provider,title,severity\n2026-02-01T00:00:00Z,,made-up,Errors,partial\nnever,,made-up,Errors,partial\n"
    )
    data = assessed(log, bulletins=(page,))
    assert [(Path(one["file"]).name, one["line"]) for one in data["quarantine"]] == [("page.csv", 3), ("log", 2)]


def test_the_hash_does_not_depend_on_where_a_page_lies(tmp_path: Path):
    log = written(tmp_path / "log", [attempt(0)])
    told = "start,end,provider,title,severity\n2026-02-01T00:00:00Z,2026-02-01T01:00:00Z,made-up,Errors,partial\n"
    pages = [tmp_path / name for name in ("a.csv", "b.csv")]
    for page in pages:
        page.write_text(told)
    assert len({assessed(log, bulletins=(page,))["hash"] for page in pages}) == 1
    assert assessed(log)["hash"] != assessed(log, bulletins=(pages[0],))["hash"]


def test_without_attempts_no_amount_is_known(tmp_path: Path):
    page = tmp_path / "page.csv"
    page.write_text("start,end,provider,title,severity\n2026-02-01T00:00:00Z,2026-02-01T01:00:00Z,x,Errors,partial\n")
    assert [box["amounts"] for box in assessed(page)["waste"].values()] == [{}, {}, {}, {}]


def test_a_repetition_of_unknown_charge_is_never_zero(tmp_path: Path):
    silent = {"charged": None, "currency": None, "call_id": "c"}
    log = written(tmp_path / "log", [attempt(n, request_id=f"r{n}", **silent) for n in range(2)])
    assert boxes(assessed(log))["caller"] == (0, None)
    assert assessed(log)["waste"]["caller"]["amounts"] == {}


@pytest.mark.parametrize(("attempts", "claimed", "in_doubt"), [(20, 18, 0), (21, 0, 19)])
def test_the_id_of_a_session_given_as_a_call_id_claims_no_repetition(tmp_path: Path, attempts, claimed, in_doubt):
    first = attempt(0, call_id="s", request_id="r0", **(FAILED | {"charged": "0"}))
    log = [first, *(attempt(n, call_id="s", request_id=f"r{n}") for n in range(1, attempts))]
    data = assessed(written(tmp_path / "log", log))
    assert (boxes(data)["charged"][0], boxes(data)["unknown"][0]) == (claimed, in_doubt)
    assert ("session_like_call_ids" in {note["code"] for note in data["notes"]}) == bool(in_doubt)


def test_what_the_log_leaves_unnamed_is_a_scope_of_its_own(tmp_path: Path):
    unnamed = [
        attempt(60 * n + 1, request_id=f"u{n}", **({"service": None} | (FAILED if 300 < n < 360 else {})))
        for n in range(600)
    ]
    unnamed += [
        attempt(60 * n + 2, request_id=f"v{n}", **({"service": None} | (FAILED if 300 < n < 360 else {})))
        for n in range(600)
    ]
    other = [attempt(60 * n + 3, request_id=f"o{n}", service="embeddings") for n in range(600)]
    (found,) = assessed(written(tmp_path / "log", unnamed + other))["incidents"]
    assert found["scope"]["service"] is None
    assert (found["attempts"], found["faults"]) == (118, 118)
