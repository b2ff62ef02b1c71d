"""The command that reviews a contract: findings, the replay beside other packs, the page, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from makegood.cli.main import app
from makegood.errors import BadTerms, BadUse, MakegoodError
from tests.reads.test_report import Page
from tests.terms.whole_contract import GONE, Changes, data_of

SCRIPT, MARKUP, ESCAPE = "<script>alert(1)</script>", "[bold red]paid[/bold red]", "\u001b[31mred\u0007"
BULLETINS = """\
start,end,provider,title,severity,component
2026-06-10T06:36:00Z,2026-06-10T19:30:00Z,acme,API down,major,API
2026-07-02T00:00:00Z,2026-07-02T00:50:00Z,acme,API slow,degraded,API
2026-07-03T00:00:00Z,2026-07-03T10:00:00Z,acme,Chat down,major,Chat
"""


def ran(*arguments: object, status: int = 0, columns: int = 140) -> str:
    """What the command prints; a mistake is raised as it is."""
    command = ["terms", "review", *map(str, arguments)]
    done = CliRunner().invoke(app, command, catch_exceptions=False, env={"COLUMNS": str(columns)})
    assert done.exit_code == status, done.output
    return done.output


def written(folder: Path, changes: Changes | None = None) -> Path:
    """The whole contract, changed, as a file."""
    path = folder / "contract.yaml"
    path.write_text(json.dumps(data_of(changes), indent=1), encoding="utf-8")
    return path


def flat(text: str) -> str:
    """The text with its line breaks and runs of blanks made one blank."""
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def bulletins(tmp_path: Path) -> Path:
    """A status page with three outages of Acme's."""
    path = tmp_path / "page.csv"
    path.write_text(BULLETINS, encoding="utf-8")
    return path


def test_without_evidence_the_findings_alone_are_told(tmp_path: Path):
    said = flat(ran(written(tmp_path, {"window.stated": False, "version.checked": "2100-01-01"})))
    assert "1 left open, 0 weak, in 26 primitives." in said
    assert "3 window promises.uptime.window.zone [uptime] The time zone of the window is not stated" in said
    assert "→ Name the zone, such as UTC or Asia/Seoul." in said
    assert "As it should be, or open without harm 1 identity and dates, 2 parties and scope, 4 who measures" in said
    assert "16 limits" in said
    assert "What it would have paid" not in said


def test_what_holds_of_several_promises_is_said_once(tmp_path: Path):
    promise = data_of({"observer": GONE})["versions"][0]["promises"][0]
    path = written(tmp_path, {"version.promises": [promise, {**promise, "id": "other"}]})
    said = flat(ran(path))
    assert said.count("It is not said whose records decide") == 1
    assert "promises.uptime.observer, promises.other.observer" in said


def test_a_contract_is_replayed_on_bulletins_beside_other_packs(tmp_path: Path, bulletins: Path):
    asked = ("--bulletins", bulletins, "--of", "API", "--bill", "12000 USD")
    said = flat(ran(written(tmp_path), *asked, "--beside", "google-gemini", "--beside", "amazon-bedrock"))
    assert "Replayed on what the files tell of acme: Jun 10, 2026 06:36 – Jul 2 00:50 UTC." in said
    assert "2 records of status pages speak of it; read as: outages only, in full." in said
    assert "June 2026 $3,000.00 $3,000.00 Owed · 98.2083% Owed · 98.2083%" in said
    assert "July 2026" not in said
    assert "In all $3,000.00 $3,000.00" in said
    assert "In 1 more window none of them owes anything." in said
    assert "amazon-bedrock: it counts requests, which status pages do not show" in said
    assert "Not in force in every window, and replayed all the same: google-gemini." in said
    assert "July 2026 $1,200.00" in flat(ran(written(tmp_path), *asked, "--reading", "all"))
    assert "July 2026 $3,000.00" in flat(ran(written(tmp_path), "--bulletins", bulletins, "--bill", "12000 USD"))


def test_without_a_bill_the_share_is_told_and_no_amount(tmp_path: Path, bulletins: Path):
    said = flat(ran(written(tmp_path), bulletins, "--of", "API"))
    assert "June 2026 25% of the base, which is not known" in said
    assert "In all not known" in said
    assert "$" not in said


