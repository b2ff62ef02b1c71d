"""Whose fault, and was it charged: tables of what providers answer, and what a rule file may not say."""

import json
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.errors import BadPeriod, BadUse
from makegood.losses.faults import BEGIN_US, RuleRow, book_of, read_rules
from makegood.losses.rule import Outcome
from makegood.losses.rulefile import END_US
from makegood.losses.rules_page import rules_page
from makegood.spans import to_us

NOW = datetime(2026, 11, 22, tzinfo=UTC)
BOOK = read_rules()


def fault(provider, status, error=None, usable=None, at=NOW):
    return BOOK.fault_of(Outcome(provider, status, error, usable), at).fault


def charged(provider, status, error=None, usable=None, output=None, at=NOW):
    return BOOK.charged_of(Outcome(provider, status, error, usable, output), at).charged


@pytest.mark.parametrize("provider", ["nobody", "", None, "groq", "openai", "anthropic", "google", "aws.bedrock"])
@pytest.mark.parametrize(
    ("status", "error", "usable", "expected"),
    [
        (0, None, None, "provider"),
        (0, "ReadTimeout", None, "provider"),
        (0, "CancelledError", None, "client"),
        (0, "recorder_stopped", None, "unknown"),
        (500, None, None, "provider"),
        (502, "bad_gateway", None, "provider"),
        (503, None, None, "provider"),
        (529, "overloaded_error", None, "provider"),
        (599, None, None, "provider"),
        (429, "overloaded_error", None, "provider"),
        (400, "invalid_request_error", None, "client"),
        (401, None, None, "client"),
        (404, "model_not_found", None, "client"),
        (499, None, None, "client"),
        (200, None, None, "none"),
        (200, None, True, "none"),
        (200, None, False, "provider"),
        (204, None, False, "provider"),
        (100, None, None, "unknown"),
        (301, None, None, "unknown"),
        (600, None, None, "unknown"),
        (-5, None, None, "unknown"),
        (10**9, None, None, "unknown"),
        (None, None, None, "unknown"),
    ],
)
def test_the_base_meaning_holds_for_every_provider(provider, status, error, usable, expected):
    assert fault(provider, status, error, usable) == expected


@pytest.mark.parametrize(
    ("provider", "status", "error", "expected"),
    [
        ("nobody", 429, None, "client"),
        ("nobody", 429, "engine_overloaded", "provider"),
        ("nobody", 429, "SERVER_BUSY", "provider"),
        ("nobody", 429, "not_overloaded", "client"),
        ("nobody", 408, None, "client"),
        ("openai", 429, "insufficient_quota", "client"),
        ("openai", 429, "rate_limit_exceeded", "client"),
        ("openai", 429, "slow_down", "client"),
        ("openai", 429, "resource_unavailable", "provider"),
        ("openai", 429, "server_is_overloaded", "provider"),
        ("openai", 503, "slow_down", "client"),
        ("openai", 503, "server_is_overloaded", "provider"),
        ("openai", 408, None, "unknown"),
        ("anthropic", 429, "rate_limit_error", "client"),
        ("anthropic", 429, None, "client"),
        ("anthropic", 500, "api_error", "provider"),
        ("anthropic", 504, "timeout_error", "provider"),
        ("anthropic", 413, "request_too_large", "client"),
        ("azure", 408, "Timeout", "provider"),
        ("azure", 408, "litellm.Timeout", "unknown"),
        ("azure", 429, "RateLimitReached", "client"),
        ("azure", 429, "NoCapacity", "provider"),
        ("azure", 429, "429", "unknown"),
        ("azure", 429, None, "unknown"),
        ("vertex_ai", 429, "RESOURCE_EXHAUSTED", "unknown"),
        ("gemini", 429, "RESOURCE_EXHAUSTED", "client"),
        ("google", 429, "RESOURCE_EXHAUSTED", "unknown"),
        ("gcp.vertex_ai", 503, "UNAVAILABLE", "provider"),
        ("gcp.vertex_ai", 504, "DEADLINE_EXCEEDED", "unknown"),
        ("gcp.gemini", 504, "DEADLINE_EXCEEDED", "provider"),
        ("bedrock", 429, "ThrottlingException", "client"),
        ("bedrock", 429, "ModelNotReadyException", "provider"),
        ("bedrock", 503, "ServiceUnavailableException", "provider"),
        ("bedrock", 408, "ModelTimeoutException", "provider"),
        ("bedrock", 408, "Timeout", "unknown"),
        ("bedrock", 424, "ModelErrorException", "provider"),
        ("bedrock", 500, "InternalServerException", "provider"),
        ("bedrock", 400, "ServiceQuotaExceededException", "client"),
        ("bedrock", 400, "ValidationException", "client"),
        ("openrouter", 402, None, "client"),
        ("openrouter", 429, None, "client"),
        ("openrouter", 502, None, "provider"),
        ("openrouter", 503, None, "provider"),
        ("openrouter", 408, None, "unknown"),
    ],
)
def test_what_each_provider_means_by_its_errors(provider, status, error, expected):
    assert fault(provider, status, error) == expected


