"""The commands for drift: from a made set to a verdict on the screen, as data and as a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from makegood.cli.drift import app
from makegood.errors import BadUse
from makegood.incidents.drift.made import make_set
from tests.watch.canary_server import Model, serving

TRUTH = {one.ask: one.truth for one in make_set(1)}


def ran(*arguments: object, status: int = 0) -> str:
    """What the command prints; a mistake is raised as it is."""
    done = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False, env={"COLUMNS": "80"})
    assert done.exit_code == status
    return done.output


def config(folder: Path, base: str) -> Path:
    path = folder / "drift.toml"
    model = f'name = "mini"\nbase_url = "{base}/v1"\nmodel = "demo"\nper_day = 2000'
    path.write_text(f'[drift]\ncanaries = "canaries.jsonl"\nseed = "s"\nreference = 1\n[[models]]\n{model}\n')
    return path


def test_from_a_set_to_a_verdict(tmp_path: Path):
    assert ran("set", tmp_path / "canaries.jsonl").rstrip().endswith("canaries.jsonl: 224 canaries")
    with serving(Model(TRUTH.__getitem__)) as model:
        path = config(tmp_path, model.base)
        assert ran("ask", "--config", path, "--most", 224) == (
            "mini: 224 asked, 0 of them met a fault; the number asked for is reached.\n"
        )
        model.says = lambda question: "no" if TRUTH[question] != "no" else "yes"
        ran("ask", "--config", path, "--model", "mini", "--most", 60)
    shown = ran("check", "--config", path, "--out", tmp_path / "out", "--zone", "Asia/Seoul")
    assert shown.startswith("mini: Quality dropped by ")
    assert max(len(line) for line in shown.splitlines()[:-1]) <= 80
    assert "Asia/Seoul" in shown
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["drift.html", "drift.json", "evidence-mini.csv"]
    assert ran("check", "--config", path, "--lang", "ko").startswith("mini: 품질이 ")
    data = json.loads(ran("check", "--config", path, "--json"))
    assert (data["schema"], data["models"][0]["verdict"]) == ("makegood/drift/1", "dropped")
    assert data["models"][0]["rows"]["read"] == 284


def test_a_set_is_never_written_over(tmp_path: Path):
    ran("set", tmp_path / "canaries.jsonl")
    with pytest.raises(BadUse, match="is there already, and answers may rest on it"):
        ran("set", tmp_path / "canaries.jsonl", "--seed", 2)


def test_a_check_before_any_answer_says_so(tmp_path: Path):
    ran("set", tmp_path / "canaries.jsonl")
    shown = ran("check", "--config", config(tmp_path, "http://127.0.0.1:1"))
    assert shown.splitlines()[0] == "mini: Not enough comparisons to say anything yet."
    assert "224 are still to come." in shown


def test_a_model_that_the_config_does_not_name_is_told(tmp_path: Path):
    ran("set", tmp_path / "canaries.jsonl")
    with pytest.raises(BadUse, match="names no such model; it names mini"):
        ran("ask", "--config", config(tmp_path, "http://127.0.0.1:1"), "--model", "large")


def test_who_cannot_be_reached_is_told_with_why(tmp_path: Path):
    ran("set", tmp_path / "canaries.jsonl")
    said = ran("ask", "--config", config(tmp_path, "http://127.0.0.1:1"), "--most", 2, status=1)
    assert said.startswith("mini: 2 asked, 2 of them met a fault (the last: ")
