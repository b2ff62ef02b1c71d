"""Checking a pack part by part: whatever stands in a place, the rest is looked at and nothing breaks."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.terms.lines import Path, read_lined
from makegood.terms.read import parse
from tests.terms.rich_pack import RICH

JUNK = (None, "", "x", "-1", "2026-13-45", [], {}, ["x"], [[]], {"id": []}, {"kind": "x"}, {"name": {}}, "9" * 5000)
PLACES = list(read_lined(RICH).lines)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(JUNK)), min_size=1, max_size=3))
def test_whatever_stands_somewhere_is_told_and_breaks_nothing(slipped: list[tuple[Path, object]]) -> None:
    data: object = read_lined(RICH).data
    for path, junk in slipped:
        data = put(data, path, junk)
    pack, faults = parse(json.dumps(data, indent=1), "any.json")
    assert (pack is None) == bool(faults)
    for one in faults:
        assert re.fullmatch(r"any\.json:\d+: [^\n]+; [^\n]+\.", str(one))


def put(data: object, path: Path, junk: object) -> object:
    """The data with something else at the path, where there is still such a place."""
    if not path:
        return junk
    if isinstance(data, dict) and path[0] in data:
        return {**data, path[0]: put(data[path[0]], path[1:], junk)}
    if isinstance(data, list) and isinstance(path[0], int) and path[0] < len(data):
        return [*data[: path[0]], put(data[path[0]], path[1:], junk), *data[path[0] + 1 :]]
    return data


def told(text: str) -> list[str]:
    return [one.clause for one in parse(text, "rich.yaml")[1]]


def test_a_part_that_reads_well_is_checked_beside_one_that_does_not() -> None:
    broken = RICH.replace("kind: good_time", "kind: bad_time").replace("step: notice", "step: call")
    assert told(broken.replace("zone: Asia/Seoul", "zone: Asia/Soul")) == [
        "versions.2025-03-01.promises.monthly.window.zone",
        "versions.2026-04-01.promises.uptime.measure.aggregation",
        "versions.2026-04-01.promises.uptime.deadlines.[0].step",
    ]


def test_what_leans_on_a_broken_part_is_not_told_as_well() -> None:
    kind = "{name: plan, kind: word"
    assert told(RICH.replace(kind, "{name: plan, kind: text")) == ["versions.2026-04-01.facts.plan.kind"]
    clause = "        source: own sample, section 3\n"
    assert told(RICH.replace(clause, "")) == ["versions.2026-04-01.clauses.claim"]
    assert told(RICH.replace("{from: 2026-04-01}", "{}")) == ["versions.2026-04-01.effective"]