@pytest.mark.parametrize("answer", range(3))
def test_real_overload_answers_are_provider_faults_and_free(shared, answer):
    seen = json.loads((shared / "data/reference_facts/llm_error_responses.json").read_text())
    assert len(seen) == 3
    one = seen[answer]
    outcome = Outcome(one["provider"], one["http_status"], one["body"]["error"]["type"])
    at = datetime.fromisoformat(one["observed"]).replace(tzinfo=UTC)
    assert BOOK.fault_of(outcome, at).fault == "provider"
    assert BOOK.charged_of(outcome, at).charged == "no"


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("openai", "openai"),
        (" OpenAI ", "openai"),
        ("anthropic", "anthropic"),
        ("azure", "azure-openai"),
        ("azure_ai", "azure-openai"),
        ("azure.ai.openai", "azure-openai"),
        ("az.ai.openai", "azure-openai"),
        ("vertex_ai", "google"),
        ("vertex_ai-anthropic_models", "google"),
        ("gcp.gemini", "google"),
        ("bedrock_converse", "bedrock"),
        ("aws.bedrock", "bedrock"),
        ("openrouter", "openrouter"),
        ("openai2", "default"),
        ("mistral", "default"),
        ("", "default"),
        (None, "default"),
    ],
)
def test_a_provider_goes_by_every_name_that_logs_give_it(name, file):
    assert BOOK.rules_of(name).provider == file


@pytest.mark.parametrize(
    ("provider", "status", "error", "usable", "output", "expected"),
    [
        # Anthropic: failures are free; a client that gave up on a good request pays; without an answer nobody can tell.
        ("anthropic", 529, "overloaded_error", None, 0, "no"),
        ("anthropic", 429, "rate_limit_error", None, 0, "no"),
        ("anthropic", 499, "client_disconnected", None, None, "yes"),
        ("anthropic", 0, "CancelledError", None, None, "yes"),
        ("anthropic", 0, "recorder_stopped", None, None, "unknown"),
        ("vertex_ai", 0, "recorder_stopped", None, None, "unknown"),
        ("anthropic", 0, None, None, None, "unknown"),
        ("anthropic", 408, "Timeout", None, None, "unknown"),
        ("anthropic", 500, "APIConnectionError", None, None, "unknown"),
        ("anthropic", 200, "overloaded_error", False, 90, "unknown"),
        ("anthropic", 200, None, True, 90, "yes"),
        # OpenRouter: empty answers and answers that end in an error are waived.
        ("openrouter", 200, None, False, 0, "no"),
        ("openrouter", 200, None, False, 5, "unknown"),
        ("openrouter", 200, "error", False, 5, "no"),
        ("openrouter", 200, None, None, 0, "unknown"),
        ("openrouter", 200, None, True, 0, "yes"),
        ("openrouter", 502, None, None, None, "no"),
        ("openrouter", 0, None, None, None, "unknown"),
        # Google: the two services say different things.
        ("gemini", 500, "INTERNAL", None, None, "no"),
        ("gemini", 400, "INVALID_ARGUMENT", None, None, "no"),
        ("gemini", 503, "UNAVAILABLE", None, None, "unknown"),
        ("vertex_ai", 503, "UNAVAILABLE", None, None, "no"),
        ("google", 500, None, None, None, "no"),
        ("google", 503, None, None, None, "unknown"),
        # Azure: work done is charged, whatever the status.
        ("azure", 408, "Timeout", None, None, "yes"),
        ("azure", 400, "content_filter", None, None, "yes"),
        ("azure", 400, "invalid_request", None, None, "unknown"),
        ("azure", 429, None, None, None, "no"),
        ("azure", 500, None, None, None, "unknown"),
        # Nothing was found on what else OpenAI, Bedrock or anyone charges for failures.
        ("openai", 429, "resource_unavailable", None, None, "no"),
        ("openai", 500, "server_error", None, None, "unknown"),
        ("openai", 200, None, None, 7, "yes"),
        ("bedrock", 500, "InternalServerException", None, None, "unknown"),
        ("bedrock", 200, None, True, 7, "yes"),
        ("nobody", 500, None, None, None, "unknown"),
        ("nobody", 200, None, True, 7, "unknown"),
    ],
)
def test_what_each_provider_says_of_charging(provider, status, error, usable, output, expected):
    assert charged(provider, status, error, usable, output) == expected


