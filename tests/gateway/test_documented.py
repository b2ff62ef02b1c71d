"""The page of the gateway: every field of a config stands on it, and its example is taken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from makegood.gateway import config_shape
from makegood.gateway.check import told
from makegood.gateway.config import read_config
from makegood.gateway.meters import Meters

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "gateway.md").read_text(encoding="utf-8")
SHAPES = [one for one in vars(config_shape).values() if isinstance(one, type) and issubclass(one, config_shape.Shape)]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_field_is_on_the_page(shape: type[config_shape.Shape]):
    named = set(re.findall(r"`\[*([a-z_]+)", PAGE))
    assert [name for name in shape.model_fields if name not in named] == []


def test_the_defaults_on_the_page_are_the_defaults():
    for shape in (config_shape.Timeouts, config_shape.Limits, config_shape.BreakerRules):
        for name, field in shape.model_fields.items():
            (row,) = [line for line in PAGE.splitlines() if line.startswith("|") and f"`{name}`" in line.split("|")[1]]
            names = re.findall(r"`(\w+)`", row.split("|")[1])
            said = row.split("|")[2].split(",")[names.index(name)].strip()
            assert {"64 MiB": 64 * 2**20, "1 GiB": 2**30}.get(said) == field.default or float(said) == field.default


def test_the_example_is_taken(tmp_path: Path):
    (example,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "gateway.toml").write_text(example, encoding="utf-8")
    keys = {"OPENAI_API_KEY": "a", "AZURE_KEY": "b", "ANTHROPIC_API_KEY": "c"}
    config = read_config(tmp_path / "gateway.toml", keys)
    assert "Model gpt-5: openai/gpt-5; then azure-eu/gpt-5-eu." in "\n".join(told(config))


def test_every_meter_is_on_the_page():
    names = {f"{one.name}_total" if one.type == "counter" else one.name for one in Meters().registry.collect()}
    assert [name for name in names if f"`{name}`" not in PAGE] == []
