"""Evidence: whose outages a replay is held against, which of them, and over which span."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from makegood.errors import BadUse
from makegood.records.bulletin import Bulletin
from makegood.records.scope import Scope
from makegood.spans import Span, moment
from makegood.terms.evidence import Chosen, Material, Wanted, choose
from tests.terms.small_world import SmallWarehouse
from tests.terms.whole_contract import GONE, changed

NOW = datetime(2026, 12, 1, tzinfo=UTC)
JUNE = moment("2026-06-10T00:00:00Z")


def bulletin(provider: str, component: str, hour: int = 0, severity: str = "major", **fields: Any) -> Bulletin:
    """An outage of an hour on a component."""
    start = JUNE + timedelta(hours=hour)
    given = {"end": start + timedelta(hours=1), **fields}
    name = f"{provider} {component} {hour}"
    scope = Scope(provider, component)
    return Bulletin(name, name, scope, component, name, severity, "downtime", start, source="page", **given)


def chosen(
    *bulletins: Bulletin, contract: str = "acme", material: dict[str, Any] | None = None, **wanted: Any
) -> Chosen:
    """What is chosen for a contract of that provider."""
    pack = changed({"pack.providers": [contract]})
    return choose(Material(bulletins=bulletins, **(material or {})), Wanted(pack, NOW, **wanted))


def hours(found: Chosen) -> Fraction:
    """The hours of outage in all."""
    evidence = found.evidence
    assert evidence is not None
    assert evidence.outages is not None
    return sum((one.seconds for one in evidence.outages(evidence.span).items), Fraction(0)) / 3600


def test_the_contracts_own_provider_is_taken_and_its_products_that_are_about_models():
    pages = [bulletin("openai", "API"), bulletin("openai", "ChatGPT", 2), bulletin("zeta", "API", 4)]
    found = chosen(*pages, contract="openai")
    assert (found.providers, [one.component for one in found.bulletins]) == (("openai",), ["API"])
    assert hours(found) == 1


def test_names_choose_providers_and_products_whatever_their_case():
    pages = [bulletin("openai", "API"), bulletin("openai", "ChatGPT", 2), bulletin("zeta", "API", 4)]
    assert [one.id for one in chosen(*pages, of=("Zeta",)).bulletins] == ["zeta API 4"]
    assert [one.id for one in chosen(*pages, of=("chatgpt",)).bulletins] == ["openai ChatGPT 2"]
    assert [one.id for one in chosen(*pages, of=("api",), contract="zeta").bulletins] == ["zeta API 4"]
    assert [one.id for one in chosen(*pages, of=("openai", "api", "chatgpt")).bulletins] == [
        "openai API 0",
        "openai ChatGPT 2",
    ]


def test_a_name_nobody_has_and_providers_nobody_chose_are_refused():
    pages = [bulletin("openai", "API"), bulletin("zeta", "API", 4)]
    with pytest.raises(
        BadUse, match=r"'Chat' is no provider and no product in these files; they speak of openai, zeta"
    ):
        chosen(*pages, of=("Chat",))
    with pytest.raises(BadUse, match=r"several providers \(openai, zeta\); choose with --of NAME"):
        chosen(*pages)
    with pytest.raises(BadUse, match=r"several providers \(openai, zeta\); choose with --of NAME"):
        chosen(*pages, of=("api",))
    assert chosen(pages[0]).providers == ("openai",)


def test_readings_of_severity_are_those_of_the_pages():
    pages = [bulletin("acme", "API"), bulletin("acme", "API", 2, "partial"), bulletin("acme", "API", 4, "degraded")]
    assert [hours(chosen(*pages, reading=name)) for name in ("outage_only", "all", "major_only")] == [2, 3, 1]
    with pytest.raises(BadUse, match="--reading 'loud' is not known"):
        chosen(*pages, reading="loud")


def test_the_span_reaches_over_what_is_told_and_what_pages_cover():
    page = bulletin("acme", "API")
    assert chosen(page).evidence.span == Span(page.start, page.end)
    covered = Span(moment("2026-05-01"), moment("2026-07-01"))
    found = chosen(
        page, material={"covered": [(Scope("acme"), covered), (Scope("zeta"), Span(JUNE, NOW))]}, of=("acme",)
    )
    assert (found.evidence.span, found.evidence.observed) == (covered, covered)
    asked = Span(moment("2026-06-01"), moment("2026-07-01"))
    assert chosen(page, span=asked).evidence.span == asked
    assert chosen(page).evidence.observed is None


def test_a_page_that_covers_time_and_tells_of_nothing_is_evidence_of_no_outage():
    covered = Span(moment("2026-06-01"), moment("2026-07-01"))
    found = chosen(material={"covered": [(Scope("acme"), covered)]})
    assert hours(found) == 0


def test_without_anything_there_is_no_evidence():
    assert chosen().evidence is None


def test_minutes_of_a_calendar_count_in_their_window():
    day = bulletin("acme", "API", minutes=Fraction(90), end=JUNE + timedelta(days=1))
    assert hours(chosen(day)) == Fraction(3, 2)


@pytest.mark.parametrize(("contract", "covers"), [("acme", True), ("someone", False)])
def test_a_log_of_the_contracts_own_provider_is_cut_to_what_it_covers(contract: str, covers: bool):
    pack = changed({"pack.providers": [contract], "coverage.models": ["one"]})
    log = Material(["acme"], Span(JUNE, JUNE + timedelta(hours=5)))
    found = choose(log, Wanted(pack, NOW), SmallWarehouse([]))
    evidence = found.evidence
    assert evidence is not None
    assert evidence.measure is not None
    assert (evidence.coverage is not None) is covers
    assert evidence.providers == ("acme",)
    assert evidence.observed == Span(JUNE - timedelta(days=1), JUNE + timedelta(hours=29))


def test_a_contract_that_covers_nothing_by_name_takes_the_whole_log():
    pack = changed({"coverage": GONE})
    found = choose(Material(["acme"], Span(JUNE, NOW)), Wanted(pack, NOW), SmallWarehouse([]))
    assert found.evidence is not None
    assert found.evidence.coverage is None