def test_a_rule_that_starts_later_does_not_reach_back():
    before, after = datetime(2024, 2, 12, 23, 59, 59, 999999, UTC), datetime(2024, 2, 13, tzinfo=UTC)
    assert charged("anthropic", 529, at=before) == "unknown"
    assert charged("anthropic", 529, at=after) == "no"
    assert charged("gemini", 500, at=datetime(2025, 3, 24, tzinfo=UTC)) == "unknown"
    assert charged("gemini", 500, at=datetime(2025, 3, 25, tzinfo=UTC)) == "no"


def test_a_rule_that_ended_holds_for_its_own_days():
    assert charged("azure", 408, at=datetime(2026, 1, 12, 23, tzinfo=UTC)) == "unknown"
    assert charged("azure", 408, at=datetime(2026, 1, 13, tzinfo=UTC)) == "yes"


def test_a_moment_is_reckoned_in_its_own_zone_and_refused_without_one():
    assert charged("anthropic", 529, at=datetime.fromisoformat("2024-02-13T08:59:00+09:00")) == "unknown"
    assert charged("anthropic", 529, at=datetime.fromisoformat("2024-02-13T09:00:00+09:00")) == "no"
    with pytest.raises(BadPeriod, match="no time zone"):
        BOOK.fault_of(Outcome("openai", 500), NOW.replace(tzinfo=None))


def test_a_ruling_names_its_source_and_rule():
    ruling = BOOK.charged_of(Outcome("anthropic", 529), NOW)
    assert ruling.source.startswith("https://support.claude.com/")
    assert (ruling.source_date, ruling.status) == (date(2026, 11, 21), "P")
    assert BOOK.rule(ruling.rule_no).source.line > 0
    nothing = BOOK.charged_of(Outcome("nobody", 500), NOW)
    assert (nothing.source, nothing.source_date, nothing.rule_no) == ("", None, -1)
    assert BOOK.rule(-1) is None


def test_every_rule_has_a_source_a_date_and_a_reason():
    rules = [rule for one in (*BOOK.providers, BOOK.default) for rule in (*one.faults, *one.billing)]
    assert len({rule.number for rule in rules}) == len(rules) > 40
    for rule in rules:
        assert rule.source.address == "house" or rule.source.address.startswith("https://"), rule
        assert date(2012, 1, 1) < rule.source.dated <= NOW.date(), rule
        assert rule.source.note, rule
        assert rule.source.address != "house" or rule.source.file == "default.yaml", rule
        assert rule.source.status in ("P", "S"), rule


@given(st.text(max_size=60), st.text(max_size=60), st.integers(-1000, 1000), st.sampled_from([None, True, False]))
def test_any_text_is_only_text(provider, error, status, usable):
    """Names nobody knows are ruled as if they were not there, unless the default file knows the error."""
    outcome, bare = Outcome(provider, status, error, usable), Outcome("nobody", status, None, usable)
    if BOOK.rules_of(provider) is BOOK.default and not any(
        pattern.fits(error.strip().lower()) for rule in BOOK.default.faults for pattern in rule.selector.errors
    ):
        assert BOOK.fault_of(outcome, NOW) == BOOK.fault_of(bare, NOW)
        assert BOOK.charged_of(outcome, NOW).charged == "unknown"


@pytest.mark.parametrize(
    "error",
    [
        "x" * 5_000_000,
        "%s%n%d",
        "*",
        "over*",
        ".*overloaded",
        "\x00",
        "\u202eoverloaded",
        "İ" * 99,
        "'; DROP TABLE x--",
    ],
)
def test_hostile_errors_match_nothing(error):
    assert fault("nobody", 429, error) == "client"
    rows = BOOK.table([("nobody", 429, error, -1)])
    assert {(row.error, row.fault) for row in rows} == {(error, "client")}