def test_a_period_and_a_fact_narrow_what_is_replayed(tmp_path: Path, bulletins: Path):
    condition = {"fact": "backed_off", "is": True, "clause": "uptime"}
    path = written(tmp_path, {"applies": [condition]})
    asked = (path, bulletins, "--of", "API", "--bill", "12000 USD", "--period", "2026-06")
    assert "whole: a fact is not given (backed_off)" in flat(ran(*asked))
    said = flat(ran(*asked, "--fact", "backed_off=true", "--fact", "plan=gold"))
    assert "June 2026 $3,000.00" in said
    assert "whole: nothing in this text asks for plan." in said


def test_documented_outages_of_june_2025(tmp_path: Path, shared: Path):
    path = shared / "data" / "reference_facts" / "documented_incidents.csv"
    asked = ("--bulletins", path, "--of", "OpenAI", "--bill", "12000 USD", "--period", "2025-06")
    said = flat(ran(written(tmp_path), *asked, "--beside", "google-gemini"))
    assert "June 2025 $3,000.00 $3,000.00 Owed · 98.2083% Owed · 98.2083%" in said


def test_a_contract_is_replayed_on_attempts(tmp_path: Path):
    rows = [
        f"r{minute}-{at},2026-06-10T0{minute // 60}:{minute % 60:02d}:0{at}Z,acme,one,{500 if minute < 50 else 200}"
        for minute in range(70)
        for at in range(3)
    ]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["request_id,time,provider,model,status", *rows]) + "\n", encoding="utf-8")
    said = flat(ran(written(tmp_path), log, "--bill", "12000 USD", "--beside", "amazon-bedrock", "--period", "2026-06"))
    assert "210 attempts were read." in said
    assert "June 2026 $1,200.00 $1,200.00 Owed · 99.8843% Owed · 99.8843%" in said


def test_files_that_hold_nothing_say_so(tmp_path: Path):
    path = tmp_path / "page.csv"
    path.write_text(BULLETINS.splitlines()[0] + "\n", encoding="utf-8")
    assert "These files hold nothing to replay." in ran(written(tmp_path), "--bulletins", path)


