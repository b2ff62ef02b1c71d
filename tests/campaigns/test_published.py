"""A published assessment is read whole, or refused in one sentence that names the file and the place."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.campaigns.cause import Cause
from makegood.campaigns.published import parse_assessment, read_assessment
from makegood.errors import BadUse, MakegoodError, Unreadable
from makegood.losses.hit import Hit
from makegood.losses.seal import assessment_hash
from makegood.records.scope import Scope
from makegood.spans import Span, moment
from tests.campaigns.assessments import PUBLISHED, hit, sealed
from tests.street.street import assessed, attempt, written

FILE = "report/assessment.json"


def refused(data: object) -> str:
    """The sentence with which it is refused."""
    with pytest.raises(MakegoodError) as fault:
        read_assessment(data, FILE)
    told = str(fault.value)
    assert told.startswith(FILE)
    assert told.endswith(".")
    assert told.isprintable()
    assert len(told) < 400
    return told


def test_what_is_told():
    data = sealed()
    told = read_assessment(data, FILE)
    assert told.causes[0] == Cause(
        "",
        "incident",
        Span(datetime(2026, 2, 1, 10, tzinfo=UTC), datetime(2026, 2, 1, 11, tzinfo=UTC)),
        Scope("openai", "chat.completions"),
        "INC-1",
        data["hash"],
    )
    assert told.hits == (
        Hit("acme", "INC-1", 10, 5, 10, (("USD", Decimal("0.12")),)),
        Hit("서울-결제팀", "INC-1", 14, 7, 10),
        Hit("acme", "INC-2", 6, 3, 10, (("KRW", Decimal(12)),)),
    )
    assert told.period == Span(moment("2026-02-01T00:00:00Z"), moment("2026-03-01T00:00:00Z"))
    assert (told.hash, told.notes, told.quarantined) == (data["hash"], (), ())


def test_a_real_one_comes_back_as_it_was_found(tmp_path: Path):
    failed = {"status": 500, "error": "server_error", "output_tokens": 0, "usable": None, "charged": "0.25"}
    rows = [attempt(n, account=f"a{n % 7}", **(failed if 7200 <= n < 7800 else {})) for n in range(0, 21_600, 10)]
    data = assessed(written(tmp_path / "log", rows))
    told = read_assessment(parse_assessment(json.dumps(data).encode(), FILE), FILE)
    assert [one.told_as for one in told.causes] == [one["id"] for one in data["incidents"]] == ["INC-1"]
    assert len(told.hits) == 7
    assert sum(one.faults for one in told.hits) == 60
    assert {one.wasted for one in told.hits} <= {(("USD", Decimal("0.25") * n),) for n in range(7, 10)}


def test_an_older_one_is_to_be_made_again():
    older = {name: value for name, value in sealed().items() if name != "hits"}
    assert "changed after it was made" in refused(older)  # the hits were taken out of one that had them
    told = refused(older | {"hash": assessment_hash(older)})
    assert "older version" in told
    assert "`makegood assess`" in told


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("hits", 0, "wasted", "USD"), "0.13"),
        (("hits", 0, "faults"), 4),
        (("incidents", 0, "end"), "2026-02-01T11:00:01Z"),
        (("accounts",), [{}]),
        (("rows", "used"), 98),
        (("hash",), "0" * 64),
        (("hash",), None),
    ],
    ids=str,
)
def test_what_was_changed_is_said_to_be(path: tuple[str | int, ...], value: Any):
    data: Any = sealed()
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert "changed after it was made" in refused(data)


ENDLESS = "INC-" + "9" * 500
FORGED = [
    (("schema",), "makegood/assessment/2", "schema is 'makegood/assessment/2'"),
    (("schema",), {"deep": []}, "schema is an object"),
    (("hits",), {}, "hits is an object, not a list"),
    (("hits", 1), "acme", "hits[1] is text, not an object"),
    (("hits", 0, "faults"), -1, "hits[0].faults is -1"),
    (("hits", 0, "faults"), True, "hits[0].faults is true or false"),
    (("hits", 0, "faults"), "5", "hits[0].faults is text, not a whole number"),
    (("hits", 0, "faults"), 11, "hits[0].faults is 11, more than the 10 attempts"),
    (("hits", 0, "attempts"), 10**19, "hits[0].attempts is a number too large"),
    (("hits", 0, "account"), 7, "hits[0].account is a whole number, not text"),
    (("hits", 0, "account"), None, "hits[0].account is null"),
    (("hits", 0, "cause"), "INC-3", "no incident is called so"),
    (("hits", 0, "cause"), ENDLESS, "not the name of an incident"),
    (("hits", 0, "cause"), "\x1b[2J", "not the name of an incident"),
    (("hits", 2), hit("INC-1", "acme", 3), "hits[2] is a second hit of 'acme' by INC-1"),
    (("hits", 0, "wasted"), [], "hits[0].wasted is a list, not an object"),
    (("hits", 0, "wasted"), {"USD": "NaN"}, "wasted.USD is 'NaN'"),
    (("hits", 0, "wasted"), {"USD": "-1"}, "wasted.USD is '-1'"),
    (("hits", 0, "wasted"), {"USD": "1e9"}, "wasted.USD is '1e9'"),
    (("hits", 0, "wasted"), {"USD": "9" * 60}, "wasted.USD is '9999"),
    (("hits", 0, "wasted"), {"USD": "١"}, "wasted.USD is '١'"),
    (("hits", 0, "wasted"), {"USD": 1}, "wasted.USD is 1, not a decimal as text"),
    (("hits", 0, "wasted"), {"usd": "1"}, "the currency 'usd'"),
    (("hits", 0, "wasted"), {"DOLLAR": "1"}, "the currency 'DOLLAR'"),
    (("incidents", 0), 3, "incidents[0] is a whole number, not an object"),
    (("incidents", 0, "faults"), 13, "tells of 13 faults and 2 accounts, and the hits by INC-1 of 12 and 2"),
    (("incidents", 0, "accounts"), 3, "of 12 faults and 3 accounts"),
    (("incidents", 1, "id"), "INC-1", "incidents[1].id is INC-1, which stands there already"),
    (("incidents", 0, "start"), "2026-02-01", "incidents[0].start is '2026-02-01', not a time"),
    (("incidents", 0, "start"), "2026-02-30T00:00:00Z", "not a time in UTC"),
    (("incidents", 0, "start"), "2026-02-01T12:00:00Z", "incidents[0] ends before it starts"),
    (("incidents", 0, "scope"), None, "incidents[0].scope is null, not an object"),
    (("incidents", 0, "scope"), {"provider": 7}, "incidents[0].scope.provider is a whole number"),
    (("incidents", 0, "scope"), {"provider": "a\nb"}, "incidents[0].scope.provider holds a line break"),
    (("params", "period"), {"start": "2026-02-01T00:00:00Z"}, "params.period.end is missing"),
    (("params",), [], "params is a list"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "says"), FORGED, ids=[f"{path} {str(value)[:20]!r}" for path, value, _ in FORGED]
)
def test_a_forged_one_is_refused_at_the_place(path: tuple[str | int, ...], value: Any, says: str):
    data = sealed()
    try:
        data = sealed((path, value))
    except (TypeError, KeyError, AttributeError):  # no hash can be taken of it
        data[path[0]] = value if len(path) == 1 else [value]  # type: ignore[index]
    assert says in refused(data)


# What no hash can be taken of, so that nothing may be hashed before it is refused.
UNHASHABLE = [
    ([], "is not a JSON object but a list"),
    (None, "is not a JSON object but null"),
    ("text", "is not a JSON object but text"),
    (PUBLISHED, "the field 'hash' is missing"),
    (sealed() | {"accounts": 0.5}, "accounts is a number with a fraction"),
    (sealed() | {"accounts": [{"wasted": float("nan")}]}, "accounts[0].wasted is a number with a fraction"),
    (sealed() | {"accounts": 10**5000}, "accounts is a number too large"),
    (sealed() | {"accounts": ["\ud800"]}, "half a character"),
    (sealed() | {"accounts": {"\ud800": 1}}, "half a character"),
    (sealed() | {"accounts": {7: 1}}, "a key that is not text"),
    (sealed() | {"accounts": (1,)}, "accounts is nothing that JSON knows"),
    (sealed() | {"rows": 7}, "rows is a whole number"),
    (sealed() | {"rows": {}}, "rows.used is missing"),
    (sealed() | {"incidents": [{}]}, "incidents[0].bulletins is missing"),
    (sealed() | {"incidents": [{"bulletins": [7]}]}, "incidents[0].bulletins[0] is a whole number"),
]


@pytest.mark.parametrize(("data", "says"), UNHASHABLE, ids=[says for _, says in UNHASHABLE])
def test_what_cannot_be_hashed_is_refused_before(data: object, says: str):
    assert says in refused(data)


def test_depth_is_bounded():
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert "deep" in refused(sealed() | {"accounts": deep})
    with pytest.raises(Unreadable, match="nested too deeply"):
        parse_assessment(b'{"a":' * 200_000, FILE)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"a": 1}}', "line 1 is not JSON at column 9"),
        (b'{"a": 1, "a": 2}', "the key 'a' stands twice"),
        (b'{"a": NaN}', "the number 'NaN'"),
        (b'{"a": 0.5}', "the number '0.5'"),
        (b'{"a": ' + b"9" * 9000 + b"}", "9000 digits"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_such_json(raw: bytes, says: str):
    with pytest.raises(Unreadable) as fault:
        parse_assessment(raw, FILE)
    assert str(fault.value).startswith(FILE)
    assert says in str(fault.value)


@pytest.mark.parametrize(
    ("account", "why"),
    [("", "is empty"), (" ", "is empty"), ("a" * 256, "256 characters"), ("a\nb", "a line break"), ("a\0", "(U+0000)")],
    ids=["none", "blank", "long", "two lines", "NUL"],
)
def test_an_account_that_cannot_be_named_is_set_aside_and_counted(account: str, why: str):
    told = read_assessment(sealed((("hits", 0, "account"), account)), FILE)
    assert [one.account for one in told.hits] == ["서울-결제팀", "acme"]
    (aside,) = told.quarantined
    assert (aside.file, aside.line) == (FILE, 0)
    assert why in aside.reason
    assert aside.reason.isprintable()


def test_an_incident_that_nobody_met_is_noted():
    nobody = (("hits",), PUBLISHED["hits"][:2]), (("incidents", 1, "faults"), 0), (("incidents", 1, "accounts"), 0)
    told = read_assessment(sealed(*nobody), FILE)
    assert told.notes == ("Nobody in the log met a failure in INC-2.",)
    assert len(told.causes) == 2
    none = read_assessment(sealed((("hits",), []), (("incidents",), [])), FILE)
    assert (none.causes, none.hits, len(none.notes)) == ((), (), 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
PLACES = [
    ("hits",), ("hits", 0), ("hits", 0, "account"), ("hits", 0, "wasted"), ("hits", 0, "wasted", "USD"),
    ("hits", 0, "tokens"), ("incidents",), ("incidents", 0, "scope"), ("incidents", 0, "bulletins"), ("rows",),
    ("incidents", 0, "id"), ("incidents", 0, "end"), ("hash",), ("schema",), ("params",), ("params", "period"),
    ("params", "period", "end"),
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), JSON)
def test_anything_anywhere_is_read_or_refused(path: tuple[str | int, ...], value: Any):
    changed: Any = sealed()
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    candidates = [changed]
    with suppress(TypeError, KeyError, AttributeError, UnicodeEncodeError):
        candidates.append(sealed((path, value)))
    for data in candidates:
        with suppress(BadUse):
            read_assessment(data, FILE)