def rows_at(rows, empty, at_us):
    return [row for row in rows if row.empty == empty and row.from_us <= at_us < row.until_us]


def test_the_table_says_for_every_moment_what_the_rulings_say():
    """Given distinct combinations, when joined at any moment, then exactly one row answers, and as the ruling does."""
    moments = [datetime(year, month, 13, tzinfo=UTC) for year in (1969, 2023, 2024, 2025, 2026) for month in (1, 4, 9)]
    combinations = [
        (provider, status, error, usable)
        for provider in ("anthropic", "azure", "google", "gemini", "openrouter", "openai", "aws", "nobody", "")
        for status, error, usable in (
            (529, "overloaded_error", -1),
            (408, "Timeout", -1),
            (400, "content_filter", -1),
            (0, "", -1),
            (200, "", 0),
            (200, "error", 0),
            (200, "", -1),
            (777, "", -1),
        )
    ]
    rows = BOOK.table([*combinations, *combinations])
    for one in combinations:
        mine = [row for row in rows if row[:4] == one]
        for empty, output in ((0, 5), (1, 0)):
            spans = [(row.from_us, row.until_us) for row in mine if row.empty == empty]
            assert (spans[0][0], spans[-1][1]) == (BEGIN_US, END_US)
            assert all(left[1] == right[0] for left, right in pairwise(spans))
            outcome = Outcome(*one[:3], {0: False, 1: True}.get(one[3]), output)
            for at in moments:
                (row,) = rows_at(mine, empty, to_us(at))
                assert row.fault == BOOK.fault_of(outcome, at).fault
                assert (row.charged, row.rule_no) == (
                    BOOK.charged_of(outcome, at).charged,
                    BOOK.charged_of(outcome, at).rule_no,
                )


def test_the_table_splits_only_where_something_changes():
    assert [row.charged for row in BOOK.table([("anthropic", 529, "", -1)]) if row.empty == 0] == ["unknown", "no"]
    assert BOOK.table([("nobody", 500, "", -1)])[0] == RuleRow(
        "nobody",
        500,
        "",
        -1,
        0,
        BEGIN_US,
        END_US,
        "provider",
        "unknown",
        -1,
        BOOK.fault_of(Outcome("", 500), NOW).rule_no,
    )
    assert BOOK.table([]) == ()


HEAD = "provider: default\naliases: []\nfaults:\n"
TAIL = "billing: []\n"


def rule(more="", says="fault: client", since="2025-01-01", until="null", source="https://example.com/a"):
    lines = [says, f"from: {since}", f"until: {until}", f"source: {source}", "source_date: 2025-01-01", "read: P"]
    lines += ["note: because", *(more.split("; ") if more else [])]
    return "  - " + "\n    ".join(lines) + "\n"


def book(*rules):
    return book_of({"default.yaml": HEAD + "".join(rules) + TAIL})


@pytest.mark.parametrize(
    ("rules", "line", "why"),
    [
        ([rule("status: 700-600")], 4, "write a status such as 429"),
        ([rule("status: often")], 4, "write a status such as 429"),
        ([rule("status: [400-450, 429]")], 4, "overlap"),
        ([rule(), rule("status: 429", says="fault: nobody")], 11, "fault"),
        ([rule("error: [Overloaded]")], 4, "lower-case"),
        ([rule("error: ['o*ver']")], 4, "one \\* at the end"),
        ([rule("error: []")], 4, "at least one"),
        ([rule("error: [a, a]")], 4, "only once"),
        ([rule("colour: red")], 4, "colour"),
        ([rule(source="ftp://example.com")], 4, "https"),
        ([rule(until="2025-01-01")], 4, "after 'from'"),
        ([rule(since="soon")], 4, "from"),
        ([rule("note: twice")], 4, "a key stands twice"),
        ([rule("status: [429")], 12, "not a readable rule file"),
    ],
)
def test_a_broken_rule_is_told_with_file_and_line(rules, line, why):
    with pytest.raises(BadUse, match=why) as told:
        book(*rules)
    assert f"default.yaml:{line}:" in str(told.value)


