"""The config: what is taken, and the one sentence for each fault; keys are never in it nor in what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from makegood.errors import BadUse
from makegood.gateway.check import told
from makegood.gateway.config import Config, read_config

KEYS = {"OPENAI_API_KEY": "sk-secret-one", "OTHER_KEY": "sk-secret-two", "TEAM_A": "team-secret"}
SOUND = """account = "acme"

[upstreams.openai]
wire = "openai"
base_url = "https://api.openai.com/v1"
key_env = "OPENAI_API_KEY"

[upstreams.other]
wire = "openai"
base_url = "https://other.example/v1/"
key_env = "OTHER_KEY"
region = "eu"

[upstreams.claude]
wire = "anthropic"
base_url = "https://api.anthropic.com"

[routes."gpt-5"]
upstreams = [
  { upstream = "openai", price = { input = "1.25", output = "10" } },
  { upstream = "other", model = "gpt-5-eu", price = { input = "1.5", output = "12" } },
]
budget = { attempts = 2 }

[default]
openai = "openai"
anthropic = "claude"
"""


def read(tmp_path: Path, text: str = SOUND, environ: dict[str, str] = KEYS) -> Config:
    path = tmp_path / "gateway.toml"
    path.write_text(text, encoding="utf-8")
    return read_config(path, environ)


def test_a_sound_config_is_taken_and_its_keys_are_not_shown(tmp_path: Path):
    config = read(tmp_path)
    assert config.keys["OPENAI_API_KEY"] == "sk-secret-one"
    assert config.attempts == tmp_path / "attempts"
    assert "secret" not in f"{config!r} {config} {told(config)}"


def test_what_it_would_do_is_said_in_sentences(tmp_path: Path):
    lines = told(read(tmp_path, SOUND.replace("budget = { attempts = 2 }", "hedge_after_ms = 800")))
    assert "Upstream openai: openai at https://api.openai.com/v1, with key OPENAI_API_KEY." in lines
    assert "Upstream claude: anthropic at https://api.anthropic.com, with the caller's own key." in lines
    assert (
        "Model gpt-5: openai/gpt-5; then other/gpt-5-eu. At most 3 attempts a call. What ends without an answer is not"
        " asked again, as it may have been served. After 800 ms without an answer another is asked as well, and both"
        " may be charged."
    ) in lines
    assert "Everything else of Anthropic's goes to claude." in lines
    assert "Anyone on this machine may call; account acme." in lines


def test_a_config_is_looked_at_without_its_keys_and_what_is_likely_forgotten_is_said(tmp_path: Path):
    path = tmp_path / "gateway.toml"
    path.write_text(SOUND.replace("https://api.openai.com/v1", "https://api.openai.com"), encoding="utf-8")
    lines = told(read_config(path, {}, keyless=True))
    assert "The environment variable OPENAI_API_KEY is not set here; the gateway will need it." in lines
    assert any(line.endswith("has no path; OpenAI's own, and most like it, end with /v1.") for line in lines)
    with pytest.raises(BadUse, match="OPENAI_API_KEY is not set"):
        read_config(path, {})


def test_a_key_may_stand_in_a_file(tmp_path: Path):
    (tmp_path / "key").write_text("sk-from-file\n")
    environ = {"OPENAI_API_KEY_FILE": str(tmp_path / "key"), "OTHER_KEY": "x"}
    assert read(tmp_path, environ=environ).keys["OPENAI_API_KEY"] == "sk-from-file"


ONE = "[upstreams.a]\nwire = 'openai'\nbase_url = 'https://a.example/v1'\n"
TWO = ONE + "[upstreams.b]\nwire = 'openai'\nbase_url = 'https://b.example/v1'\nsend_key = false\n"
ROUTE = TWO + "[routes.m]\nupstreams = [{ upstream = 'a' }, { upstream = 'b' }]\n"
PRICED = (
    TWO + "[routes.m]\nupstreams = [{ upstream = 'a', price = { input = '1', output = '2' } },"
    " { upstream = 'b', price = { input = '2', output = '4' } }]\n"
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x =", "is not TOML"),
        ("", "upstreams: is needed and missing"),
        ("upstreams = {}", "line 1: upstreams: "),
        ('attempts = "a\\u0000b"\n' + ONE, "line 1: attempts: holds what no folder's name has"),
        (ONE + "key = 'sk-1'", "line 4: upstreams.a.key: is no field"),
        (ONE + "send_key = 'yes'", "line 4: upstreams.a.send_key: must be true or false"),
        (ONE.replace("'openai'", "'smoke'"), "line 2: upstreams.a.wire: should be 'openai' or 'anthropic'"),
        (ONE + "[limits]\nopen_calls = 0", "line 5: limits.open_calls: should be greater than or equal to 1"),
        (ONE + "[limits]\nopen_calls = 1.5", "line 5: limits.open_calls: must be a whole number"),
        (ONE + "[timeouts]\nconnect_seconds = inf", "line 5: timeouts.connect_seconds: should"),
        (ONE + "[timeouts]\nfirst_byte_seconds = 1", "line 4: timeouts: cannot be right; let connect be at most"),
        (ONE + "key_env = 'A KEY'", "line 4: upstreams.a.key_env: is not written as such a name is"),
        (
            ONE + "key_env = 'NOT_SET'",
            "line 4: upstreams.a.key_env: the environment variable NOT_SET is not set; set it",
        ),
        (ONE + "key_env = 'BAD'", "the variable BAD holds characters that no key has"),
        (ONE + "key_env = 'GONE'", "the file that GONE_FILE names cannot be read"),
        (ONE.replace("https:", "http:"), "line 3: upstreams.a.base_url: is plain http"),
        (ONE.replace("https:", "ftp:"), "is no address; write it like https://api.openai.com/v1"),
        (ONE.replace("https://", "https://user:pw@"), "is no address"),
        (ONE.replace("https://", "https://:pw@"), "is no address"),
        (ONE.replace("'https://a.example/v1'", '"https://a.example/v1\\r\\nx-a: 1"'), "is no address"),
        (ONE.replace("/v1", "/v1?key=1"), "is no address"),
        (ONE.replace("a.example", "a.example:99999"), "is no address"),
        (ONE.replace("'openai'", "'anthropic'"), "ends with /v1, which this wire adds by itself"),
        (ONE + "[upstreams.a.headers]\nAuthorization = 'x'", "line 5: upstreams.a.headers.Authorization: is set by"),
        (ONE + '[upstreams.a.headers]\nx-a = "1\\r\\nx-b: 2"', "line 5: upstreams.a.headers.x-a: is no header"),
        (ONE + "ca_file = 'none.pem'", "line 4: upstreams.a.ca_file: names no file"),
        (ONE + "ca_file = 'gateway.toml'", "line 4: upstreams.a.ca_file: names a file without a certificate"),
        ("workers = " + "9" * 5_000, "is not TOML"),
        (ONE + "[" + ".".join("z" * 2_000) + "]", "z: is no field of a gateway's config"),
        (TWO.replace("send_key = false", ""), "line 4: upstreams.b: has no key_env, so that the caller's own key"),
        (ROUTE.replace("'b' }]", "'c' }]"), "there is no upstream c; write one of a, b, or add [upstreams.c]"),
        (ROUTE.replace("'b' }]", "'a' }]"), "asks the same upstream for the same model twice"),
        (ROUTE.replace("routes.m", "routes.'a b'"), "routes.a b: is no model name"),
        (ROUTE.replace("'b' }", "'b', model = 'a b' }"), "routes.m.upstreams.1.model: is no model name"),
        (ROUTE + "ceiling = { input = '1', output = '1' }", "a declares no price; a ceiling"),
        (
            PRICED + "ceiling = { input = '0.5', output = '9' }",
            "line 10: routes.m.ceiling: is below the price of every",
        ),
        (PRICED + "budget = { money = '0.1' }", "a budget in money needs most_output_tokens for each upstream"),
        (PRICED + "budget = { money = 'much' }", "line 10: routes.m.budget.money: must be an amount in quotes"),
        (PRICED.replace("'4' }", "'4', currency = 'EUR' }"), "declares prices in more than one currency"),
        (PRICED.replace("'4' }", "'4', currency = 'QQQ' }"), "must be an ISO 4217 currency"),
        (PRICED.replace("'4' }", "'0.0000001' }"), "with at most 6 decimals"),
        (PRICED.replace("'4' }", "4.0 }"), "must be text in quotes"),
        (ONE + "[default]\nopenai = 'z'", "line 5: default.openai: there is no upstream z"),
        (ONE + "[default]\nanthropic = 'a'", "line 5: default.anthropic: a speaks the other wire"),
        (ONE + "[listen]\nhost = '0.0.0.0'", "line 5: listen.host: lets anyone on the network spend your keys"),
        ("workers = 2\n" + ONE + "[listen]\nport = 0", "line 1: workers: workers that share a port need to know which"),
        (
            ONE + "key_env = 'OTHER_KEY'\n[[callers]]\nname = 'x'\nkey_env = 'OTHER_KEY'\naccount = 'x'",
            "is an upstream's key",
        ),
        (ONE + "key_env = 'OTHER_KEY'\n[[callers]]\nname = 'x'\nkey_env = 'SAME'\naccount = 'x'", "hold the same key"),
        (ONE + "[[callers]]\nname = 'x'\nkey_env = 'TEAM_A'\naccount = ''", "line 7: callers.0.account: "),
    ],
)
def test_each_fault_is_one_sentence_with_its_place(tmp_path: Path, text: str, said: str):
    environ = {**KEYS, "BAD": "sk-secret three", "GONE_FILE": "/nowhere/at/all", "SAME": "sk-secret-two"}
    with pytest.raises(BadUse) as fault:
        read(tmp_path, text, environ)
    sentence = str(fault.value)
    assert said in sentence
    assert sentence.startswith(str(tmp_path / "gateway.toml"))
    assert sentence.endswith(".")
    assert "secret" not in sentence
    assert "\n" not in sentence


def test_a_config_that_is_not_there_or_no_file(tmp_path: Path):
    with pytest.raises(BadUse, match="cannot be read"):
        read_config(tmp_path / "none.toml", {})
    with pytest.raises(BadUse, match="is no file"):
        read_config(tmp_path, {})
    (tmp_path / "b.toml").write_bytes(b"\xff")
    with pytest.raises(BadUse, match="is not UTF-8"):
        read_config(tmp_path / "b.toml", {})
