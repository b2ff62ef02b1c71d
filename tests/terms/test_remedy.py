"""What a grant gives before limits: bases, rows, units, parts, multiples, the greater of several; reckoned by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.errors import BadUse
from makegood.money import parse_money
from makegood.terms.basis import basis
from makegood.terms.found import Found
from makegood.terms.remedies import Tiers
from makegood.terms.remedy import Gross, currency_of, granted, row_unknown, rows_beside, rows_for
from tests.terms.parts_in_short import case, found, promise, usd

THIRTY_DAYS = Fraction(30 * 86_400)
HOUR_DOWN = {"down": Fraction(3_600), "window": THIRTY_DAYS}
BASE = {"says": "the base", "clause": "base"}
DOLLARS = {"amount": "20", "currency": "USD"}
TWENTY = {"kind": "per_unit", "sum": DOLLARS, "counted": "started", "clause": "c"}
PAID = {"fact": "paid", "is": True, "clause": "c"}
SEATS = {"shared_by": "seats", "shares": "hit"}
NUMBER = {"kind": "number", "facts": ["units"], "unit": "credits"}
TABLE = Tiers.model_validate(
    {
        "kind": "tiers",
        "tiers": [
            {"range": {"at_least": "99", "below": "99.9"}, "percent": "10", "clause": "c"},
            {"range": {"at_least": "95", "at_most": "98.5"}, "percent": "25", "clause": "c"},
            {"range": {"below": "95"}, "when": [PAID], "percent": "100", "clause": "c"},
        ],
    }
)  # fmt: skip


def gives(grant: dict[str, Any], figure: Found, unit: str = "minutes", **also: Any) -> Gross:
    """What a promise with that grant gives for the figure; `base` and facts as in a case."""
    clause = {} if grant["kind"] == "tiers" else {"clause": "c"}
    remedy = {"grant": clause | grant, "base": BASE | also.pop("base", {})}
    made = promise(remedy=remedy, measure={"unit": unit})
    return granted(made, made.remedy.grant, case(**also), figure)


@pytest.mark.parametrize(
    ("value", "paid", "percents"),
    [
        ("99", True, [10]),
        ("99.9", True, []),
        ("98.5", True, [25]),
        ("98.7", True, []),
        ("94.9", True, [100]),
        ("94.9", False, []),
        ("94.9", None, []),
    ],
)
def test_rows(value: str, paid: bool | None, percents: list[int]) -> None:
    facts = {} if paid is None else {"paid": paid}
    assert [row.percent for row in rows_for(TABLE, Fraction(value), case(**facts))] == percents


def test_what_is_asked_before_a_row_is_known_is_told() -> None:
    told = row_unknown(TABLE, Fraction(94), case())
    assert told is not None
    assert told.fact == "paid"
    assert row_unknown(TABLE, Fraction(98), case()) is None
    assert row_unknown(TABLE, Fraction(94), case(paid=False)) is None


@pytest.mark.parametrize(("value", "percents"), [("98.7", [10, 25]), ("99.95", [10]), ("98.5", [10, 25])])
def test_the_rows_beside_a_gap(value: str, percents: list[int]) -> None:
    assert [row.percent for row in rows_beside(TABLE, Fraction(value))] == percents


@pytest.mark.parametrize(
    ("what", "base", "facts", "size", "unit"),
    [
        ("the bill", {}, {}, "300", "USD"),
        ("a twelfth of a yearly fee", {"facts": ["fee"], "divided_by": 12}, {"fee": usd("1200")}, "100", "USD"),
        ("the first that is given", {"facts": ["fee", "bill"]}, {}, "300", "USD"),
        ("with what is added", {"plus": ["fee", "tax"]}, {"fee": usd("20.50")}, "320.5", "USD"),
        ("less what is not refunded", {"less": ["fee"]}, {"fee": usd("100")}, "200", "USD"),
        ("never below nothing", {"less": ["fee"]}, {"fee": usd("301")}, "0", "USD"),
        ("two of five seats", SEATS, {"seats": Fraction(5), "hit": Fraction(2)}, "120", "USD"),
        ("one of five seats", SEATS, {"seats": Fraction(5)}, "60", "USD"),
        ("a number", NUMBER, {"units": Fraction(40)}, "40", "credits"),
        ("the time lost", {"kind": "down_time"}, {}, "60", "minutes"),
        ("not given", {"facts": ["fee"]}, {}, None, None),
        ("a number where money is asked", {"facts": ["units"]}, {"units": Fraction(40)}, None, None),
    ],
)  # fmt: skip
def test_bases(what: str, base: dict[str, Any], facts: dict[str, Any], size: str | None, unit: str | None) -> None:
    made = promise(remedy={"base": BASE | base}, measure={"unit": "minutes"})
    held = basis(made, case(**facts), found(1, **HOUR_DOWN))
    assert (held.size, held.unit) == (None if size is None else Fraction(size), unit), what


@pytest.mark.parametrize(
    ("base", "facts", "words"),
    [
        ({"facts": ["fee"]}, {"fee": usd("-1")}, "below zero"),
        ({"plus": ["fee"]}, {"fee": usd("-1")}, "below zero"),
        ({"plus": ["fee"]}, {"fee": parse_money("1 EUR")}, "several currencies"),
        ({"shared_by": "n", "shares": "k"}, {"n": Fraction(2), "k": Fraction(3)}, "no part of a whole"),
        ({"shared_by": "n", "shares": "k"}, {"n": Fraction(0), "k": Fraction(0)}, "no part of a whole"),
    ],
)
def test_a_base_that_cannot_be_is_refused(base: dict[str, Any], facts: dict[str, Any], words: str) -> None:
    with pytest.raises(BadUse, match=words):
        basis(promise(remedy={"base": BASE | base}), case(**facts), found(1))


UNITS = {"kind": "per_unit", "percent": "5", "counted": "started"}


@pytest.mark.parametrize(
    ("what", "grant", "value", "exact"),
    [
        ("three begun, 5 % of 300 each", {}, "2.1", "45"),
        ("two are begun and complete", {}, "2", "30"),
        ("two completed", {"counted": "completed"}, "2.9", "30"),
        ("exactly 2.1", {"counted": "exact"}, "2.1", "31.5"),
        ("over a threshold of 2", {"of": "excess", "threshold": "2"}, "2.1", "15"),
        ("at the threshold", {"of": "excess", "threshold": "2"}, "2", "0"),
        ("under it", {"of": "excess", "threshold": "2"}, "1", "0"),
        ("what lacks to 99.9, in tenths", {"of": "shortfall", "threshold": "99.9", "unit_size": "0.1"}, "99.55", "60"),
        ("nothing lacks", {"of": "shortfall", "threshold": "99.9", "unit_size": "0.1"}, "99.95", "0"),
        ("units of thirty", {"unit_size": "30", "counted": "completed"}, "89", "30"),
        ("a sum each", {"percent": None, "sum": DOLLARS}, "2.1", "60"),
        (
            "1 % of the window is 432 minutes",
            {"of": "excess", "threshold_percent": "1", "unit_size": "60"},
            "500",
            "30",
        ),
        ("a multiple of what the hour cost", {"percent": None, "times": "10"}, "2", "25/3"),
    ],
)
def test_units(what: str, grant: dict[str, Any], value: str, exact: str) -> None:
    got = gives({name: one for name, one in (UNITS | grant).items() if one}, found(value, **HOUR_DOWN))
    assert got.exact == Fraction(exact), what


@pytest.mark.parametrize(
    ("what", "grant", "value", "unit", "exact"),
    [
        ("the shortfall of 99.5 %", {"kind": "linear", "of": "shortfall"}, "99.5", "percent", "1.5"),
        ("of a share", {"kind": "linear", "of": "value"}, "0.25", "share", "75"),
        ("what is left of a share", {"kind": "linear", "of": "shortfall"}, "0.25", "share", "225"),
        ("the remainder", {"kind": "remainder"}, "0.3", "share", "210"),
        ("the figure itself", {"kind": "itself"}, "12.34", "amount", "12.34"),
    ],
)
def test_formulas(what: str, grant: dict[str, Any], value: str, unit: str, exact: str) -> None:
    assert gives(grant, found(value), unit).exact == Fraction(exact), what


PLANS = [
    {"times": times, "when": [{"fact": "plan", "one_of": [plan], "clause": "c"}], "clause": "c"}
    for plan, times in (("gold", "4"), ("silver", "2"))
]


@pytest.mark.parametrize(
    ("plan", "exact", "remarks"),
    [
        ("gold", "6", ()),
        ("silver", "3", ()),
        ("tin", None, ("fact_not_given:plan",)),
        (None, None, ("fact_not_given:plan",)),
    ],
)
def test_a_multiple_goes_by_the_case(plan: str | None, exact: str | None, remarks: tuple[str, ...]) -> None:
    facts = {} if plan is None else {"plan": plan}
    got = gives({"kind": "linear", "of": "shortfall", "times": PLANS}, found("99.5"), "percent", **facts)
    assert (got.exact, got.remarks) == (None if exact is None else Fraction(exact), remarks)


def test_two_multiples_at_once_are_no_amount() -> None:
    both = [one | {"when": [{"fact": "plan", "none_of": ["tin"], "clause": "c"}]} for one in PLANS]
    got = gives({"kind": "linear", "of": "shortfall", "times": both}, found("99.5"), "percent", plan="gold")
    assert got.exact is None


PARTS = (("08", Fraction(20)), ("09", Fraction(6)), ("10", Fraction(5)))


@pytest.mark.parametrize(
    ("what", "grant", "exact"),
    [
        ("1 % for each hour over 5 minutes", {"range": {"above": "5"}, "percent": "1"}, "6"),
        ("and for one of five", {"range": {"at_least": "5"}, "percent": "1"}, "9"),
        # 300 USD for 43,200 minutes: ten times 26 minutes
        ("ten times what those minutes cost", {"range": {"above": "5"}, "times": "10"}, "65/36"),
        ("of what lies over five", {"range": {"above": "5"}, "times": "10", "threshold": "5"}, "10/9"),
        ("none in the range", {"range": {"above": "20"}, "percent": "1"}, "0"),
    ],
)
def test_parts(what: str, grant: dict[str, Any], exact: str) -> None:
    got = gives({"kind": "per_part"} | grant, found(20, parts=PARTS, **HOUR_DOWN))
    assert got.exact == Fraction(exact), what


@pytest.mark.parametrize(
    ("what", "base", "exact"),
    [
        ("ten times the hour of 720", {}, "25/6"),
        ("paid for a calendar month, whatever the window", {"paid_for": "calendar_month"}, "25/6"),
        ("time itself", {"kind": "down_time"}, "600"),
    ],
)
def test_multiples(what: str, base: dict[str, Any], exact: str) -> None:
    ten = {"kind": "tiers", "tiers": [{"times": "10", "clause": "c"}]}
    figure = found(60, **(HOUR_DOWN if not base else {"down": Fraction(3_600), "window": Fraction(7)}))
    assert gives(ten, figure, base=base).exact == Fraction(exact), what


@pytest.mark.parametrize(
    ("time", "exact", "unit", "size"),
    [({"days": "3"}, "30", "days", 3), ({"hours": "12"}, "5", "hours", 12), ({"months": "2"}, "600", "months", 2)],
)
def test_the_fee_of_a_time(time: dict[str, str], exact: str, unit: str, size: int) -> None:
    grant = {"kind": "tiers", "tiers": [{"fee_of": time, "clause": "c"}]}
    got = gives(grant, found(1, window=THIRTY_DAYS))
    assert (got.exact, got.unit, got.time) == (Fraction(exact), "USD", (size, unit))
    alone = gives(grant, found(1, window=THIRTY_DAYS), bill=None)
    assert (alone.exact, alone.unit, alone.money) == (size, unit, False)


def test_without_a_bill_nothing_can_be_reckoned_but_sums() -> None:
    for grant in (
        {"kind": "linear", "of": "shortfall"},
        UNITS,
        {"kind": "tiers", "tiers": [{"times": "2", "clause": "c"}]},
    ):
        got = gives(grant, found(1, **HOUR_DOWN), bill=None)
        assert (got.exact, got.remarks) == (None, ("bill_not_given",))
    assert gives(TWENTY, found(1), bill=None).exact == 20


def test_what_was_not_read_gives_no_amount() -> None:
    got = gives({"kind": "tiers", "tiers": [{"unread": True, "clause": "c"}]}, found(1))
    assert (got.exact, got.unit, got.remarks) == (None, "USD", ("grant_not_read",))


@pytest.mark.parametrize(
    ("grant", "facts", "exact", "remarks"),
    [
        ({"fact": "owed"}, {"owed": usd("8")}, 8, ()),
        ({"fact": "owed"}, {}, None, ("fact_not_given:owed",)),
        ({"fact": "owed", "if_not_given": "nothing"}, {}, 0, ()),
    ],
)
def test_an_amount_reckoned_elsewhere(
    grant: dict[str, Any], facts: dict[str, Any], exact: int | None, remarks: tuple[str, ...]
) -> None:
    got = gives({"kind": "itself"} | grant, found(), **facts)
    assert (got.exact, got.remarks) == (exact, remarks)


def greater(*grants: dict[str, Any], value: str = "7", **also: Any) -> Gross:
    each = [{"clause": "c"} | one for one in grants]
    return gives({"kind": "greater_of", "grants": each, "name": "more"}, found(value, **HOUR_DOWN), **also)


def test_the_greater_of_several() -> None:
    percent = UNITS | {"name": "share"}
    assert (greater(TWENTY, percent).exact, greater(TWENTY, percent).unit) == (140, "USD")  # 7 x 20, 7 x 5 % of 300
    assert greater(TWENTY, percent, bill="900.00").exact == 315
    assert greater(TWENTY, percent).name == "more"
    assert dict(greater(TWENTY, percent).steps[-1].input) == {"grant 1": "140", "share": "105"}


def test_what_is_not_known_may_be_the_greater() -> None:
    unread = {"kind": "tiers", "tiers": [{"unread": True, "clause": "c"}]}
    made = promise(remedy={"grant": {"kind": "greater_of", "grants": [TWENTY, unread], "clause": "c"}})
    got = granted(made, made.remedy.grant, case(), found(1))
    assert (got.exact, got.remarks) == (None, ("grant_not_read",))


def test_what_cannot_be_compared_is_not_granted() -> None:
    euros = TWENTY | {"sum": {"amount": "30", "currency": "EUR"}}
    got = greater(TWENTY, euros)
    assert (got.exact, got.remarks) == (None, ("fact_not_given:exchange_rate",))
    assert greater(UNITS, UNITS, bill=None).remarks == ("bill_not_given", "bill_not_given")


@pytest.mark.parametrize(
    ("grant", "currency"),
    [
        (TWENTY, "USD"),
        ({"kind": "tiers", "tiers": [{"percent": "1", "clause": "c"}, {"sum": DOLLARS, "clause": "c"}]}, "USD"),
        (UNITS | {"clause": "c"}, None),
        ({"kind": "no_money", "clause": "c"}, None),
    ],
)
def test_the_currency_of_fixed_sums(grant: dict[str, Any], currency: str | None) -> None:
    assert currency_of(promise(remedy={"grant": grant}).remedy.grant) == currency


@given(st.fractions(0, 10_000, max_denominator=1000), st.integers(0, 10_000), st.integers(1, 500))
def test_completed_is_never_more_than_exact_nor_exact_more_than_started(value: Fraction, edge: int, size: int) -> None:
    over = UNITS | {"of": "excess", "threshold": edge, "unit_size": size}
    completed, exact, started = (
        gives(over | {"counted": counted}, found(value)).exact for counted in ("completed", "exact", "started")
    )
    assert completed is not None
    assert exact is not None
    assert started is not None
    assert 0 <= completed <= exact <= started < completed + 30


@given(st.fractions(0, 10_000, max_denominator=1000), st.lists(st.integers(1, 100), min_size=2, max_size=4))
def test_the_greater_is_one_of_them_and_none_is_more(value: Fraction, percents: list[int]) -> None:
    each = [UNITS | {"percent": percent} for percent in percents]
    alone = [gives(one, found(value)).exact or 0 for one in each]
    assert greater(*each, value=str(value)).exact == max(alone)
