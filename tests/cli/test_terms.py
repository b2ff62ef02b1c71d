"""The commands for terms: what they print, in which language, and with which exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from makegood.cli.main import app
from makegood.errors import BadTerms, BadUse
from makegood.terms.read import PACKS, packs

BEDROCK = (PACKS / "amazon-bedrock.yaml").read_text(encoding="utf-8")


def ran(*arguments: object, status: int = 0) -> str:
    """What the command prints; a mistake is raised as it is."""
    done = CliRunner().invoke(app, ["terms", *map(str, arguments)], catch_exceptions=False, env={"COLUMNS": "100"})
    assert done.exit_code == status, done.output
    return done.output


def test_the_list_has_a_line_for_each_pack_and_says_how_well_it_is_known():
    lines = ran("list").splitlines()
    for pack in packs():
        (line,) = [one for one in lines if one.split("  ")[0] == pack.terms]
        assert pack.versions[-1].version in line or len(pack.versions) > 1
    (bedrock,) = [one for one in lines if one.startswith("amazon-bedrock  ")]
    assert "2023-10-04  P S T U" in bedrock
    assert (
        "billing cycle · at least 99.9% · credit: 10, 25, 100% · 2 billing cycles after: end of the window" in bedrock
    )


def test_the_list_speaks_korean():
    (bedrock,) = [one for one in ran("list", "--lang", "ko").splitlines() if one.startswith("amazon-bedrock  ")]
    assert "청구 주기 · 99.9% 이상" in bedrock


def test_terms_are_shown_clause_by_clause_with_source_date_and_status():
    flat = " ".join(ran("show", "amazon-bedrock").split())
    for clause in next(pack for pack in packs() if pack.terms == "amazon-bedrock").versions[0].clauses.values():
        assert " ".join(clause.says.split()) in flat
        assert " ".join(clause.source.split()) in flat
    assert "Remedy: at least 95% and below 99%: 25% [credits]" in flat
    assert "(U: not read anywhere)" in flat


@pytest.mark.parametrize("pack", packs(), ids=lambda pack: pack.terms)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_pack_can_be_shown_in_both_languages(pack, lang):
    for version in pack.versions:
        shown = ran("show", pack.terms, "--version", version.version, "--lang", lang)
        assert all(name in shown for name in version.clauses)


def test_the_file_of_a_pack_is_printed_as_it_is(tmp_path: Path):
    assert ran("show", "amazon-bedrock", "--yaml") == BEDROCK
    toml = b'# mine, with a fault\r\nterms = "\xed\x95\x9c"\r\n'
    (tmp_path / "own.toml").write_bytes(toml)
    done = CliRunner().invoke(app, ["terms", "show", str(tmp_path / "own.toml"), "--yaml"])
    assert done.stdout_bytes == toml
    with pytest.raises(BadTerms, match="'no-such-pack' is not a terms pack"):
        ran("show", "no-such-pack", "--yaml")
    with pytest.raises(BadUse, match="leave --version away"):
        ran("show", "amazon-bedrock", "--yaml", "--version", "2023-10-04")


def test_a_version_nobody_knows_is_one_sentence():
    with pytest.raises(BadTerms, match=r"'1999' is not a version of amazon-bedrock; known are 2023-10-04\.$"):
        ran("show", "amazon-bedrock", "--version", "1999")


def test_a_pack_is_checked_with_its_own_cases():
    lines = ran("check", "amazon-bedrock").splitlines()
    assert lines[0] == "exactly-one-dollar  agrees  amazon-bedrock  A credit of exactly one dollar is not issued"
    assert lines[-1] == "6 of 6 cases agree."


def test_each_fault_of_a_pack_is_a_line_with_its_place(tmp_path: Path):
    path = tmp_path / "own.yaml"
    path.write_text(BEDROCK.replace("at_least: 99.9}", "at_last: 99.9}").replace("zone: UTC", "zone: Mars/Base"))
    lines = ran("check", path, status=1).splitlines()
    assert all(line.startswith(f"{path}:") for line in lines[:-1])
    assert "'Mars/Base' is not a time zone" in lines[0]
    assert "'at_last' is not known here; remove it or correct its spelling." in lines[1]
    assert lines[2:] == ["2 faults."]


def test_a_case_that_differs_is_told_and_ends_with_status_1(tmp_path: Path):
    book = tmp_path / "cases.json"
    case = {
        "id": "X1",
        "title": "No failure",
        "inputs": {"period": {"start": "2027-04-01T00:00:00Z", "end": "2027-05-01T00:00:00Z"}, "interval_minutes": 5,
                   "segments": [{"intervals": 8640, "requests": 10, "errors": 0}], "favourite_colour": "blue"},
        "expected": {"value": "99.000000"},
    }  # fmt: skip
    book.write_text(json.dumps([case]), encoding="utf-8")
    out = ran("check", "amazon-bedrock", book, status=1)
    assert "X1  differs  amazon-bedrock  No failure: value: expected 99.000000, got 100.000000; " in out
    assert "(not used: favourite_colour)" in out
    same = case | {"terms": "amazon-bedrock", "expected": {"value": "100.0"}}
    book.write_text(json.dumps([same]), encoding="utf-8")
    assert ran("check", "--cases", book).endswith("1 of 1 cases agree.\n")


def test_a_case_that_cannot_be_read_is_told_with_file_and_line_and_the_others_still_run(tmp_path: Path):
    book = tmp_path / "cases.json"
    wrong = {"id": "X1", "terms": "no-such-terms", "inputs": {}, "expected": {}}
    open_ = {"id": "X2", "terms": "amazon-bedrock", "inputs": {"period": {"start": "soon"}}, "expected": {}}
    good = {"id": "X3", "terms": "anthropic", "inputs": {"month": "2026-05"}, "expected": {"verdict": "goodwill"}}
    book.write_text(json.dumps({"format": 1, "cases": [wrong, open_, good]}, indent=1), encoding="utf-8")
    lines = ran("check", "--cases", book, status=1).splitlines()
    assert lines[0].startswith(f"X1  not weighed  no-such-terms  : {book}:4: 'no-such-terms' is not a terms pack")
    assert lines[1].startswith(f"X2  not weighed  amazon-bedrock  : {book}:")
    assert "is not a time with its offset" in lines[1]
    assert lines[2].startswith("X3  agrees  anthropic")
    assert lines[-1] == "1 of 3 cases agree."


def test_published_cases_agree_through_the_command(shared: Path):
    out = ran("check", "--cases", shared / "terms" / "cases.json")
    assert out.splitlines()[-1] == "29 of 29 cases agree."


def test_a_file_without_a_case_of_the_pack_is_bad_use_and_no_success(tmp_path: Path):
    book = tmp_path / "cases.yaml"
    book.write_text("cases:\n  - {id: a, terms: amazon-bedrock, inputs: {}, expected: {}}\n", encoding="utf-8")
    with pytest.raises(BadUse, match=r"cases\.yaml: none of its cases is of slack; name it as their 'terms'"):
        ran("check", "slack", book)


def test_the_list_counts_units_in_the_singular_and_names_the_form_first():
    out = ran("list")
    assert "extension: 1 day a unit" in out
    assert "credit: not read" in out
    assert " 1 days" not in out


def test_nothing_to_check_is_bad_use():
    with pytest.raises(BadUse, match="name a pack to check, or a file of worked cases"):
        ran("check")


def test_the_schema_is_json_and_knows_the_parts():
    schema = json.loads(ran("schema"))
    assert {"terms", "provider", "versions"} <= set(schema["properties"])
