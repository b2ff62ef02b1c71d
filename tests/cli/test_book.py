"""The book on the command line: the walk of docs/provider.md on both engines, what is refused, and every slip."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from makegood.cli.main import main
from makegood.losses.seal import assessment_hash
from makegood.store.book import open_book
from tests.books import NOW, Makers
from tests.campaigns.assessments import PUBLISHED, hit, incident

ACCOUNTS = [f"acct-{number:02d}" for number in range(1, 25)]
SETTINGS = ("DATABASE_URL", "MAKEGOOD_KEY", "MAKEGOOD_KEY_FILE", "MAKEGOOD_WITNESS", "MAKEGOOD_BILLING")


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


@dataclass
class Place:
    """A folder to work in, with the files of the walk; `url` is the book's, `key` the file of who acts."""

    folder: Path
    url: str
    key: str = ""

    def run(self, *arguments: str, **environment: str) -> Ran:
        """Run the command as a person does in this folder."""
        told = {"DATABASE_URL": self.url, "MAKEGOOD_KEY_FILE": self.key, "COLUMNS": "120", **environment}
        bare = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        out, err, status, before = io.StringIO(), io.StringIO(), 0, signal.getsignal(signal.SIGTERM)
        with (
            patch.dict(os.environ, bare | told, clear=True),
            patch.object(sys, "argv", ["makegood", *arguments]),
            chdir(self.folder),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as left:
                status = int(left.code or 0)
            finally:
                signal.signal(signal.SIGTERM, before)
        return Ran(status, out.getvalue(), err.getvalue())

    def done(self, *arguments: str, **environment: str) -> str:
        """What a command prints that must end well."""
        ran = self.run(*arguments, **environment)
        assert ran.status == 0, (arguments, ran)
        return ran.out


def placed(folder: Path, url: str) -> Place:
    """A folder with an assessment, customers and the lists that the tests below name."""
    data = PUBLISHED | {
        "incidents": [incident("INC-1", "10:00:00", "11:00:00", 10 * len(ACCOUNTS), len(ACCOUNTS))],
        "hits": [hit("INC-1", name, 10, USD="1.25") for name in ACCOUNTS],
    }
    folder.mkdir(exist_ok=True)
    (folder / "assessment.json").write_text(json.dumps(data | {"hash": assessment_hash(data)}), encoding="utf-8")
    rows = [f"{name},{'api' if at % 2 else 'pro'},USD,{name}@example.com" for at, name in enumerate(ACCOUNTS)]
    (folder / "customers.csv").write_text("\n".join(["account,plan,currency,email", *rows]) + "\n")
    (folder / "suspended.csv").write_text("account,lost,currency,faults\nacct-01,40,USD,5\nacct-01,1,USD,5\n,1,USD,5\n")
    (folder / "broken.csv").write_text("account\nacct-01\n\n,\n")
    (folder / "empty.csv").write_text("account\n")
    (folder / "stayed.csv").write_text("account\n" + "\n".join(ACCOUNTS[:20]) + "\n")
    return Place(folder, url)


def peopled(place: Place) -> Place:
    """Olga owns, Dana works, Ari approves, as the walk begins; Dana acts from here on."""
    place.done("people", "add", "Olga", "--email", "olga@example.com", "--key-file", "olga.key")
    place.key = "olga.key"
    may = [word for right in ("import", "draw", "operate", "post") for word in ("--may", right)]
    place.done("people", "add", "Dana", "--email", "dana@example.com", "--key-file", "dana.key", *may)
    place.done("people", "add", "Ari", "--email", "ari@example.com", "--key-file", "ari.key", "--may", "approve")
    place.key = "dana.key"
    place.done("import", "assessment", "assessment.json")
    place.done("import", "customers", "customers.csv")
    return place


def drawn(place: Place, *options: str) -> str:
    """Draw for INC-1 and approve; the campaign's id."""
    asked = ("--cause", "INC-1", "--terms", "goodwill-outage", "--budget", "600 USD", *options)
    campaign = place.done("campaign", "draw", *asked).split(None, 1)[0]
    place.done("campaign", "approve", campaign, MAKEGOOD_KEY_FILE="ari.key")
    return campaign


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, makers: Makers, tmp_path: Path) -> Place:
    return placed(tmp_path / "here", makers.url(request.param))


