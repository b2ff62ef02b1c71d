"""Compare: an assessment that tells the truth agrees in every line; one changed figure shows in its own line."""

from collections.abc import Callable
from typing import Any

import pytest

from makegood.cli.demo.compare import Line, compare
from makegood.cli.demo.planted import BOXES, KINDS, Box, Planted, PlantedIncident, PlantedVerdict, Sums

NOTHING = Sums(0, 0, "0")
PLANTED = Planted(
    seed=1,
    start="2026-09-01T00:00:00Z",
    end="2026-10-01T00:00:00Z",
    rows={"read": 1_010, "used": 1_000, "duplicate": 6, "quarantined": 4, "out_of_scope": 0},
    incidents=(
        PlantedIncident(
            "all of openai", "openai", None, "2026-09-10T06:36:00Z", "2026-09-10T19:30:00Z", "2026-09-10T07:00:00Z"
        ),
        PlantedIncident("one of google", "google", "gemini", "2026-09-25T08:00:00Z", "2026-09-25T09:00:00Z", None),
    ),
    waste={
        "charged": Box(
            Sums(3, 300, "1.5"), {"failed": Sums(1, 50, "0.5"), "unusable": Sums(2, 250, "1"), "duplicate": NOTHING}
        ),
        "not_charged": Box(Sums(7, 70, "0"), {"failed": Sums(7, 70, "0"), "unusable": NOTHING, "duplicate": NOTHING}),
        "unknown": Box(
            Sums(2, 20, None),
            {"failed": Sums(2, 20, None), "unusable": Sums(0, 0, None), "duplicate": Sums(0, 0, None)},
        ),
        "caller": Box(Sums(4, 44, "0.4"), {}),
    },
    verdicts=(PlantedVerdict("google-terms", "owed", "12.5"), PlantedVerdict("openai", "goodwill", "1.5")),
    bills={"openai": "10"},
    files={},
)


def truth() -> dict[str, Any]:
    """An assessment of PLANTED that is right, with edges a minute off and amounts written at length."""
    return {
        "rows": dict(PLANTED.rows),
        "incidents": [
            _incident("2026-09-03T10:00:00Z", "2026-09-03T11:00:00Z", "openai", None, "bulletin"),
            _incident("2026-09-10T06:37:00Z", "2026-09-10T19:28:10.5Z", "openai", None, "both"),
            _incident("2026-09-25T07:59:00Z", "2026-09-25T09:00:00Z", "google", "gemini", "attempts"),
        ],
        "waste": {name: _box(PLANTED.waste[name]) for name in BOXES},
        "verdicts": [_verdict("openai", "goodwill", "1.5"), _verdict("google-terms", "owed", "12.50")],
    }


def _name(line: Line) -> str:
    return f"{line.about}: {line.part}"


def _incident(start: str, end: str, provider: str, model: str | None, basis: str) -> dict[str, Any]:
    scope = {"provider": provider, "service": "chat", "model": model, "region": None}
    bulletins = [] if basis == "attempts" else [{"title": "told"}]
    return {"start": start, "end": end, "scope": scope, "basis": basis, "bulletins": bulletins}


def _verdict(terms: str, verdict: str, exact: str) -> dict[str, Any]:
    return {"terms": terms, "verdict": verdict, "amount": {"currency": "USD", "exact": exact, "rounded": {}}}


def _box(box: Box) -> dict[str, Any]:
    return {**_sums(box.whole), "kinds": {kind: _sums(box.kinds.get(kind, NOTHING)) for kind in KINDS}}


def _sums(sums: Sums) -> dict[str, Any]:
    amounts = {"USD": f"{sums.amount}.000" if "." not in (sums.amount or ".") else sums.amount or "0.77"}
    return {"attempts": sums.attempts, "tokens": sums.tokens, "amounts": amounts}


def test_the_truth_agrees_in_every_line() -> None:
    lines = compare(PLANTED, truth())
    assert [line for line in lines if not line.agrees] == []
    assert len(lines) == 5 + 2 * 3 + 1 + 3 * 4 + 1 + 2


def _set(*path: Any) -> Callable[[dict[str, Any]], None]:
    def change(found: Any) -> None:
        *way, last, value = path
        for step in way:
            found = found[step]
        found[last] = value

    return change


CHANGES = [
    (_set("rows", "duplicate", 7), ["rows: duplicate"]),
    (_set("rows", "quarantined", None), ["rows: quarantined"]),
    (_set("incidents", 1, "start", "2026-09-10T06:38:01Z"), ["all of openai: when"]),
    (_set("incidents", 1, "end", "2026-09-10T19:32:00.1Z"), ["all of openai: when"]),
    (_set("incidents", 1, "bulletins", []), ["all of openai: page"]),
    (_set("incidents", 2, "bulletins", [{"title": "late"}]), ["one of google: page"]),
    (_set("incidents", 2, "scope", {"provider": "google", "model": None}), ["one of google: where"]),
    (
        _set("incidents", 2, "scope", {"provider": "azure", "model": None}),
        ["one of google: when", "other incidents: when"],
    ),
    (_set("incidents", 0, "basis", "attempts"), ["other incidents: when"]),
    (_set("waste", "charged", "tokens", 301), ["waste: charged"]),
    (_set("waste", "charged", "amounts", {"EUR": "1.5"}), ["waste: charged"]),
    (_set("waste", "charged", "kinds", "unusable", "amounts", {"USD": "1.000000001"}), ["waste: charged.unusable"]),
    (_set("waste", "charged", "kinds", "unusable", "amounts", {"USD": "one"}), ["waste: charged.unusable"]),
    (_set("waste", "not_charged", "amounts", {"USD": "0.1"}), ["waste: not_charged"]),
    (_set("waste", "not_charged", "amounts", {}), []),
    (_set("waste", "unknown", "attempts", 3), ["waste: unknown"]),
    (_set("waste", "unknown", "amounts", {}), []),
    (_set("waste", "caller", "amounts", {"USD": "0.5"}), ["waste: caller"]),
    (_set("waste", "caller", "kinds", {}), []),
    (_set("verdicts", 1, "verdict", "unknown"), ["terms: google-terms"]),
    (_set("verdicts", 1, "amount", None), ["terms: google-terms"]),
    (_set("verdicts", 1, "amount", "exact", "12.500000001"), ["terms: google-terms"]),
    (_set("verdicts", 1, "amount", "exact", "37/3"), ["terms: google-terms"]),
    (_set("verdicts", 1, "amount", "currency", "EUR"), ["terms: google-terms"]),
    (_set("verdicts", 0, "terms", "google-terms"), ["terms: google-terms", "terms: openai"]),
    (_set("verdicts", 0, "terms", "another"), ["terms: openai", "terms: another"]),
    (_set("verdicts", []), ["terms: google-terms", "terms: openai"]),
]


@pytest.mark.parametrize(("change", "whats"), CHANGES)
def test_a_changed_figure_shows_in_its_line(change: Callable[[dict[str, Any]], None], whats: list[str]) -> None:
    found = truth()
    change(found)
    assert [_name(line) for line in compare(PLANTED, found) if not line.agrees] == whats


def test_an_empty_assessment_agrees_in_nothing_but_that_there_is_no_other_incident() -> None:
    lines = compare(PLANTED, {})
    assert [_name(line) for line in lines if line.agrees] == ["other incidents: when"]
    assert "nothing" in lines[0].found
