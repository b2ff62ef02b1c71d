"""Faults: each in one sentence with file, line, section, what is wrong and what to do, in no library's words."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    create_model,
)
from pydantic_core.core_schema import ErrorType

from makegood.terms.faults import _MENDS, PackFault, told
from makegood.terms.lines import read_lined
from makegood.terms.read import parse
from tests.terms.small_pack import TOML, YAML

FOREIGN = re.compile(
    r"input|field|extra|valid|pydantic|pars|unable|\btype\b|\bdict\b|tuple|tag\b|should|instance|None|NoneType", re.I
)
V = "versions.2026-01-01"
P = f"{V}.promises.uptime"
G = f"{P}.remedy.grant"
T = f"{G}.tiers.[0]"
D = f"{P}.deadlines.[0].readings.thirty-days"
S = f"{V}.worked.kept.inputs.segments.[0]"
M = f"{V}.worked.kept.inputs.period"

# kind, what is right, what is slipped in, the section, what the sentence says
SLIPS = [
    ("toml", 'provider = "Acme AI"\n', "", "", "'provider' is missing; add it"),
    ("toml", 'terms = "acme"', 'terms = "Acme Terms"', "terms", "'terms' is not an id; use small letters"),
    ("toml", 'terms = "acme"', 'terms = ["acme"]', "terms", "'terms' is not a text; write it as one"),
    ("toml", '["acme", "acme-ai"]', '"acme"', "providers", "'providers' is not a list; write its items"),
    ("toml", '["acme", "acme-ai"]', '["acme", {}]', "providers.[1]", "item 2 of 'providers' is not a text"),
    ("toml", "{from = 2026-01-01}", "{from = 20260101}", f"{V}.effective.from", "'from' is not a date; write it like"),
    ("toml", "{from = 2026-01-01}", "2026-01-01", f"{V}.effective", "'effective' is not a set of named values"),
    ("toml", 'status = "S"', 'status = "Z"', f"{V}.clauses.credits.status", "use 'P', 'S', 'T' or 'U'"),
    ("toml", 'status = "S"', "", f"{V}.clauses.credits", "'status' is missing; add it"),
    ("toml", "days = 30", "days = 30.5", f"{D}.days", "not a whole number; write"),
    ("toml", "days = 30", "days = -1", f"{D}.days", "is below 0; write 0 or more"),
    (
        "toml",
        "used = true",
        "used = 3",
        f"{D}.used",
        "neither true nor false; write",
    ),
    ("toml", "percent = 10,", "percent = inf,", f"{T}.percent", "not a number; write one such"),
    (
        "toml",
        "percent = 10,",
        'percent = "ten",',
        f"{T}.percent",
        "not a number; write one such",
    ),
    ("toml", "percent = 10,", "percent = 110.0,", f"{T}.percent", "is above 100; write 100 or"),
    ("toml", 'kind = "tiers"', 'kind = "table"', G, "'grant' has a 'kind' that is not known; use"),
    ("toml", 'kind = "tiers"', "", G, "'grant' does not say its 'kind'; add it"),
    (
        "toml",
        "errors = 0}]",
        "errors = 0, oops = 1}]",
        f"{S}.oops",
        "is not known here",
    ),
    (
        "toml",
        "start = 2026-02-01T00:00:00Z",
        "start = 2026-02-01T00:00:00",
        f"{M}.start",
        "not a time with its offset",
    ),
    ("toml", '"500-599"', '"500-"', f"{P}.population.errors.statuses.[0]", "cannot be read; write a status like 500"),
    ("toml", "bucket_minutes = 5", "bucket_minutes = 7", f"{P}.measure.bucket_minutes", "use a divisor of 1440"),
    ("toml", 'bucket_clause = "uptime"', 'bucket_clause = "up"', f"{P}.measure.bucket_clause", "add it there"),
    ("toml", "days = 30\n", "days = 30\ndays = 31\n", "", "'days' stands here twice; keep one of them"),
    ("toml", 'name = "Acme service terms"', "name: Acme", "", "this is not TOML (expected '='"),
    ("yaml", "provider: Acme AI\n", "", "", "'provider' is missing; add it"),
    ("yaml", "terms: acme", "terms: Acme Terms", "terms", "'terms' is not an id; use small letters"),
    ("yaml", "terms: acme", "term: acme", "term", "'term' is not known here; remove it or correct its spelling"),
    ("yaml", "[acme, acme-ai]", "acme", "providers", "'providers' is not a list; write its items"),
    ("yaml", "[acme, acme-ai]", "[acme, ~]", "providers.[1]", "item 2 of 'providers' is not a text"),
    ("yaml", "{from: 2026-01-01}", "{from: 1.1.2026}", f"{V}.effective.from", "'from' is not a date; write it like"),
    ("yaml", "{from: 2026-01-01}", "", f"{V}.effective", "'effective' is not a set of named values"),
    ("yaml", "status: S", "status: s", f"{V}.clauses.credits.status", "use 'P', 'S', 'T' or 'U'"),
    ("yaml", "days: 30", "days: thirty", f"{D}.days", "not a whole number; write"),
    ("yaml", "days: 30", "days: 99999", f"{D}.days", "is above 40000; write 40000"),
    ("yaml", "used: true", "used: maybe", f"{D}.used", "neither true nor false"),
    ("yaml", "percent: 10,", "percent: 10 %,", f"{T}.percent", "not a number; write one such"),
    ("yaml", "percent: 10,", "percent: 1_0,", f"{T}.percent", "not a number; write one such"),
    ("yaml", "percent: 10,", "percent: ١٠,", f"{T}.percent", "not a number; write one such"),
    (
        "yaml",
        "percent: 10,",
        "percent: 1e-20,",
        f"{T}.percent",
        "more decimals than 15; shorten",
    ),
    ("yaml", "kind: tiers", "kind: table", G, "'grant' has a 'kind' that is not known; use"),
    ("yaml", "kind: tiers", "sort: tiers", G, "'grant' does not say its 'kind'; add it"),
    (
        "yaml",
        "at_least: 99.90",
        "at_lest: 99.90",
        f"{P}.commitment.range.at_lest",
        "'at_lest' is not known here; remove",
    ),
    ("yaml", "zone: UTC", "zone: Nowhere", f"{P}.window.zone", "is not a time zone"),
    (
        "yaml",
        "start: 2026-02-01T00:00:00Z",
        "start: soon",
        f"{M}.start",
        "not a time with its",
    ),
    ("yaml", "requests: 3", "requests: -3", f"{S}.requests", "is below 0; write 0 or"),
    ("yaml", "[500-599, 529]", "[599-500, 529]", f"{P}.population.errors.statuses.[0]", "item 1 of 'statuses' cannot"),
    (
        "yaml",
        "commitment: {range",
        "commitment: {scope",
        f"{P}.commitment.scope",
        "'scope' is not known here; remove it",
    ),
]


@pytest.mark.parametrize(
    ("kind", "good", "bad", "section", "words"), SLIPS, ids=[f"{kind}-{bad or good}" for kind, good, bad, _, _ in SLIPS]
)
def test_each_slip_is_one_sentence_with_line_section_and_mend(
    kind: str, good: str, bad: str, section: str, words: str
) -> None:
    whole = {"toml": TOML, "yaml": YAML}[kind]
    assert whole.count(good) >= 1
    pack, faults = parse(whole.replace(good, bad, 1), f"small.{kind}")
    assert pack is None
    sentence = next((str(one) for one in faults if words in str(one) and one.clause == section), "")
    assert sentence, [str(one) for one in faults]
    file, line, rest = sentence.split(":", 2)
    assert file == f"small.{kind}"
    assert rest.startswith(f" {section}: " if section else " ")
    assert re.fullmatch(r"[^\n]+; [^\n]+[^.]\.", rest)
    assert not FOREIGN.search(re.sub(r"'[^']*'", "", rest.removeprefix(f" {section}")))
    at = whole[: whole.index(good)].count("\n") + 1
    is_near = {"'status' is missing": 5, "does not say": 2, "stands here twice": 1, "'provider' is": 1}
    assert abs(int(line) - at) <= next((lines for start, lines in is_near.items() if start in words), 0)


def test_a_pack_says_the_same_in_toml_and_in_yaml() -> None:
    one, two = parse(TOML, "small.toml"), parse(YAML, "small.yaml")
    assert one[1] == two[1] == []
    left, right = one[0].model_dump(), two[0].model_dump()  # type: ignore[union-attr]
    assert left == right


class Kinds(BaseModel):
    """Two models told apart by their kind."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["one"]


