"""Counting from the warehouse: what is in scope, what is an error, where a run may reach."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlglot

import makegood.terms
from makegood.money import parse_money
from makegood.records.scope import Scope
from makegood.spans import Span, month, to_us
from makegood.terms.case import Case, Totals
from makegood.terms.measure import Counting, measured
from makegood.terms.pack import PackVersion
from makegood.terms.population import Statuses
from makegood.terms.read import parse
from makegood.terms.weigh import weigh
from tests.terms.small_pack import YAML
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


def acme(text=YAML, period=JULY):
    """The first promise of a small pack, over one period."""
    pack, faults = parse(text, "acme.yaml")
    assert faults == []
    return Counting(pack, pack.versions[0].promises[0], period)


def call(time, attempts, faults, model="small"):
    return ("acme", "chat", model, "", time, attempts, faults)


ERROR_TYPES = YAML.replace("statuses: [500-599, 529],", "statuses: [500-599], error_types: [overloaded],").replace(
    "        measure:\n",
    "          left_out: {statuses: [400-499], error_types: [bad_prompt], clause: uptime}\n        measure:\n",
)


def test_error_types_decide_whatever_the_status() -> None:
    failing = {(503, "bad_prompt"): 1, (200, "overloaded"): 2, (429, "overloaded"): 3, (502, "x"): 4, (429, ""): 5}
    (found,) = measured(SmallWarehouse([call(NOON, 100, failing | {(200, "cut"): 6})]), acme(ERROR_TYPES))
    counts = found.counts
    # 429 is left out whatever its type, since what is left out goes first
    assert (counts.valid, counts.errors, counts.left_out, counts.requests) == ((91,), (6,), 9, 100)
    assert counts.valid_inside == 91


POOLED = YAML.replace("{kind: bucket_mean, clause: uptime}", "{kind: pooled, clause: uptime}")
REPEATS = POOLED.replace(
    "        measure:\n", "          repeats: {within_minutes: 5, clause: uptime}\n        measure:\n"
)
PLACE = ("acme", "chat", "small", "")


@pytest.mark.parametrize(
    ("failures", "errors", "repeats"),
    [
        ({"c": (0, 60, 299)}, 3, 2),
        ({"c": (0, 300)}, 2, 1),
        ({"c": (0, 301)}, 2, 0),
        # each is within five minutes of the one before, only the second is of the first
        ({"c": (0, 200, 400, 600)}, 4, 1),
        # after five minutes of quiet a new row begins
        ({"c": (0, 100, 500, 600)}, 4, 2),
        ({"c": (0,), "d": (1,), "e": (2,)}, 3, 0),
        ({"c": (0, 0, 0)}, 3, 2),
    ],
)
def test_a_failing_request_tried_again_leaves_the_totals(failures, errors, repeats) -> None:
    for name in ("call_id", "fingerprint"):
        warehouse = SmallWarehouse([call(NOON, 100, {})])
        for key, seconds in failures.items():
            for second in seconds:
                warehouse.fail(PLACE, NOON + timedelta(seconds=second), **{name: key})
        (found,) = measured(warehouse, acme(REPEATS))
        assert found.totals == Totals(100 + errors, errors, repeats)
        assert (sum(found.counts.errors), found.counts.left_out) == (errors - repeats, repeats)
        assert found.counts.valid_inside == 100 + errors - repeats
        (plain,) = measured(warehouse, acme(POOLED))
        assert plain.totals == Totals(100 + errors, errors, 0)


def test_a_fingerprint_stands_for_a_call_of_one_model_and_account() -> None:
    warehouse = SmallWarehouse()
    for model in ("small", "large"):
        warehouse.fail(("acme", "chat", model, ""), NOON, fingerprint="f")
    (found,) = measured(warehouse, acme(REPEATS))
    assert found.totals == Totals(2, 2, 0)


def test_a_repeat_of_the_month_before_leaves_this_one() -> None:
    warehouse = SmallWarehouse()
    for seconds in (-30, 60):
        warehouse.fail(PLACE, JULY.start + timedelta(seconds=seconds), call_id="c")
    (found,) = measured(warehouse, acme(REPEATS))
    assert (found.totals, found.counts.errors, found.counts.empty) == (Totals(1, 1, 1), (), found.counts.total)


def test_where_an_error_names_no_call_its_repeats_are_not_known() -> None:
    warehouse = SmallWarehouse([call(NOON, 997, {})])
    for minute in range(3):
        warehouse.fail(PLACE, NOON + minute * MINUTE)
    asked = acme(REPEATS)
    (found,) = measured(warehouse, asked)
    assert found.totals == Totals(1000, 3, None)
    terms = PackVersion(asked.pack, asked.pack.versions[0])
    bill = parse_money("100 USD")
    verdict = weigh(terms, Case(JULY, found.counts, JULY.end, found.scope, bill, totals=found.totals))
    # 3 of 1,000 miss 99.9 %, 1 of 998 misses it too: were all but one repeats, the same is owed
    assert (verdict.verdict, verdict.amount.exact) == ("owed", 10)
    more = SmallWarehouse([call(NOON, 1997, {})])
    for minute in range(3):
        more.fail(PLACE, NOON + minute * MINUTE)
    (found,) = measured(more, asked)
    verdict = weigh(terms, Case(JULY, found.counts, JULY.end, found.scope, bill, totals=found.totals))
    assert verdict.verdict == "ambiguous"


HOURS = YAML.replace("bucket_minutes: 5", "bucket_minutes: 60")


def test_buckets_begin_with_the_window_wherever_its_zone_puts_it() -> None:
    kolkata = month("2026-07", "Asia/Kolkata")
    half_past = kolkata.start + timedelta(days=3)
    rows = [call(half_past + minute * MINUTE, 10, {500: 1}) for minute in (0, 59)]
    rows += [call(half_past + 60 * MINUTE, 10, {500: 2}), call(half_past + 120 * MINUTE, 10, {})]
    (found,) = measured(SmallWarehouse(rows), acme(HOURS, kolkata))
    assert [minute - found.counts.first for minute in found.counts.starts] == [3 * 1440, 3 * 1440 + 60]
    assert (found.counts.valid, found.counts.errors, found.counts.clean) == ((20, 10), (2, 2), 1)


def test_a_quarter_and_thirty_days_are_counted_whole() -> None:
    rows = [call(datetime(2026, number, 15, tzinfo=UTC), 10, {500: 1}) for number in (6, 7, 8, 9, 10)]
    quarter = Span(JULY.start, month("2026-09").end)
    for period in (quarter, Span(JULY.start, JULY.start + timedelta(days=30))):
        (found,) = measured(SmallWarehouse(rows), acme(YAML, period))
        inside = sum(period.holds(row[4]) for row in rows)
        assert (len(found.counts.starts), found.counts.requests) == (inside, 10 * inside)
        assert found.counts.total == period.minutes / 5


def test_the_statements_parse_as_one_query_each() -> None:
    texts = sorted(Path(makegood.terms.__file__).parent.glob("*.sql"))
    assert [path.name for path in texts] == ["measure_buckets.sql", "measure_repeats.sql", "measure_scopes.sql"]
    for path in texts:
        (tree,) = sqlglot.parse(path.read_text(), read="duckdb")
        assert isinstance(tree, sqlglot.exp.Select | sqlglot.exp.Union)