@pytest.mark.parametrize("field", ["from", "until", "source", "source_date", "read", "note", "fault"])
def test_no_field_of_a_rule_may_be_missing(field):
    kept = "\n".join(line for line in rule().replace("  - ", "  -\n    ").splitlines() if f" {field}:" not in line)
    with pytest.raises(BadUse, match=f"default.yaml:.*{field}"):
        book(kept + "\n")


@pytest.mark.parametrize(
    ("earlier", "later", "why"),
    [
        (rule("status: 429"), rule("status: 429", says="fault: provider"), "never comes to speak"),
        (rule("status: 429"), rule("status: 429"), "never comes to speak"),
        (rule("status: 400-499"), rule("status: 429; error: [a]", says="fault: provider"), "never comes to speak"),
        (rule("error: [over*]"), rule("error: [overload]", says="fault: provider"), "never comes to speak"),
        (
            rule("status: 429", until="2026-01-01"),
            rule("status: 429", since="2025-12-31", says="fault: provider"),
            "never comes to speak",
        ),
        (rule("status: 400-429"), rule("status: 420-499", says="fault: provider"), "contradicts"),
        (rule("error: [a, b]"), rule("error: [b, c]", says="fault: provider"), "contradicts"),
        (rule("status: 429"), rule("error: [a]", says="fault: provider"), "contradicts"),
    ],
)
def test_rules_that_cannot_stand_together_are_refused(earlier, later, why):
    with pytest.raises(BadUse, match=f"default.yaml:\\d+: this rule {why}"):
        book(earlier, later)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (rule("status: 429; error: [a]", says="fault: provider"), rule("status: 429")),
        (rule("status: 429", until="2026-01-01"), rule("status: 429", since="2026-01-01", says="fault: provider")),
        (rule("status: 400-429"), rule("status: 420-499")),
        (rule("status: 400-429", says="fault: unknown"), rule("status: 420-499")),
        (rule("error: [a]"), rule("error: [ab]", says="fault: provider")),
    ],
)
def test_a_narrower_rule_may_come_first_and_a_new_one_may_follow_an_old_one(earlier, later):
    assert len(book(earlier, later).default.faults) == 2


def test_billing_rules_keep_to_their_occasion():
    billing = "provider: default\naliases: []\nfaults: []\nbilling:\n"
    unquoted = billing + rule("when: success", says="charged: yes")
    assert book_of({"default.yaml": unquoted}).charged_of(Outcome("x", 200), NOW).charged == "yes"
    for more in ("when: success; status: 500", "when: failed; status: 200", "when: often"):
        with pytest.raises(BadUse, match=r"default\.yaml:5:"):
            book_of({"default.yaml": billing + rule(more, says="charged: yes")})
    covered = rule("when: unusable", says="charged: yes") + rule("when: empty", says="charged: no")
    with pytest.raises(BadUse, match="never comes to speak"):
        book_of({"default.yaml": billing + covered})


@pytest.mark.parametrize("text", ["", "- a", "[", "a: b: c", "? [x]\n: y", "\x00", "{1: 2}", "provider: default"])
def test_a_file_that_is_no_rule_file_is_refused(text):
    with pytest.raises(BadUse, match=r"default\.yaml"):
        book_of({"default.yaml": text})


def test_a_name_belongs_to_one_provider_and_a_default_must_be_there():
    default = HEAD.replace("faults:", "faults: []") + TAIL
    one = default.replace("default", "one").replace("[]", "[shared*]", 1)
    two = default.replace("default", "two").replace("[]", "[shared_name]", 1)
    assert book_of({"default.yaml": default, "one.yaml": one}).rules_of("shared_name").provider == "one"
    with pytest.raises(BadUse, match=r"two\.yaml:1: the name 'shared_name' already belongs to one\.yaml"):
        book_of({"default.yaml": default, "one.yaml": one, "two.yaml": two})
    with pytest.raises(BadUse, match="default"):
        book_of({"one.yaml": one})


def test_the_page_of_rules_is_current():
    page = Path(__file__).resolve().parents[2] / "docs" / "claimant-rules.md"
    assert page.read_text(encoding="utf-8") == rules_page(BOOK), "write the page anew with rules_page(read_rules())"
    for one in (*BOOK.providers, BOOK.default):
        assert f"`{one.file}`" in page.read_text(encoding="utf-8")