class Others(BaseModel):
    """The other of two."""

    kind: Literal["two"]


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError("an even number is no use; write an odd one")
    return value


ANNOTATIONS: list[tuple[Any, Any]] = [
    (Annotated[int, AfterValidator(_odd)], "2"),
    (str, ["a"]),
    (str, None),
    (Annotated[str, Field(min_length=3)], "a"),
    (Annotated[str, Field(max_length=1)], "abc"),
    (Annotated[str, Field(pattern="^[A-Z]{2}$")], "abc"),
    (int, "x"),
    (int, {}),
    (int, "9" * 5000),
    (Annotated[int, Field(gt=3)], "3"),
    (Annotated[int, Field(lt=3)], "3"),
    (Annotated[int, Field(multiple_of=5)], "3"),
    (Decimal, "1,5"),
    (Decimal, ["1"]),
    (Decimal, "nan"),
    (Annotated[Decimal, Field(max_digits=3)], "12345"),
    (Annotated[Decimal, Field(max_digits=5, decimal_places=2)], "12345"),
    (Annotated[Decimal, Field(decimal_places=1)], "1.25"),
    (Fraction, "a/b"),
    (bool, "perhaps"),
    (bool, []),
    (date, "2026-02-30"),
    (date, "2026-02-01T10:00:00"),
    (date, {}),
    (datetime, "now"),
    (AwareDatetime, "2026-02-01T10:00:00"),
    (AwareDatetime, "2026-02-31"),
    (AwareDatetime, []),
    (time, "25:00"),
    (time, {}),
    (timedelta, "a while"),
    (timedelta, {}),
    (Literal["a", "b"], "c"),
    (None, "x"),
    (tuple[int, ...], "5"),
    (list[int], {"a": "1"}),
    (set[str], "5"),
    (frozenset[str], "5"),
    (Annotated[tuple[int, ...], Field(min_length=1)], []),
    (Annotated[tuple[int, ...], Field(min_length=2)], ["1"]),
    (Annotated[tuple[int, ...], Field(max_length=1)], ["1", "2"]),
    (tuple[int, int], ["1"]),
    (dict[str, int], ["a"]),
    (dict[int, int], {"a": "1"}),
    (Kinds, "one"),
    (Kinds, {"kind": "one", "more": "1"}),
    (Annotated[Kinds | Others, Field(discriminator="kind")], {"kind": "three"}),
    (Annotated[Kinds | Others, Field(discriminator="kind")], {}),
    (Annotated[Kinds | Others, Field(discriminator="kind")], "one"),
    (Decimal | dict[str, Decimal], "ten"),
    (bool | Literal["ambiguous"], "maybe"),
    (Annotated[int, Field(ge=1)] | None, "0"),
]


