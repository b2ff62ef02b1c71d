"""OpenAI usage export: counts written as floats are whole, parts add up, tiers and sounds are told apart."""

from collections.abc import Callable
from pathlib import Path

import pytest

from makegood.records.small_files import read_small
from makegood.records.sources.charges_openai_usage_tsv import tier_of, token_kinds
from makegood.records.sources.small import Reading, Unusable

HEAD = "start_time\tend_time\tnum_model_requests\tmodel\tbatch\tservice_tier\tinput_tokens\toutput_tokens\t"
HEAD += "input_cached_tokens\tinput_uncached_tokens\n"
DAY = "1759622400\t1759708800\t"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (DAY + "1.0\tm\tFALSE\tdefault\t10.5\t5\t0\t10.5", "is not a whole number"),
        (DAY + "1.0\tm\tFALSE\tdefault\t-10\t5\t0\t-10", "is negative"),
        (DAY + "1.0\tm\tFALSE\tdefault\t10\t5\t5\t10", "input_tokens 10 is not 10 uncached + 5 cached"),
        (DAY + "1.0\t\tFALSE\tdefault\t10\t5\t0\t10", "without a model"),
    ],
)
def test_bad_rows(row: str, reason: str, reading_of: Callable[[str], Reading]) -> None:
    reading = reading_of(HEAD + DAY + "2.0\tm\tTRUE\t\t10.0\t5.0\t4.0\t6.0\n" + row + "\n" + DAY + "\t" * 9 + "\n")
    (charge,) = reading.charges
    assert (charge.tokens, charge.requests, charge.tier) == ({"input": 6, "cached_input": 4, "output": 5}, 2, "batch")
    assert [(bad.line, reason in bad.reason) for bad in reading.quarantined] == [(3, True)]
    assert (reading.read, reading.used) == (3, 2)


def test_sound_and_pictures_are_kinds_of_their_own() -> None:
    row = {"input_tokens": 1000, "input_cached_tokens": 400, "input_cache_write_tokens": 100, "output_tokens": 500,
           "input_audio_tokens": 50, "input_cached_audio_tokens": 40, "output_image_tokens": 30}  # fmt: skip
    assert token_kinds(row) == {
        "input": 450, "cached_input": 360, "cache_write": 100, "output": 470, "input_audio": 50,
        "cached_input_audio": 40, "output_image": 30,
    }  # fmt: skip
    with pytest.raises(Unusable, match="audio and image"):
        token_kinds({"input_tokens": 10, "input_audio_tokens": 20})


def test_tiers() -> None:
    assert [tier_of(*told) for told in ((True, None), ("TRUE", ""), (False, "flex"), (None, "default"))] == [
        "batch", "batch", "flex", None,
    ]  # fmt: skip


def test_the_real_week(shared: Path) -> None:
    reading = read_small(shared / "data/openai_usage_costs/openai_completions_usage_export_2025-10-05_to_11.tsv")
    assert (reading.read, reading.used, len(reading.charges)) == (7, 7, 6)
    assert reading.charges[1].tokens == {"input": 38072, "cached_input": 8192, "output": 60000}
    assert [charge.requests for charge in reading.charges] == [10, 8, 1, 21, 11, 2]
    assert sum(span.minutes for _, span in reading.coverage) == 6 * 1440
