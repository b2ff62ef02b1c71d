"""Series: buckets fit the span and the traffic, and lose no attempt."""

from makegood.reads.series import MOST_BUCKETS, Series, minute_of, read_series
from tests.reads.sample import END, START, Sample


def test_buckets_cover_the_period_and_lose_nothing(sample: Sample) -> None:
    series = read_series(sample.warehouse, sample.assessment)
    assert series.first <= minute_of(START)
    assert series.end >= minute_of(END)
    assert (series.end - series.first) // series.width <= MOST_BUCKETS
    attempts = sum(bucket.attempts for rate in series.rates for bucket in rate.buckets)
    assert attempts == sample.warehouse.one("SELECT CAST(SUM(attempts) AS BIGINT) FROM minutes")


def test_the_worst_model_comes_first(sample: Sample) -> None:
    faults = [rate.faults for rate in read_series(sample.warehouse, sample.assessment).rates]
    assert faults == sorted(faults, reverse=True)


def test_each_incident_with_failures_is_looked_at_closely(sample: Sample) -> None:
    zooms = {zoom.incident: zoom for zoom in read_series(sample.warehouse, sample.assessment).zooms}
    assert set(zooms) == {"inc-1", "inc-2", "inc-3"}
    total = zooms["inc-1"]
    inside = [
        b for b in total.buckets if minute_of("2026-02-05T02:10:00Z") <= b.start < minute_of("2026-02-05T02:52:00Z")
    ]
    assert total.width == 1
    assert all(bucket.faults == bucket.attempts for bucket in inside)
    assert len(inside) == 42


def test_waste_bars_sum_to_the_boxes(sample: Sample) -> None:
    series = read_series(sample.warehouse, sample.assessment)
    for name, box in sample.assessment["waste"].items():
        assert sum(bar.attempts for bar in series.waste if bar.box == name) == box["attempts"]
        assert sum(bar.tokens for bar in series.waste if bar.box == name) == box["tokens"]


def test_an_amount_nobody_knows_stays_unknown(sample: Sample) -> None:
    bars = read_series(sample.warehouse, sample.assessment).waste
    assert {bar.amount_nano for bar in bars if bar.box == "unknown"} == {None}


def test_an_empty_log_gives_an_empty_series(sample: Sample) -> None:
    sample.warehouse.run("BEGIN")
    try:
        for table in ("minutes", "waste"):
            sample.warehouse.run(f"DELETE FROM {table}")
        series = read_series(sample.warehouse)
    finally:
        sample.warehouse.run("ROLLBACK")
    assert series == Series()