def test_a_contract_with_faults_is_told_as_check_tells_it(tmp_path: Path):
    path = written(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"calendar_month"', '"lunar_month"'), encoding="utf-8")
    said = ran(path, status=1)
    assert re.search(r"contract\.yaml:\d+: .*window", flat(said))
    assert "1 fault." in said
    assert "primitives" not in said


def test_the_page_holds_the_findings_the_table_and_the_chart(tmp_path: Path, bulletins: Path):
    out = tmp_path / "out"
    asked = ("--bulletins", bulletins, "--of", "API", "--bill", "12000 USD", "--beside", "google-gemini")
    said = ran(written(tmp_path, {"window.stated": False}), *asked, "--out", out)
    assert str(out / "review.html") in said.replace("\n", "")
    assert [path.name for path in out.iterdir()] == ["review.html"]
    page = Page((out / "review.html").read_text(encoding="utf-8"))
    assert "June 2026" in page.text
    assert page.text.count("$3,000.00") >= 4
    assert "The time zone of the window is not stated" in page.text
    assert "The bill is taken as $12,000.00 a month." in page.text
    bars = [attributes for tag, attributes in page.tags if tag == "rect" and attributes.get("height") == "114"]
    assert [one["class"] for one in bars] == ["pack-0", "pack-1"]  # 3,000 of 5,000 on 190 pixels
    assert not {tag for tag, _ in page.tags} & {"script", "iframe", "img"}


def test_the_page_speaks_korean(tmp_path: Path, bulletins: Path):
    said = ran(
        written(tmp_path, {"observer": GONE}), bulletins, "--of", "API", "--out", tmp_path / "out", "--lang", "ko"
    )
    page = Page((tmp_path / "out" / "review.html").read_text(encoding="utf-8"))
    for text in (flat(said), page.text):
        assert "측정 주체" in text
        assert "누구의 기록이 기준인지 정해져 있지 않아" in text
        assert "2026년 6월" in text
    assert "It is not said" not in said


HOSTILE: dict[str, Any] = {
    "pack.title": SCRIPT,
    "pack.provider": f"{MARKUP} {SCRIPT}",
    "version.name": f"{MARKUP} {SCRIPT}",
    "version.version": SCRIPT,
    "version.clauses.uptime.says": f"{SCRIPT} {MARKUP}",
    "remedy.caps.0.per": f"{SCRIPT} rolling {MARKUP}",
    "window.stated": False,
}


@pytest.mark.parametrize("obeyed", [ESCAPE, "\u202egnp.exe"])
def test_a_contract_that_a_terminal_would_obey_is_refused_in_a_sentence(tmp_path: Path, obeyed: str):
    said = ran(written(tmp_path, {"version.name": f"Plain {obeyed}"}), status=1)
    assert "1 fault." in said
    assert not {"\u001b", "\u0007", "\u202e"} & set(said)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_text_of_a_contract_stays_text(tmp_path: Path, bulletins: Path, lang: str):
    out = tmp_path / "out"
    said = ran(written(tmp_path, HOSTILE), bulletins, "--of", "API", "--out", out, "--lang", lang)
    assert MARKUP in said
    html = (out / "review.html").read_text(encoding="utf-8")
    for text in (said, html):
        assert "\u001b" not in text
        assert "\u0007" not in text
        assert "\u202e" not in text
    page = Page(html)
    assert "script" not in [tag for tag, _ in page.tags]
    assert html.count("&lt;script&gt;") >= 4
    assert SCRIPT in page.text


@pytest.mark.parametrize(
    ("arguments", "fault", "says"),
    [
        (["--reading", "loud"], BadUse, "--reading 'loud' is not known; use outage_only, all, major_only."),
        (["--fact", "gold"], BadUse, "--fact 'gold' is not read; write NAME=VALUE"),
        (["--fact", "bill=3"], BadUse, "'bill' is no fact of a contract"),
        (["--of", "Zeta"], BadUse, "--of 'Zeta' is no provider and no product in these files; they speak of acme."),
        (["--beside", "no-such-pack"], BadTerms, "'no-such-pack' is not a terms pack"),
        (["--version", "9"], BadTerms, "'9' is not a version of whole"),
        (["--bill", "much"], MakegoodError, "is not an amount"),
        (["--period", "June"], MakegoodError, "is not a month"),
        (["--lang", "fr"], BadUse, "use en or ko"),
        (["--out", "page.csv"], BadUse, "is a file; name a folder."),
    ],
)
def test_a_mistake_is_one_sentence(
    tmp_path: Path,
    bulletins: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    fault: type[Exception],
    says: str,
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(fault) as told:
        ran(written(tmp_path), bulletins, *arguments)
    assert says in str(told.value)
    assert str(told.value).endswith(".")
    assert "\n" not in str(told.value)


def test_several_providers_are_never_mixed_unasked(tmp_path: Path, bulletins: Path):
    bulletins.write_text(BULLETINS.replace("acme,Chat", "zeta,Chat").replace("acme,API", "eta,API"), encoding="utf-8")
    with pytest.raises(BadUse, match=r"the files speak of several providers \(eta, zeta\); choose with --of NAME\.$"):
        ran(written(tmp_path), bulletins)
    assert "what the files tell of zeta" in flat(ran(written(tmp_path), bulletins, "--of", "Zeta"))


def test_the_documents_show_what_the_command_prints(tmp_path: Path):
    docs = Path(__file__).resolve().parents[2] / "docs"
    contract = re.findall(r"^```yaml\n(.*?)^```$", (docs / "terms-author.md").read_text(encoding="utf-8"), re.M | re.S)
    page = (docs / "contract-review.md").read_text(encoding="utf-8")
    (outages,) = re.findall(r"^```csv\n(.*?)^```$", page, re.M | re.S)
    (tmp_path / "acme.yaml").write_text(contract[0], encoding="utf-8")
    (tmp_path / "outages.csv").write_text(outages, encoding="utf-8")
    asked = ("--bulletins", tmp_path / "outages.csv", "--bill", "12000 USD", "--beside", "google-gemini")
    said = [line.rstrip() for line in ran(tmp_path / "acme.yaml", *asked, "--beside", "amazon-bedrock").splitlines()]
    for block in re.findall(r"^```text\n(.*?)^```$", page, re.M | re.S):
        assert [line for line in block.splitlines() if line not in said] == []
