"""Attempt formats: each told by its content alone, each field where it belongs, nothing private taken along."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

from makegood.errors import UnknownFormat
from makegood.records.recognise import by_name, candidates, recognise
from makegood.records.sample import take_sample
from makegood.records.sources.attempt_formats import ATTEMPT_FORMATS
from tests.records.sources.attempt_samples import HELD, OTLP, REFUSED, SAMPLES, SECRETS
from tests.records.taking import Outcome, take_bytes, take_paths

NAMES = [form.name for form in ATTEMPT_FORMATS]


@cache
def taken(name: str) -> Outcome:
    """What comes of the sample of a format."""
    with TemporaryDirectory() as folder:
        return take_bytes(Path(folder), SAMPLES[name])


def test_every_format_has_a_sample_and_a_name_of_its_own() -> None:
    assert sorted(SAMPLES) == sorted(NAMES) == sorted(HELD)
    assert len(set(NAMES)) == len(NAMES)
    assert all(by_name(name).name == name for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_told_as_its_own_format_and_as_no_other(name: str, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text(SAMPLES[name])
    assert [form.name for form in candidates(take_sample(path))] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_becomes_the_rows_it_must(name: str) -> None:
    outcome = taken(name)
    assert [{key: row[key] for key in held} for row, held in zip(outcome.rows, HELD[name], strict=True)] == HELD[name]
    assert outcome.refused == REFUSED.get(name, [])


@pytest.mark.parametrize("name", NAMES)
def test_no_prompt_key_or_address_comes_along(name: str) -> None:
    outcome = taken(name)
    kept = repr(outcome.rows) + repr(outcome.refused)
    assert not [secret for secret in SECRETS if secret in kept]
    if name not in ("canonical-json", "canonical-table", "azure-trace", "burstgpt", "span-lines", "langfuse-table"):
        assert any(secret in SAMPLES[name] for secret in SECRETS), "the sample must hold something to leave behind"


@pytest.mark.parametrize("name", [form.name for form in ATTEMPT_FORMATS if form.shape == "json"])
def test_json_of_any_layout_gives_the_same_attempts(name: str, tmp_path: Path) -> None:
    records = [json.loads(line) for line in SAMPLES[name].splitlines()]
    plain = taken(name)
    for layout in (json.dumps(records), json.dumps(records, indent=1), json.dumps({"data": records}, indent=1)):
        again = take_bytes(tmp_path, layout)
        assert again.formats == (name,)
        assert [{**row, "row_id": 0} for row in again.rows] == [{**row, "row_id": 0} for row in plain.rows]
        assert [reason for _, reason in again.refused] == [f"record {at}: {why}" for at, why in plain.refused]


def test_langfuse_parquet_with_nested_usage(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT 'o1' AS id, 't' AS trace_id, 'p1' AS project_id, 'GENERATION' AS type, 'DEFAULT' AS level, "
            "TIMESTAMP '2026-03-01 10:00:00' AS start_time, 'gpt-4o' AS provided_model_name, 0.5::DOUBLE AS total_cost,"
            " MAP {'input': 41, 'input_cached_tokens': 9, 'output': 18} AS usage_details)"
            f" TO '{path}' (FORMAT parquet)"
        )
    outcome = take_paths([path])
    assert outcome.formats == ("langfuse-table",)
    held = {"input_tokens": 50, "cached_tokens": 9, "output_tokens": 18, "charged_nano": 500_000_000}
    assert [{key: row[key] for key in held} for row in outcome.rows] == [held]


def test_a_line_without_spans_is_accounted_for(tmp_path: Path) -> None:
    outcome = take_bytes(tmp_path, json.dumps(OTLP) + "\n" + json.dumps({"resourceSpans": []}) + "\n")
    assert (2, "part 1: holds no record of this format") in outcome.refused
    assert outcome.tally.read == 9


def test_real_spans(shared: Path) -> None:
    outcome = take_paths([shared / "data/exgentic_llm_spans/llm_spans_2026-04-19_to_22.jsonl.gz"])
    assert (outcome.formats, outcome.tally.used) == (("span-lines",), 1478)
    assert sum(row["status"] == 0 for row in outcome.rows) == 87
    assert {row["model"] for row in outcome.rows if row["status"] == 0} == {"azure/Kimi-K2.5"}
    assert sum(row["input_tokens"] for row in outcome.rows) == 44_804_830
    assert sum(row["output_tokens"] for row in outcome.rows) == 324_370
    assert {row["account"] for row in outcome.rows} == {"unknown"}
    assert not by_name("span-lines").shows_retries


def test_the_real_azure_trace(shared: Path) -> None:
    outcome = take_paths([shared / "data/azure_llm_trace_2023/AzureLLMInferenceTrace_conv.csv"])
    assert (outcome.formats, outcome.tally.used, outcome.refused) == (("azure-trace",), 19_366, [])
    assert sum(row["input_tokens"] for row in outcome.rows) == 22_361_870
    assert sum(row["output_tokens"] for row in outcome.rows) == 4_088_665
    assert {row["status"] for row in outcome.rows} == {200}


def test_an_unknown_file_says_what_it_was_compared_with(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text('{"when": 1, "what": 2}\n')
    with pytest.raises(UnknownFormat, match=r"It has: when, what\. Compared with: .*otlp-json.*litellm.*--map"):
        recognise(take_sample(path))
