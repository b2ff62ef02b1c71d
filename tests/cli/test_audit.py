"""The command audit: what it prints and writes, a gateway's paths beside the log, and what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from makegood.cli.main import app
from makegood.errors import BadPeriod, BadUse, MakegoodError, UnknownFormat, Unreadable
from tests.losses.auditing import attempt, written
from tests.losses.test_strike import HOUR, TABLE, world

GATEWAY = """
[upstreams.first]
wire = "openai"
base_url = "https://api.openai.com/v1"
key_env = "FIRST_KEY"
provider = "openai"
[upstreams.second]
wire = "openai"
base_url = "https://api.mistral.ai/v1"
key_env = "SECOND_KEY"
provider = "mistral"
[[routes.chat.upstreams]]
upstream = "first"
model = "gpt-4o"
price = {input = "2", output = "8"}
[[routes.chat.upstreams]]
upstream = "second"
model = "small"
price = {input = "3", output = "12"}
[[routes.embed.upstreams]]
upstream = "first"
model = "ada"
[[routes.embed.upstreams]]
upstream = "second"
model = "ada"
"""


def ran(*arguments: object) -> str:
    """What the command prints; a mistake is raised as it is."""
    done = CliRunner().invoke(app, ["audit", *map(str, arguments)], catch_exceptions=False, env={"COLUMNS": "120"})
    assert done.exit_code == 0, done.output
    return done.output


def flat(text: str) -> str:
    """The text with its line breaks and runs of blanks made one blank."""
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log, a list of incidents and a gateway's config."""
    place = tmp_path_factory.mktemp("audit")
    written(place / "log.jsonl", world())
    (place / "incidents.csv").write_text(TABLE + HOUR)
    (place / "gateway.toml").write_text(GATEWAY)
    return place


def test_it_prints_the_answer_first_and_writes_page_and_data(folder: Path, tmp_path: Path):
    options = ("--replay", "2026-02-16", "--incidents", folder / "incidents.csv", "--gateway", folder / "gateway.toml")
    said = ran(folder / "log.jsonl", *options, "--out", tmp_path / "out")
    assert said.splitlines()[1] == "14.3% of your calls stop if openai fails."  # 50 of 350
    assert said.splitlines()[-1] == str(tmp_path / "out" / "audit.html")
    text = flat(said)
    for part in (
        "An alternative is tested if it gave at least 20 usable answers in the last 30 days",
        "embed second · ada · SECOND_KEY failover 0 – never exercised",
        "chat second · small · SECOND_KEY failover 30 100%",
        "Calls that would have failed: 30 to 150, in 1 hr 40 min. With the tested alternatives: 10 to 50.",
        "same weekday and hours, 14 days away (UTC)",
        "20% (stated): 30 calls fail. Tested alternatives take 20 of them and leave 10; what that costs more: $0.03. "
        "Such calls cost you, in this log: $0.03, and 1 attempt of unknown cost. "
        "What is charged for tries that fail: $0.03 to $0.06.",
        "30 attempts were detours; 30 of them were answered.",
    ):
        assert part in text, part
    data = json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8"))
    assert data["schema"] == "makegood/audit/1"
    assert data["params"]["routes"] == ["chat", "embed"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["audit.html", "audit.json"]


def test_an_incident_of_another_provider_is_laid_over_the_one_with_the_most_calls_and_it_is_said(
    folder: Path, tmp_path: Path
):
    text = flat(ran(folder / "log.jsonl", "--replay", folder / "incidents.csv", "--on", "mistral"))
    assert "Laid over mistral, as --on asks; the incident was one of openai." in text
    other = tmp_path / "other.csv"
    other.write_text(TABLE + HOUR.replace("OpenAI", "Cohere"))
    text = flat(ran(folder / "log.jsonl", "--replay", other))
    said = "Your log has no calls to cohere; laid over openai instead, which has the most, as with --on openai."
    assert said in text
    assert "Calls that would have failed: 30 to 150" in text


def test_json_is_all_that_is_printed_and_another_bar_changes_the_answer(folder: Path):
    data = json.loads(ran(folder / "log.jsonl", "--tested-answers", 31, "--tested-days", 7, "--json"))
    assert (data["tested"]["answers"], data["tested"]["days"]) == (31, 7)
    assert data["things"][0]["stops"]["calls"] == 350
    assert data["replays"] == []


def test_spend_is_what_a_bill_says_that_names_the_requests(tmp_path: Path):
    rows = [attempt(n, f"c{n}", charged=None, currency=None, request_id=f"r{n}") for n in range(4)]
    bill = "start,end,account,provider,item,model,request_id,amount,currency\n" + "".join(
        f"2026-03-02T00:00:00Z,2026-03-03T00:00:00Z,acme,openai,chat,gpt-4o,r{n},0.25,USD\n" for n in range(3)
    )
    (tmp_path / "bill.csv").write_text(bill)
    log = written(tmp_path / "log.jsonl", [*rows, attempt(9, "c9", charged="0.125", request_id="r9")])
    data = json.loads(ran(log, "--charges", tmp_path / "bill.csv", "--json"))
    (stops,) = [one["stops"]["spend"] for one in data["things"] if one["dimension"] == "provider"]
    # three by the bill, one by the log, and 1,000 tokens in and 100 out by the list, which neither of them names
    assert stops == {"amounts": {"USD": "0.8785"}, "listed": 1, "unknown": 0}


REFUSED = [
    (("--replay", "2025-02-30"), BadPeriod, "--replay 2025-02-30: is no day of the calendar"),
    (("--replay", "10.6.2025"), BadPeriod, "--replay 10.6.2025: is no day of the calendar; write it like 2025-06-10"),
    (("--replay", ""), BadUse, "--replay is empty; give a day such as 2025-06-10"),
    (("--replay", "no-such.csv"), Unreadable, "no-such.csv: there is no such file"),
    (("--replay", "2025-06-11"), BadUse, "--replay 2025-06-11: no incident is listed for that day"),
    (("--incidents", "x.csv"), BadUse, "--incidents is the list that a day is looked up in"),
    (("--tested-answers", "0"), BadUse, "--tested-answers 0: use 1 to 1,000,000"),
    (("--tested-days", "4000"), BadUse, "--tested-days 4000: use 1 to 3,660"),
    (("--on", ""), BadUse, "--on is empty"),
    (("--gateway", "no-such.toml"), BadUse, "no-such.toml: cannot be read"),
    (("--lang", "fr"), BadUse, "use en or ko"),
    (("--zone", "Mars/Olympus"), BadPeriod, "is not a time zone"),
]


@pytest.mark.parametrize(
    ("options", "kind", "said"), REFUSED, ids=lambda value: " ".join(value)[:30] if isinstance(value, tuple) else ""
)
def test_bad_use_is_one_sentence(folder: Path, options: tuple[str, ...], kind: type[MakegoodError], said: str):
    with pytest.raises(kind) as fault:
        ran(folder / "log.jsonl", *options)
    assert said in str(fault.value)
    assert str(fault.value).endswith(".")
    assert "\n" not in str(fault.value)


def test_a_replay_of_a_log_of_calls_and_a_log_without_calls_are_refused(folder: Path, tmp_path: Path):
    with pytest.raises(UnknownFormat, match="none of the known status page"):
        ran(folder / "log.jsonl", "--replay", folder / "log.jsonl")
    outside = written(tmp_path / "log.jsonl", [attempt(1, "c", status="many"), attempt(2, "d", status="much")])
    with pytest.raises(Unreadable, match="hold no attempt that counts"):
        ran(outside)
