"""The JSON Schema of a pack: every pack that comes with makegood passes, slips are refused, nothing is left unsaid."""

from __future__ import annotations

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from makegood.terms.editor import json_schema
from makegood.terms.pack import Pack
from makegood.terms.read import PACKS
from tests.terms.small_pack import TOML, YAML

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _as_editors_see_it(data: Any) -> Any:
    """Dates are text to an editor, and keys always are."""
    if isinstance(data, dict):
        return {str(key): _as_editors_see_it(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_as_editors_see_it(value) for value in data]
    return data.isoformat() if isinstance(data, date | time) else data


def _faults(data: Any) -> list[str]:
    return [
        f"{'.'.join(map(str, fault.absolute_path))}: {fault.message[:200]}" for fault in VALIDATOR.iter_errors(data)
    ]


def test_it_is_a_schema_of_the_draft_and_names_no_host() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"].startswith("urn:")
    assert SCHEMA["title"] == "Terms pack of makegood"
    assert "discriminator" not in str(SCHEMA)


@pytest.mark.parametrize("path", sorted(PACKS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_pack_that_comes_with_makegood_passes(path: Path) -> None:
    assert _faults(_as_editors_see_it(yaml.safe_load(path.read_text(encoding="utf-8")))) == []


def test_the_small_pack_passes_in_yaml_and_in_toml() -> None:
    assert _faults(_as_editors_see_it(yaml.safe_load(YAML))) == []
    assert _faults(_as_editors_see_it(tomllib.loads(TOML))) == []


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("provider: Acme AI\n", ""),
        ("provider: Acme AI", "provider: Acme AI\nprovidor: x"),
        ("terms: acme", "terms: Acme Terms"),
        ("[acme, acme-ai]", "acme"),
        ("status: S", "status: Z"),
        ("from: 2026-01-01", "from: 1.1.2026"),
        ("percent: 10,", "percent: 110,"),
        ("percent: 10,", "percent: ten,"),
        ("percent: 10,", "per_cent: 10,"),
        ("days: 30", "days: 30.5"),
        ("used: true", "used: 5"),
        ("kind: tiers", "kind: table"),
        ("      credits:\n        says", "      Credits!:\n        says"),
        ("requests: 3", "requests: -3"),
    ],
)
def test_a_slip_is_refused(good: str, bad: str) -> None:
    assert YAML.count(good) >= 1
    assert _faults(_as_editors_see_it(yaml.safe_load(YAML.replace(good, bad, 1)))) != []


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("percent: 10,", "percent: '10',"),
        ("percent: 10,", "percent: 10.5,"),
        ("at_least: 99.90", "at_least: '99.90'"),
        ('"2026-01-01"\n', "2026\n"),
        ("[500-599, 529]", "['500']"),
    ],
)
def test_what_the_reader_takes_is_not_refused(good: str, bad: str) -> None:
    assert YAML.count(good) >= 1
    assert _faults(_as_editors_see_it(yaml.safe_load(YAML.replace(good, bad, 1)))) == []


def _models(model: type[BaseModel]) -> set[type[BaseModel]]:
    found, ahead = set(), [model]
    while ahead:
        one = ahead.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one not in found:
                found.add(one)
                ahead += [field.annotation for field in one.model_fields.values()]  # type: ignore[misc]
        else:
            ahead += getattr(one, "__args__", ())
    return found


def test_every_part_is_explained_by_its_own_words() -> None:
    parts = {**SCHEMA["$defs"], "Pack": SCHEMA}
    models = {model.__name__: model for model in _models(Pack)}
    assert set(parts) == set(models)
    for name, model in models.items():
        said = parts[name]
        assert said["description"].split() == (model.__doc__ or "").split()
        assert set(said.get("properties", ())) == {field.alias or key for key, field in model.model_fields.items()}
        assert "_" not in said["title"]