@pytest.fixture(scope="module")
def stage(makers: Makers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A book in which nothing is changed: CMP-1 waits for approval, CMP-2 is approved."""
    made = peopled(placed(tmp_path_factory.mktemp("stage"), makers.url("sqlite")))
    made.done("campaign", "draw", "--cause", "INC-1", "--terms", "goodwill-outage", "--budget", "600 USD")
    assert drawn(made, "--days", "3") == "CMP-2"
    yield made
    shutil.rmtree(made.folder, ignore_errors=True)


def test_the_walk_of_the_documents_ends_in_a_verified_campaign(place: Place):
    peopled(place)
    campaign = drawn(place, "--days", "0")
    assert "Hash to sign:" in place.done("campaign", "preview", campaign, "--out", "preview.html")
    assert (place.folder / "preview.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert f"{campaign} runs: 24 awards were posted." in place.done("campaign", "run", campaign)
    early = place.run("campaign", "verify", campaign)
    assert (early.status, "Nothing is wrong so far: 0 lines" in early.out) == (5, True)
    assert "48 credits and notices wait" in early.out
    worked = place.done("work", "--once")
    assert worked.count("Subject: ") == 24
    assert worked.endswith("To billing: 24 done\nNotices: 24 done\n")
    assert len((place.folder / "credits.jsonl").read_text().splitlines()) == 24
    told = place.done("campaign", "verify", campaign, "--read-back")
    assert told.endswith("Whole: allocation, postings, outbox and notices agree to the unit.\n")
    assert "finished" in place.done("campaign", "status", campaign)
    assert "24 of 24 posted" in place.done("campaign", "list")
    again = place.run("campaign", "draw", "--cause", "INC-1", "--terms", "goodwill-outage", "--budget", "600 USD")
    assert (again.status, "nobody would get anything (24 made good)" in again.err) == (2, True)
    answer = place.done("ledger", "statement", "acct-02", "--data", "st.json", "--out", "st.html")
    assert answer.startswith("Yes: 1 award was posted to account acct-02.\nLeft to use: $20.00.")
    assert place.done("ledger", "audit")
    assert place.done("ledger", "trouble") == "Nothing is in trouble.\n"


def test_waves_wait_and_what_is_cancelled_is_whole_with_what_was_posted(place: Place):
    peopled(place)
    campaign = drawn(place, "--canary", "10%", "--holdout", "20%")
    assert f"{campaign} runs: 2 awards were posted.\nThe next wave is due " in place.done("campaign", "run", campaign)
    assert place.done("campaign", "pause", campaign, "--because", "mail is down") == f"{campaign}: paused.\n"
    assert "paused (mail is down)" in place.done("campaign", "status", campaign)
    assert place.done("campaign", "resume", campaign) == f"{campaign}: running.\n"
    place.done("work", "--once")
    assert "2 of 20 lines" in place.done("campaign", "status", campaign)
    objected = ("campaign", "complain", campaign, "--account", "acct-01", "--says", "too little")
    assert place.done(*objected) == "The objection of acct-01 was noted.\n"
    assert place.done(*objected) == "acct-01 objected before; nothing was changed.\n"
    place.done("campaign", "cancel", campaign)
    verified = place.done("campaign", "verify", campaign)
    assert verified.endswith("Whole: all that was posted agrees to the unit; 18 lines were cancelled.\n")
    effect = place.done("campaign", "effect", campaign, "--stayed", "stayed.csv")
    assert [line.split()[-2] for line in effect.splitlines() if line.startswith(("Award", "Held"))] == ["2", "4"]
    assert "Chance alone can explain it." in effect


def test_finance_sees_and_exports_who_gets_what(stage: Place):
    told = stage.done("campaign", "lines", "CMP-2")
    assert "and 4 more; all of them: makegood campaign lines CMP-2 --out lines.csv" in told
    assert told.count("not yet posted") == 20
    assert "makegood campaign lines CMP-2 --out lines.csv" in stage.done("campaign", "preview", "CMP-2")
    wrote = stage.done("campaign", "lines", "CMP-2", "--out", "to/lines.csv")
    assert wrote == "24 rows were written to to/lines.csv.\n"
    rows = list(csv.DictReader(io.StringIO((stage.folder / "to" / "lines.csv").read_text(encoding="utf-8"))))
    assert [row["number"] for row in rows] == [str(number) for number in range(24)]
    assert {row["account"] for row in rows} == set(ACCOUNTS)
    one = stage.done("campaign", "lines", "CMP-2", "--account", "acct-07")
    assert [line.split()[-1] for line in one.splitlines() if line.startswith("Account")] == ["acct-07"]
    assert "지급되지 않음" in stage.done("campaign", "lines", "CMP-2", "--account", "acct-07", "--lang", "ko")


def test_a_single_award_is_given_once_signed_above_the_limit_and_taken_back(place: Place):
    peopled(place)
    give = ("award", "give", "acct-01", "20 USD", "--key", "claim/1", "--because", "Claim 1")
    assert place.done(*give) == "Given: posting 0.\n"
    assert place.done(*give) == "This key was used before with the same content: posting 0.\n"
    large = ("award", "give", "acct-01", "90 USD", "--key", "claim/2", "--because", "Claim 2", "--cause", "INC-1")
    assert place.run(*large).status == 4
    hash = place.done(*large, "--propose").split()[-1]
    assert place.done("award", "list").startswith("claim/2  acct-01  $90.00  P-2  ")
    sign = ("award", "sign", "claim/2", "--hash", hash)
    assert place.run(*sign).status == 4
    assert place.done(*sign, MAKEGOOD_KEY_FILE="ari.key") == "Given: posting 1.\n"
    assert place.done("award", "list") == "Nothing waits for a signature.\n"
    twice = place.run("award", "give", "acct-01", "5 USD", "--key", "claim/3", "--because", "3", "--cause", "INC-1")
    assert (twice.status, "was made good by posting 1" in twice.err) == (2, True)
    used = ("ledger", "use", "acct-01", "5 USD", "--key", "order/1")
    assert place.done(*used) == place.done(*used) == "$5.00 drawn from award 0, posting 2.\n"
    back = place.done("ledger", "take-back", "0", "--because", "paid by the bank")
    assert back == "Taken back from acct-01: $15.00, posting 3.\n"


def test_anybody_can_check_a_statement_against_heads_that_were_kept(place: Place):
    peopled(place)
    kept = []
    for number in range(3):
        place.done("award", "give", "acct-01", "1 USD", "--key", f"k/{number}", "--because", "x")
        place.done("ledger", "statement", "acct-01", "--data", f"{number}.json")
        kept.append(place.done("ledger", "head").strip())
    (place.folder / "proof").write_text(place.done("ledger", "proof", "1", "3"))
    place.url = "sqlite:///none.sqlite3"  # none of what follows needs the book
    sound = "Every posting of the statement is in the log of its head.\n"
    assert place.done("ledger", "verify", "2.json", "--head", kept[2]) == sound
    assert place.done("ledger", "verify", "2.json", "--head", kept[0], "--proof", "proof") == sound
    for wrong in ([kept[1], "proof"], [kept[0].replace("1:", "2:"), "proof"], [kept[0], "0.json"]):
        ran = place.run("ledger", "verify", "2.json", "--head", wrong[0], "--proof", wrong[1])
        assert (ran.status, ran.out) == (1, "")
    text = (place.folder / "2.json").read_text()
    (place.folder / "2.json").write_text(text.replace('"amount": 100', '"amount": 900'))
    ran = place.run("ledger", "verify", "2.json")
    assert (ran.status, ran.err.count("the log does not hold it as it is told here")) == (1, 3)


def test_an_older_copy_in_the_place_of_the_book_is_refused(makers: Makers, tmp_path: Path):
    place = peopled(placed(tmp_path / "here", makers.url("sqlite")))
    book = Path(place.url.removeprefix("sqlite:///"))
    shutil.copy(book, tmp_path / "older")
    place.done("award", "give", "acct-01", "1 USD", "--key", "k/1", "--because", "x")
    shutil.copy(tmp_path / "older", book)
    for arguments in (("campaign", "list"), ("work", "--once"), ("people", "limit", "1 USD")):
        ran = place.run(*arguments)
        assert (ran.status, "an older copy stands in its place" in ran.err) == (4, True)


def test_a_key_goes_to_a_new_file_for_its_owner_alone(makers: Makers, tmp_path: Path):
    place = placed(tmp_path / "here", makers.url("sqlite"))
    first = ("people", "add", "Olga", "--email", "olga@example.com")
    (place.folder / "taken").write_text("mine")
    assert "name a new file" in place.run(*first, "--key-file", "taken").err
    assert "mgk_" not in place.done(*first, "--key-file", "olga.key")
    made = place.folder / "olga.key"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert (place.folder / "taken").read_text() == "mine"
    refused = place.run("people", "key", "P-9", "--key-file", "nobody.key", MAKEGOOD_KEY_FILE="olga.key")
    assert (refused.status, (place.folder / "nobody.key").exists()) == (2, False)
    printed = place.done("people", "key", "P-1", MAKEGOOD_KEY=made.read_text().strip()).split()[-1]
    assert printed.startswith("mgk_")
    assert place.done("people", "limit", "1 USD", MAKEGOOD_KEY=printed) == "One person may now give $1.00 alone.\n"
    assert "K-2  in use" in place.done("people", "list")
    place.done("people", "end-key", "K-2", MAKEGOOD_KEY=printed)
    assert place.run("people", "limit", "1 USD", MAKEGOOD_KEY=printed).status == 4


def test_rows_that_cannot_be_used_are_named_and_the_others_are_taken(makers: Makers, tmp_path: Path):
    place = peopled(placed(tmp_path / "here", makers.url("sqlite")))
    asked = ("import", "audience", "suspended.csv", "--name", "S-1", "--from", "2026-07-01", "--to", "2026-10-01")
    ran = place.run(*asked)
    assert (ran.status, ran.out) == (0, "1 account was kept under the cause S-1.\n")
    assert [line.partition(": ")[0].strip() for line in ran.err.splitlines()] == [
        "2 rows could not be used:",
        "suspended.csv:3",
        "suspended.csv:4",
    ]
    assert "1 account gets awards" in place.done(
        "campaign", "draw", "--from", "2026-07-01", "--to", "2026-08-01", "--terms", "goodwill-outage", "--budget",
        "30 USD",
    )  # fmt: skip


def test_the_preview_says_that_the_drawer_also_set_where_the_money_goes(place: Place):
    def bill(key: str, **ids: str) -> None:
        rows = [f"{name},api,USD,{ids.get(name[-2:], 'cus_' + name)}" for name in ACCOUNTS]
        (place.folder / "billed.csv").write_text("\n".join(["account,plan,currency,billing", *rows]) + "\n")
        place.done("import", "customers", "billed.csv", MAKEGOOD_KEY_FILE=key)

    def shown() -> str:
        return " ".join(place.done("campaign", "preview", "CMP-1").split())

    peopled(place)
    place.done("people", "grant", "P-3", "--may", "import", MAKEGOOD_KEY_FILE="olga.key")
    bill("dana.key")
    place.done("campaign", "draw", "--cause", "INC-1", "--terms", "goodwill-outage", "--budget", "600 USD")
    told = "P-2, who drew it, also set where the credits of {} accounts go, such as {}; compare"
    assert told.format(24, "acct-01") in shown()
    bill("ari.key", **{"01": "cus_other", "02": "cus_other"})
    assert told.format(22, "acct-03") in shown()
    bill("ari.key", **{name[-2:]: "cus_other" for name in ACCOUNTS})
    assert "also set where" not in shown()


@pytest.mark.parametrize("arguments", [("campaign", "status", "CMP-2"), ("campaign", "preview", "CMP-1")])
def test_it_answers_in_korean(stage: Place, arguments: tuple[str, ...]):
    told = stage.done(*arguments, "--lang", "ko")
    assert any("가" <= sign <= "힣" for sign in told)
    assert "drawn" not in told
    assert "approved" not in told


REFUSED = [
    (("campaign", "approve", "CMP-1"), "dana.key", "has no right to approve"),
    (("campaign", "draw", "--cause", "INC-1", "--terms", "goodwill-outage", "--budget", "1 USD"), "ari.key", "draw"),
    (("campaign", "run", "CMP-2"), "ari.key", "has no right to operate"),
    (("campaign", "cancel", "CMP-2"), "olga.key", "has no right to operate"),
    (("import", "customers", "customers.csv"), "ari.key", "has no right to import"),
    (("people", "add", "Eve", "--email", "eve@example.com"), "dana.key", "owner"),
    (("people", "add", "Eve", "--email", "O.lga+2@example.com"), "olga.key", "one human is one person"),
    (("people", "grant", "P-1", "--may", "draw"), "olga.key", "nobody gives rights to themselves"),
    (("people", "revoke", "P-1", "--may", "owner"), "olga.key", "is the only owner"),
    (("people", "limit", "1000 USD"), "dana.key", "owner"),
    (("award", "give", "acct-01", "900 USD", "--key", "k", "--because", "x"), "dana.key", "may not give this alone"),
    (("people", "limit", "1 USD"), "", "who acts?"),
    (("people", "add", "Mallory", "--email", "mallory@example.com"), "", "who acts?"),
]


@pytest.mark.parametrize(("arguments", "key", "says"), REFUSED, ids=lambda one: str(one)[:40])
def test_a_refusal_is_one_sentence_and_status_4(stage: Place, arguments: tuple[str, ...], key: str, says: str):
    ran = stage.run(*arguments, MAKEGOOD_KEY_FILE=key)
    assert (ran.status, ran.out) == (4, "")
    assert says in ran.err
    one_sentence(ran)


def one_sentence(ran: Ran) -> None:
    """Standard error is one line that a person can read."""
    assert ran.err.count("\n") == 1, ran.err
    assert ran.err.startswith("makegood: ")
    assert ran.err.endswith((".\n", ")\n"))
    assert "Traceback" not in ran.err
    assert len(ran.err) < 500


DRAW = ("campaign", "draw", "--cause", "INC-1", "--terms", "goodwill-outage", "--budget", "600 USD")
AWARD = ("award", "give", "acct-01", "1 USD", "--key", "k", "--because", "x")
SLIPS = [
    ((*DRAW[:-1], "plenty"), 2, "plenty"),
    ((*DRAW[:-1], "600 plan_days"), 2, "a budget is money"),
    ((*DRAW[:-1], "0 USD"), 2, "above it"),
    ((*DRAW[:-1], "1.005 USD"), 2, "decimals"),
    ((*DRAW[:-1], "600 dog_years"), 2, "is not a unit"),
    ((*DRAW, "--days", "-1"), 2, "--days"),
    ((*DRAW, "--days", "0", "--canary", "1%"), 2, "there can be no --canary"),
    ((*DRAW, "--plan", "Nobody"), 2, "nobody would get anything"),
    ((*DRAW, "--canary", "101%"), 2, "--canary"),
    ((*DRAW, "--canary", "1"), 2, "--canary"),
    ((*DRAW, "--holdout", "half"), 2, "--holdout"),
    ((*DRAW, "--stop-errors", "-2%"), 2, "--stop-errors"),
    ((*DRAW, "--stop-complaints", "2,5%"), 2, "--stop-complaints"),
    ((*DRAW, "--over-budget", "pray"), 2, "is no rule for an overrun"),
    ((*DRAW, "--floor", "5 EUR"), 2, "--floor is in EUR"),
    ((*DRAW, "--cap", "ten"), 2, "ten"),
    ((*DRAW, "--lost-over", "-1 USD"), 2, "--lost-over"),
    ((*DRAW, "--faults-over", "many"), 2, "--faults-over"),
    ((*DRAW, "--plan", "pro", "--not-plan", "pro"), 2, "both name 'pro'"),
    ((*DRAW, "--plan", " "), 2, "--plan names no plan"),
    ((*DRAW, "--only", "empty.csv"), 2, "names no account"),
    ((*DRAW, "--exclude", "broken.csv"), 2, "broken.csv:4"),
    ((*DRAW, "--exclude", "nowhere.csv"), 3, "nowhere.csv"),
    ((*DRAW, "--from", "2026-02-01", "--to", "2026-03-01"), 2, "use one of them"),
    (("campaign", "draw", *DRAW[4:]), 2, "what is made good?"),
    (("campaign", "draw", *DRAW[4:], "--from", "2026-03-01"), 2, "what is made good?"),
    (("campaign", "draw", *DRAW[4:], "--from", "2026-03-01", "--to", "2026-02-01"), 2, "is not before"),
    (("campaign", "draw", *DRAW[4:], "--from", "2020-03-01", "--to", "2020-04-01"), 2, "no cause of this book begins"),
    (("campaign", "draw", "--cause", "INC-9", *DRAW[4:]), 2, "INC-9"),
    ((*DRAW[:5], "anthropic", *DRAW[6:]), 2, "anthropic"),
    ((*DRAW[:5], "no-such-pack", *DRAW[6:]), 2, "no-such-pack"),
    ((*DRAW, "--lang", "fr"), 2, "use en or ko"),
    (("campaign", "preview", "CMP-9"), 2, "CMP-9"),
    (("campaign", "preview", "CMP-1", "--out", "customers.csv/below"), 2, "cannot be written"),
    (("campaign", "run", "CMP-1"), 2, "it can be approved or cancelled"),
    (("campaign", "pause", "CMP-2"), 2, "it can be started or cancelled"),
    (("campaign", "effect", "CMP-1", "--stayed", "broken.csv"), 2, "broken.csv:4"),
    (("campaign", "complain", "CMP-1", "--account", "nobody", "--says", "x"), 2, "lines CMP-1 --account nobody"),
    (("campaign", "lines", "CMP-1", "--account", "nobody"), 2, "neither granted anything by CMP-1 nor left out"),
    (("campaign", "lines", "CMP-9"), 2, "no campaign CMP-9"),
    (("campaign", "lines", "CMP-1", "--out", "customers.csv/x"), 2, "choose another place"),
    (("import", "assessment", "customers.csv"), 3, "customers.csv"),
    (("import", "assessment", "nowhere.json"), 3, "nowhere.json"),
    (("import", "customers", "assessment.json"), 3, "assessment.json"),
    (("import", "audience", "suspended.csv", "--name", "a/b", "--from", "2026-01-01", "--to", "2026-02-01"), 2, "/"),
    (("import", "audience", "suspended.csv", "--name", "S", "--from", "soon", "--to", "2026-02-01"), 2, "soon"),
    ((*AWARD[:3], "0 USD", *AWARD[4:]), 2, "0"),
    ((*AWARD[:3], "1 USX", *AWARD[4:]), 2, "USX"),
    ((*AWARD, "--expires", "someday"), 2, "someday"),
    ((*AWARD, "--cause", "INC-9"), 2, "INC-9"),
    (("award", "sign", "k", "--hash", "12345678"), 2, "nothing was proposed"),
    (("ledger", "take-back", "99", "--because", "x"), 2, "no award stands at 99"),
    (("ledger", "use", "acct-01", "1 USD", "--key", "o"), 2, "lacks 1.00 USD"),
    (("ledger", "verify", "customers.csv"), 3, "is no JSON"),
    (("ledger", "verify", "assessment.json", "--head", "12"), 2, "--head is SIZE:ROOT"),
    (("ledger", "proof", "5", "4"), 2, "the log holds 0 postings"),
    (("people", "add", "Eve", "--email", "eve"), 2, "is not an e-mail address"),
    (("people", "grant", "P-9", "--may", "draw"), 2, "P-9"),
    (("people", "grant", "P-2", "--may", "fly"), 2, "is not a right"),
    (("work", "--once", "--billing", "carrier-pigeon:"), 2, "carrier-pigeon"),
    (("work", "--once", "--notices", "smoke"), 2, "smoke"),
]


@pytest.mark.parametrize(("arguments", "status", "says"), SLIPS, ids=lambda one: str(one)[:60])
def test_a_slip_is_one_sentence_and_never_a_traceback(stage: Place, arguments: tuple[str, ...], status: int, says: str):
    key = {"people": "olga.key", "sign": "ari.key"}
    ran = stage.run(*arguments, MAKEGOOD_KEY_FILE=key.get(arguments[0]) or key.get(arguments[1]) or "dana.key")
    assert ran.status == status, ran
    assert says in ran.err
    one_sentence(ran)


@pytest.mark.parametrize(
    ("settings", "status", "says"),
    [
        ({"DATABASE_URL": "mysql://me@host/x"}, 2, "SQLite or PostgreSQL"),
        ({"DATABASE_URL": "the usual one"}, 2, "cannot be read"),
        ({"DATABASE_URL": "sqlite:///none.sqlite3"}, 3, "`makegood people add` makes one"),
        ({"DATABASE_URL": "sqlite:///customers.csv"}, 3, "not a database"),
        ({"DATABASE_URL": "postgresql://me:secret@127.0.0.1:1/x"}, 3, "no database answers"),
        ({"MAKEGOOD_WITNESS": "customers.csv"}, 3, "this is not what makegood noted"),
        ({"MAKEGOOD_KEY_FILE": "nowhere.key"}, 2, "MAKEGOOD_KEY_FILE"),
        ({"MAKEGOOD_KEY": "mgk_of-somebody-else"}, 4, "opens nothing here"),
    ],
)
def test_a_wrong_setting_is_one_sentence(stage: Place, settings: dict[str, str], status: int, says: str):
    ran = stage.run("campaign", "cancel", "CMP-1", **settings)
    assert ran.status == status, ran
    assert says in ran.err
    assert "secret" not in ran.err
    one_sentence(ran)
    assert not (stage.folder / "none.sqlite3").exists()


def test_what_is_refused_before_an_act_begins_is_in_the_journal(makers: Makers, tmp_path: Path):
    place = peopled(placed(tmp_path / "here", makers.url("sqlite")))
    assert place.run("campaign", "run", "CMP-1", MAKEGOOD_KEY="mgk_guessed", MAKEGOOD_KEY_FILE="").status == 4
    changed = (place.folder / "assessment.json").read_text(encoding="utf-8").replace('"1.25"', '"9.25"', 1)
    (place.folder / "changed.json").write_text(changed, encoding="utf-8")
    assert place.run("import", "assessment", "changed.json").status == 2
    book = open_book(place.url, NOW)
    rows = book.rows("SELECT act, outcome FROM journal ORDER BY number DESC LIMIT 2")
    book.close()
    assert rows == [("import_assessment", "refused"), ("open_desk", "refused")]
