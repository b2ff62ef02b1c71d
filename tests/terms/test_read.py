"""Reading packs: found by id, alias or file; every fault with its line; the version of the event's date."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from makegood.errors import BadTerms
from makegood.terms.read import PACKS, find, packs, parse, pick, read_pack
from tests.terms.small_pack import TOML, YAML

TEXT = (PACKS / "google-gemini.yaml").read_text(encoding="utf-8")
BEDROCK = (PACKS / "amazon-bedrock.yaml").read_text(encoding="utf-8")


def test_packs_are_found_by_id_alias_and_file(tmp_path: Path) -> None:
    known = [pack.terms for pack in packs()]
    assert known == sorted(set(known))
    assert {"amazon-bedrock", "anthropic", "google-gemini"} <= set(known)
    assert find("google-gemini-online-inference") is find("Google-Gemini")
    own = tmp_path / "own.yaml"
    own.write_text(TEXT, encoding="utf-8")
    assert find(str(own)) == find("google-gemini")


def test_the_packs_know_how_logs_name_their_providers() -> None:
    named = {
        "gcp.vertex_ai": "google-gemini",
        "aws.bedrock": "amazon-bedrock",
        "Anthropic": "anthropic",
        "openai": "openai",
        "openrouter": "openrouter",
        "together_ai": "together",
        "nobody-ai": None,
    }
    for name, terms in named.items():
        assert [pack.terms for pack in packs() if pack.applies_to(name)] == ([terms] if terms else [])


@pytest.mark.parametrize(("name", "text"), [("own.toml", TOML), ("OWN.TOML", TOML), ("own.yml", YAML), ("own", YAML)])
def test_a_file_of_ones_own_is_yaml_or_toml_by_its_suffix(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert find(str(path)).terms == "acme"
    assert read_pack(path) == parse(YAML, "small.yaml")[0]


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("google-gemni", "did you mean 'google-gemini'"),
        ("nothing", "is not a terms pack; .*or give a .yaml or .toml file"),
        ("missing.yaml", "cannot be read"),
        ("missing.toml", "cannot be read"),
    ],
)
def test_what_is_not_there_is_said(reference: str, words: str) -> None:
    with pytest.raises(BadTerms, match=words):
        find(reference)


@pytest.mark.parametrize(
    "raw", [b"\xff\xfet\x00", b"terms: x\n\xff", b"a" * 1_000_001], ids=["utf-16", "latin", "large"]
)
def test_files_that_are_no_text_are_said(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "pack.yaml"
    path.write_bytes(raw)
    with pytest.raises(BadTerms, match=r"pack\.yaml"):
        find(str(path))
    with pytest.raises(BadTerms, match="cannot be read"):
        find(str(tmp_path / "..") + "/absent.yml")


FAULTS = [
    ("percent: 10,", "percent: ten,", "promises.uptime.remedy.grant.tiers.[0].percent: 'percent' is not a number"),
    ("percent: 10,", "percent: 101,", "'percent' is above 100; write 100 or less"),
    ("percent: 10, clause: credits", "percent: 10, clause: credit", "clause 'credit' is not listed under 'clauses'"),
    ("at_least: 99.0, below: 99.5", "at_least: 99.5, below: 99.0", "the range holds no value"),
    ("at_least: 99.0, below: 99.5", "at_least: 99.0, above: 99.5", "two lower or two upper ends"),
    ("{range: {below: 95.0}", "{range: {}", "the range has no end"),
    (
        "kind: good_time",
        "kind: bad_time",
        "'aggregation' has a 'kind' that is not known; use 'good_time', ",
    ),
    ("kind: good_time\n", "sort: good_time\n", "'aggregation' does not say its 'kind'"),
    ("bucket_minutes: 1", "bucket_minutes: 7", "do not fill a day"),
    ("bucket_minutes: 1", "bucket_minutes: 1.5", "not a whole number"),
    ("at_least_minutes: 5", "at_least_minutes: 0", "'at_least_minutes' is not above 0"),
    ("statuses: [500-599]", "statuses: [599-500]", "write a status like 500 or a range like 500-599"),
    ("statuses: [500-599]", "statuses: []", "the set is empty"),
    ("zone: UTC", "zone: Mars/Olympus", "is not a time zone"),
    ("                used: true\n", "", "one reading"),
    ("                days: 30\n                used", "                used", "exactly one unit"),
    ("from: 2026-06-30", "from: 30.6.2026", "write it like 2026-06-30"),
    ("effective: {from", "effective: {to: 2026-06-01, from", "'to' is not after 'from'"),
    ("        status: P\n", "", "'status' is missing; add it"),
    ("        status: P\n", "        status: Q\n", "'status' has a value that is not known; use 'P', 'S', 'T' or 'U'"),
    ("rule: unstated", "rule: bankers", "'rule' has a value that is not known"),
    ("        window:", "        windows:", "'windows' is not known here"),
    ("terms: google-gemini", "terms: Google Gemini", "'terms' is not an id"),
    ("    promises:\n", "    pledges:\n", "'pledges' is not known here"),
    ("id: one-project", "id: whole-month-formula", "'whole-month-formula' is given twice"),
    ("least: true", "least: maybe", "neither true nor false"),
    ("        status: P\n", "        status: P\n        status: S\n", "'status' stands here twice"),
    ("rounding: {rule", "rounding: [{rule", "this is not YAML"),
    ("clause: formula\n", "clause: &x formula\n        more: *x\n", "repeated by reference"),
    ("unstated, clause: rounding", "unstated, clause: null", "'clause' is not a text"),
]


@pytest.mark.parametrize(("good", "bad", "words"), FAULTS, ids=[words for _, _, words in FAULTS])
def test_a_fault_is_one_sentence_with_its_line(good: str, bad: str, words: str) -> None:
    assert good in TEXT
    text = TEXT.replace(good, bad, 1)
    pack, faults = parse(text, "my.yaml")
    assert pack is None
    sentence = next((str(fault) for fault in faults if words in str(fault)), "")
    assert sentence, [str(fault) for fault in faults]
    assert sentence.endswith(".")
    assert "\n" not in sentence
    line = int(sentence.split(":")[1])
    begins = TEXT[: TEXT.index(good)].count("\n") + 1
    around = {
        "        status: P\n",
        "                used: true\n",
        "        window:",
        "    promises:\n",
        "kind: good_time\n",
    }
    assert abs(line - begins) <= (8 if good in around else 2)


def test_a_fault_in_the_currency_of_the_minimum_is_found() -> None:
    _, faults = parse(BEDROCK.replace("above: 1}, currency: USD", "above: 1}, currency: US$"), "b.yaml")
    assert "not an ISO 4217 currency" in str(faults[0])


def test_all_faults_are_told_and_the_first_is_raised(tmp_path: Path) -> None:
    text = TEXT.replace("percent: 10", "percent: ten").replace("percent: 25", "percent: x")
    _, faults = parse(text, "my.yaml")
    assert len(faults) == 2
    assert faults[0].line < faults[1].line
    path = tmp_path / "two.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadTerms, match="1 more fault follows"):
        find(str(path))


@pytest.mark.parametrize("name", ["my.yaml", "my.toml"])
@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words", "[" * 5000, "a: \x00", "terms: x\n"])
def test_what_is_no_pack_at_all_is_said_in_one_sentence(name: str, text: str) -> None:
    pack, faults = parse(text, name)
    assert pack is None
    assert str(faults[0]).startswith(f"{name}:")
    assert len({(one.line, one.clause, one.reason) for one in faults}) == len(faults)


def two_versions() -> str:
    later = BEDROCK[BEDROCK.index('  - version: "2023-10-04"') :]
    earlier = BEDROCK.replace("{from: 2023-10-04}", "{from: 2023-10-04, to: 2026-07-01}")
    later = later.replace('"2023-10-04"', '"2026-08-01"', 1).replace("{from: 2023-10-04}", "{from: 2026-08-01}")
    return earlier + later


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2023-01-01", "2023-10-04"),
        ("2023-10-04", "2023-10-04"),
        ("2026-06-30", "2023-10-04"),
        ("2026-07-02", "2023-10-04"),  # in the gap the nearest one stands, and weighing says that it was not in force
        ("2026-07-31", "2026-08-01"),
        ("2026-08-01", "2026-08-01"),
        ("2030-01-01", "2026-08-01"),
    ],
)
def test_the_version_is_picked_by_the_day_of_the_event(day: str, version: str) -> None:
    pack, faults = parse(two_versions(), "two.yaml")
    assert faults == []
    assert pick(pack, datetime.fromisoformat(day).replace(tzinfo=UTC)).version.version == version


def test_versions_must_not_overlap() -> None:
    _, faults = parse(two_versions().replace("to: 2026-07-01", "to: 2026-09-01"), "two.yaml")
    assert "overlaps version '2026-08-01'" in str(faults[0])
