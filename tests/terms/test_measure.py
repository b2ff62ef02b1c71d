"""Counting from the warehouse: what is in scope, what is an error, where a run may reach."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlglot

import makegood.terms
from makegood.money import parse_money
from makegood.records.scope import Scope
from makegood.spans import to_us
from makegood.terms.case import Case
from makegood.terms.measure import Counting, measured
from makegood.terms.population import Statuses
from makegood.terms.weigh import weigh
from tests.terms.small_world import BEDROCK, GOOGLE, JULY, SmallWarehouse

NOON = datetime(2026, 7, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def gemini(time, attempts, faults, model="gemini-2.5-pro", service="generateContent"):
    return ("gcp.vertex_ai", service, model, "", time, attempts, faults)


def bedrock(time, attempts, faults, region="us-east-1", model="claude"):
    return ("aws.bedrock", "converse", model, region, time, attempts, faults)


def counted(warehouse, terms, by=None):
    """What the first promise of the terms counts in July."""
    return measured(warehouse, Counting(terms.pack, terms.version.promises[0], JULY, by))


def starts(counts):
    return [minute - to_us(NOON) // 60_000_000 for minute in counts.starts]


def test_errors_client_errors_and_empty_minutes_are_told_apart() -> None:
    warehouse = SmallWarehouse(
        [
            gemini(NOON, 100, {503: 6, 400: 20, 429: 4}),
            gemini(NOON + MINUTE, 100, {429: 50}),
            gemini(NOON + 2 * MINUTE, 10, {404: 10}),
            gemini(NOON + 3 * MINUTE, 10, {0: 10}),
            gemini(NOON + 4 * MINUTE, 10, {}),
            gemini(NOON + 5 * MINUTE, 10, {200: 3}),
        ]
    )
    (found,) = counted(warehouse, GOOGLE)
    counts = found.counts
    assert found.scope == Scope("gcp.vertex_ai")
    assert (starts(counts), counts.valid, counts.errors) == ([0], (76,), (6,))
    # minutes 1, 3, 4, 5 are clean; minute 2 held no valid request at all
    assert (counts.clean, counts.empty, counts.requests) == (4, 44640 - 5, 240)


def test_all_models_of_the_project_are_pooled_unless_asked_apart() -> None:
    rows = [gemini(NOON, 10, {500: 2}), gemini(NOON, 90, {}, model="gemini-2.5-flash"), gemini(NOON + MINUTE, 5, {})]
    (pooled,) = counted(SmallWarehouse(rows), GOOGLE)
    assert (pooled.counts.valid, pooled.counts.errors) == ((100,), (2,))
    flash, pro = counted(SmallWarehouse(rows), GOOGLE, by=("model",))
    assert (pro.scope.model, pro.counts.valid, pro.counts.errors, pro.counts.clean) == (
        "gemini-2.5-pro",
        (10,),
        (2,),
        1,
    )
    assert (flash.scope.model, flash.counts.valid, flash.counts.clean) == ("gemini-2.5-flash", (), 1)


def test_other_providers_and_services_are_out_of_scope() -> None:
    warehouse = SmallWarehouse(
        [
            ("openai", "chat.completions", "gpt", "", NOON, 10, {500: 10}),
            gemini(NOON, 10, {500: 10}, service="embeddings"),
            gemini(NOON, 10, {500: 10}, model="claude-sonnet-4"),
            gemini(NOON, 10, {500: 10}, model="gemini-embedding-001"),
            ("Google", "generateContent", "publishers/google/models/Gemini-3", "", NOON, 10, {500: 1}),
            gemini(NOON, 10, {500: 1}),
        ]
    )
    (found,) = counted(warehouse, GOOGLE)
    assert (found.scope, found.counts.valid, found.counts.errors) == (Scope("google"), (20,), (2,))


def test_a_name_that_leaves_the_product_open_is_measured_apart_and_never_owed() -> None:
    rows = [gemini(NOON + minute * MINUTE, 10, {503: 9} if minute < 230 else {}) for minute in range(240)]
    studio = [("gemini", *row[1:]) for row in rows]
    platform, other = counted(SmallWarehouse(rows + studio), GOOGLE)
    assert (platform.scope.provider, other.scope.provider) == ("gcp.vertex_ai", "gemini")
    verdict = weigh(GOOGLE, Case(JULY, other.counts, JULY.end, other.scope, parse_money("12000 USD")))
    assert (verdict.verdict, verdict.amount) == ("ambiguous", None)
    assert verdict.reasons == ("below_commitment", "product_not_certain")
    told = {one.id: dict(one.outcome) for one in verdict.readings if one.about == "scope"}
    assert told["applies_after_all"] == {"verdict": "owed", "percent": "10", "amount": "1200.00 USD"}
    assert told["another_product"] == {}
    fine = weigh(GOOGLE, Case(JULY, platform.counts, JULY.end, platform.scope, parse_money("12000 USD")))
    assert fine.amount.rounded == 1200


def test_no_attempt_in_scope_gives_one_entry_that_says_so() -> None:
    warehouse = SmallWarehouse([("openai", "chat.completions", "gpt", "", NOON, 10, {500: 10})])
    (found,) = counted(warehouse, BEDROCK)
    assert weigh(BEDROCK, Case(JULY, found.counts, JULY.end, found.scope)).reasons == ("no_attempts_in_scope",)


def test_regions_are_measured_apart_in_buckets_of_five_minutes() -> None:
    warehouse = SmallWarehouse(
        [
            bedrock(NOON, 3, {500: 1}),
            bedrock(NOON + 4 * MINUTE, 5, {500: 1, 503: 3}, model="nova"),
            bedrock(NOON + 5 * MINUTE, 1, {}),
            bedrock(NOON, 2, {500: 2}, region="eu-west-1"),
            bedrock(NOON, 1, {429: 1}, region=""),
        ]
    )
    east, west, unknown = counted(warehouse, BEDROCK)
    assert [one.scope.region for one in (east, west, unknown)] == ["us-east-1", "eu-west-1", None]
    assert (starts(east.counts), east.counts.valid, east.counts.errors, east.counts.clean) == ([0], (8,), (2,), 1)
    assert (west.counts.valid, west.counts.errors, west.counts.clean) == ((2,), (2,), 0)
    assert (unknown.counts.errors, unknown.counts.clean) == ((), 1)


def test_a_run_over_the_edge_of_the_month_is_seen_whole_and_counted_inside() -> None:
    rows = [gemini(JULY.end + minute * MINUTE, 10, {503: 10}) for minute in range(-3, 4)]
    (found,) = counted(SmallWarehouse(rows), GOOGLE)
    assert len(found.counts.starts) == 7
    assert found.counts.requests == 30
    assert weigh(GOOGLE, Case(JULY, found.counts, JULY.end)).measure.counted_minutes == 3
    (cut,) = counted(SmallWarehouse(rows[:3]), GOOGLE)
    assert weigh(GOOGLE, Case(JULY, cut.counts, JULY.end)).measure.counted_minutes == 0


def test_a_pack_may_count_attempts_without_an_answer_as_errors() -> None:
    errors = Statuses(statuses=["0", "500-599"], clause="downtime")
    promise = GOOGLE.version.promises[0]
    population = promise.population.model_copy(update={"errors": errors})
    asked = Counting(GOOGLE.pack, promise.model_copy(update={"population": population}), JULY)
    rows = [gemini(NOON, 10, {0: 2, 502: 1, 301: 1})]
    (found,) = measured(SmallWarehouse(rows), asked)
    assert (found.counts.valid, found.counts.errors) == ((10,), (3,))


def test_from_tables_to_a_credit() -> None:
    rows = [gemini(NOON + minute * MINUTE, 10, {503: 9} if minute < 230 else {}) for minute in range(240)]
    (found,) = counted(SmallWarehouse(rows), GOOGLE)
    verdict = weigh(GOOGLE, Case(JULY, found.counts, JULY.end, found.scope, parse_money("12000 USD")))
    assert (verdict.verdict, verdict.measure.counted_minutes, verdict.amount.rounded) == ("owed", 230, 1200)
    assert verdict.scope == Scope("gcp.vertex_ai")


def test_the_statements_parse_as_one_query_each() -> None:
    texts = sorted(Path(makegood.terms.__file__).parent.glob("*.sql"))
    assert [path.name for path in texts] == ["measure_faults.sql", "measure_scopes.sql", "measure_traffic.sql"]
    for path in texts:
        (tree,) = sqlglot.parse(path.read_text(), read="duckdb")
        assert isinstance(tree, sqlglot.exp.Select)