@pytest.mark.parametrize(("annotation", "value"), ANNOTATIONS, ids=range(len(ANNOTATIONS)))
def test_whatever_a_model_refuses_is_told_in_our_words(annotation: Any, value: Any) -> None:
    model = create_model("Whatever", thing=(annotation, ...))
    lined = read_lined("thing: 1\n")
    lined.data["thing"] = value
    with pytest.raises(ValidationError) as refused:
        model.model_validate(lined.data)
    (fault,) = told(refused.value, lined, "f.yaml")
    sentence = str(fault)
    assert re.fullmatch(r"f\.yaml:1: thing[\w.\[\]]*: (item \d of )?'\w+' [^\n]+; [^\n]+\.", sentence)
    assert not FOREIGN.search(re.sub(r"'[^']*'", "", sentence)), sentence
    assert "cannot be right here" not in sentence


def test_one_slip_in_a_union_is_one_fault() -> None:
    adapter = TypeAdapter(dict[str, Decimal | dict[str, Decimal]])
    lined = read_lined("credit: ten\n")
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python(lined.data)
    assert len(refused.value.errors()) == 2
    assert [str(one) for one in told(refused.value, lined, "f")] == [
        "f:1: credit: 'credit' is not a number; write one such as 99.9."
    ]


# Kinds of refusal that plain data can never meet in a model of text, numbers, dates, lists and names.
NEVER = re.compile(
    r"json_|needs_python|no_such_attr|get_attr|frozen_(field|instance)|default_factory|iteration_error|float_|bytes_"
    r"|is_(instance|subclass)|callable|argument|url_|uuid_|complex|sentinel|ellipsis|dataclass_exact|unexpected_"
)


def test_every_refusal_that_a_model_of_text_can_meet_has_its_mend() -> None:
    assert [kind for kind in get_args(ErrorType) if kind not in _MENDS and not NEVER.search(kind)] == []
    assert [kind for kind in _MENDS if kind not in get_args(ErrorType)] == []
    assert all("; " in mend and not FOREIGN.search(mend) for mend in _MENDS.values())


def test_a_sentence_stays_on_its_line_and_says_nothing_to_the_terminal() -> None:
    _, faults = parse('terms: a\n"ev\\nil\\e[2J": 1\n', "f.yaml")
    assert any("ev il [2J" in str(one) for one in faults)
    assert all(str(one).isprintable() for one in faults)
    assert str(PackFault("f.yaml", 0, "", "is gone; bring it back")) == "f.yaml: is gone; bring it back."


def test_all_faults_are_told_by_line() -> None:
    _, faults = parse(YAML.replace("percent: 10,", "percent: x,").replace("status: P", "status: Q"), "f.yaml")
    assert [one.line for one in faults] == sorted(one.line for one in faults)
    assert len(faults) == 2
