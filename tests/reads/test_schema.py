"""The published schema: real assessments fit it, and what does not belong is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from makegood.money import parse_money
from makegood.spans import month
from makegood.terms.gauge import Unit
from makegood.terms.remedies import Form
from tests.street.street import assessed, attempt, written

SCHEMA = json.loads((files("makegood") / "reads" / "assessment.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
DATA = "data"


def faults(data: object) -> list[str]:
    """Where the data departs from the schema."""
    return [f"{error.json_path}: {error.message[:200]}" for error in VALIDATOR.iter_errors(data)]


def small_world(folder: Path, shared: Path) -> dict[str, Any]:
    """Every box filled, terms weighed to an amount, a status page beside, a row set aside, one delivered twice."""
    failed = {"status": 500, "error": "server_error", "output_tokens": 0, "usable": None}
    place = {"provider": "gcp.vertex_ai", "service": "generateContent", "model": "gemini-2.5-pro"}
    rows = [attempt(n, **place, call_id=f"c{n}") for n in range(60, 7200, 3)]
    rows += [attempt(n, **place, request_id=f"f{n}", **failed, charged="0.001") for n in range(3600, 5400, 2)]
    rows += [attempt(n, **place, request_id=f"u{n}", **failed, charged=None) for n in range(3601, 5400, 7)]
    rows += [attempt(n, **place, request_id=f"n{n}", **failed, charged="0") for n in range(3602, 5400, 9)]
    rows += [attempt(n, **place, call_id=f"t{n // 2}", request_id=f"t{n}") for n in range(20, 60)]
    rows += [rows[0], attempt(1) | {"time": "yesterday"}]
    pages = sorted((shared / DATA / "statuspage_v2").glob("*.json"))
    return assessed(
        written(folder / "log", rows),
        span=month("2026-02"),
        bulletins=tuple(pages),
        terms=("google-gemini",),
        bill=parse_money("12000 USD"),
    )


def spans(_: Path, shared: Path) -> dict[str, Any]:
    """A file of spans, with every pack that is here."""
    logs = sorted((shared / DATA / "exgentic_llm_spans").glob("*.jsonl.gz"))
    return assessed(*logs, terms=("google-gemini", "amazon-bedrock", "anthropic"))


def bulletins_only(_: Path, shared: Path) -> dict[str, Any]:
    """Status pages and nothing else."""
    pages = [shared / DATA / "ai_status_leaderboard" / "2026-06-15T20" / "anthropic.json"]
    return assessed(*pages, *sorted((shared / DATA / "statuspage_v2").glob("*.json")))


def calendar(_: Path, shared: Path) -> dict[str, Any]:
    """A calendar of outage minutes, which covers whole days."""
    return assessed(shared / DATA / "atlarge_llm_outages" / "clean" / "outage_unexploded.csv")


def bill_only(_: Path, shared: Path) -> dict[str, Any]:
    """A cost export and a usage export."""
    return assessed(*sorted((shared / DATA / "openai_usage_costs").glob("*.tsv")))


WORLDS = (small_world, spans, bulletins_only, calendar, bill_only)


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_real_assessments_fit(world: Callable[[Path, Path], dict[str, Any]], tmp_path: Path, shared: Path):
    assert faults(json.loads(json.dumps(world(tmp_path, shared)))) == []


def test_the_small_world_is_full(tmp_path: Path, shared: Path):
    data = small_world(tmp_path, shared)
    assert {name for name, box in data["waste"].items() if not box["attempts"]} == set()
    assert data["incidents"]
    assert data["verdicts"][0]["steps"]
    assert (data["rows"]["duplicate"], data["rows"]["quarantined"]) == (1, 1)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A small assessment that needs no reference data."""
    rows = [attempt(n, usable=n % 3 > 0, call_id=f"c{n}") for n in range(9)]
    return assessed(written(tmp_path_factory.mktemp("plain") / "log", rows))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "makegood/assessment/2"),
        (("hash",), "abc"),
        (("extra",), 1),
        (("rows", "read"), -1),
        (("rows", "read"), 1.5),
        (("waste", "charged", "amounts"), {"USD": 0.006}),
        (("waste", "charged", "amounts"), {"dollars": "0.006"}),
        (("waste", "charged", "kinds", "caller"), {"attempts": 0, "tokens": 0, "amounts": {}}),
        (("params", "now"), "2026-11-21 00:00"),
        (("params", "period", "zone"), None),
        (("readings", 0, "basis"), "bulletins"),
        (("readings", 0, "availability", "fraction"), "66.7"),
        (("overbilling",), {}),
    ],
    ids=lambda value: json.dumps(value)[:40],
)
def test_what_does_not_belong_is_refused(plain: dict[str, Any], path: tuple[str | int, ...], value: object):
    assert faults(plain) == []
    changed: Any = deepcopy(plain)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert faults(changed) != []


def test_every_object_of_the_schema_is_closed_or_says_what_its_values_are():
    def objects(part: object) -> list[dict[str, Any]]:
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        here = [part] if isinstance(part, dict) and part.get("type") == "object" else []
        return here + [one for value in inner for one in objects(value)]

    Draft202012Validator.check_schema(SCHEMA)
    open_ = [one for one in objects(SCHEMA) if "additionalProperties" not in one]
    # The facts of a note hang on its code.
    assert open_ == [SCHEMA["$defs"]["note"]["properties"]["params"]]


def test_every_form_and_unit_of_the_terms_may_be_published():
    verdict = SCHEMA["$defs"]["verdict"]["properties"]
    units = verdict["measure"]["anyOf"][0]["properties"]["unit"]["enum"]
    assert (set(verdict["form"]["enum"]), set(units)) == ({*get_args(Form), "none"}, set(get_args(Unit)))
