"""A watch's config: what it may say, and a sentence with line, field, reason and mend for what it may not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from makegood.errors import BadUse
from makegood.losses.faults import read_rules
from makegood.reads.alert import KINDS
from makegood.records.bulletin_words import provider_of
from makegood.watch.config import Config, read_config
from makegood.watch.known_pages import known_pages
from tests.watch.status_pages import URL

SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"
ENV = {"HOOK": SECRET, "SLACK": "https://hooks.slack.test/services/T/B/s3cret", "U": "user", "P": "passw0rd"}
WHOLE = """
[watch]
folder = "kept"
lang = "ko"
zone = "Asia/Seoul"
contact = "ops@example.com"
every_seconds = 20

[traffic]
attempts = "attempts"
stale_minutes = 0

[[pages]]
provider = "anthropic"
[[pages]]
provider = "acme"
url = "https://status.acme.test/api/v2/incidents.json"
every_seconds = 120

[[channels]]
to = "console"
[[channels]]
to = "mail"
server = "smtp://mail.example.com:587"
sender = "Watch <watch@example.com>"
receivers = ["a@example.com", "b@example.com"]
user_env = "U"
password_env = "P"
kinds = ["silent", "began", "ended"]
[[channels]]
to = "webhook"
url = "https://hooks.example.com/x"
secret_env = "HOOK"
[[channels]]
to = "slack"
url_env = "SLACK"

[claims]
assessments = ["report/assessment.json"]
days = [30, 7]

[alerts]
silent_minutes = 5
most_per_hour = 6
"""


def read(folder: Path, text: str, environ: dict[str, str] = ENV) -> Config:
    path = folder / "watch.toml"
    path.write_text(text, encoding="utf-8")
    return read_config(path, environ)


def test_a_whole_config(tmp_path: Path) -> None:
    config = read(tmp_path, WHOLE)
    assert [one.url for one in config.pages] == ["https://status.claude.com/api/v2/incidents.json", URL]
    assert [one.name for one in config.ways] == [
        "console",
        "mail/a@example.com",
        "mail/b@example.com",
        "webhook",
        "slack",
    ]
    assert [one.dedupes for one in config.ways] == [False, True, True, True, False]
    assert config.folder == tmp_path / "kept"
    assert config.attempts == tmp_path / "attempts"
    assert config.assessments == (tmp_path / "report" / "assessment.json",)
    assert (config.policy.days, config.policy.most_per_hour, config.policy.stale.seconds) == ((30, 7), 6, 0)
    assert config.words.clock == "Asia/Seoul"


def test_no_secret_is_shown(tmp_path: Path) -> None:
    shown = repr(read(tmp_path, WHOLE)) + "".join(repr(way) + repr(way.channel) for way in read(tmp_path, WHOLE).ways)
    assert not [ENV[name] for name in ("HOOK", "SLACK", "P") if ENV[name] in shown]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "names nothing to watch"),
        ("[watch]\nfoldr = 'a'", r"line 2: watch\.foldr: is no field"),
        ("[watch]\nevery_seconds = '9'", r"line 2: watch\.every_seconds: must be a whole number"),
        ("[watch]\nzone = 'Mars/Base'\n[traffic]\nattempts = 'a'", r"line 2: watch\.zone: is no time zone"),
        ("[traffic]\ndays = 3", r"traffic\.attempts: is needed and missing"),
        ("[[pages]]\nprovider = 'nobody'", r"line 2: pages\.0\.provider: has no page that ships with makegood; name"),
        ("[[pages]]\nprovider = 'mistral'", r"has no page that ships with makegood \(status\.mistral\.ai"),
        ("[[pages]]\nprovider = 'a'\nurl = 'http://a.test/x'", r"line 3: pages\.0\.url: begins with https"),
        ("[[pages]]\nprovider = 'a'\nurl = 'https://u:p@a.test/x'", r"pages\.0\.url: is no address"),
        ("[[pages]]\nprovider = 'a'\nurl = 'https://a.test:x/'", r"pages\.0\.url: is no address"),
        ("[[pages]]\nprovider = 'openai'\n" * 2, r"line 3: pages\.1\.url: stands twice"),
        ("[[pages]]\nprovider = 'a'\nurl = 'https://a.test'\nevery_seconds = 1", "greater than or equal to 30"),
        ("[[channels]]\nto = 'pigeon'", r"line 2: channels\.0\.to: should be 'console'"),
        ("[[channels]]\nto = 'console'\nurl_env = 'SLACK'", r"0\.url_env: is no field of a channel to console"),
        ("[[channels]]\nto = 'console'\nkinds = ['all']", r"0\.kinds: names 'all'; the kinds are silent, began"),
        ("[[channels]]\nto = 'console'\n" * 2, "are two by the name 'console'"),
        ("[[channels]]\nto = 'slack'\nurl_env = 'NONE'", "names NONE, which is not set; set it, or NONE_FILE"),
        ("[[channels]]\nto = 'slack'\nurl_env = 'U'", "names a variable that holds no https address"),
        ("[[channels]]\nto = 'slack'", "url_env: is needed"),
        ("[[channels]]\nto = 'webhook'\nurl = 'https://a.test'", "secret_env: is needed"),
        ("[[channels]]\nto = 'webhook'\nurl = 'https://a.test'\nsecret_env = 'U'", "the webhook's secret is whsec_"),
        ("[[channels]]\nto = 'webhook'\nurl = 'http://a.test'\nsecret_env = 'HOOK'", "begins with https"),
        ("[[channels]]\nto = 'webhook'\nsecret_env = 'HOOK'", "url: or url_env is needed"),
        ("[[channels]]\nto = 'mail'\nsender = 'a@b.test'\nreceivers = ['c@d.test']", "server: is needed"),
        ("[[channels]]\nto = 'mail'\nserver = 'smtp://h'\nreceivers = ['c@d.test']", "sender: is needed"),
        ("[[channels]]\nto = 'mail'\nserver = 'smtp://h'\nsender = 'a@b.test'", "receivers: is needed"),
        ("[[channels]]\nto = 'mail'\nserver = 'smtp://h'\nsender = 'a@b.test'\nreceivers = ['c']", "no e-mail address"),
        ("[[channels]]\nto = 'mail'\nserver = 'smtp://h'\nsender = 'a@b.test'\nreceivers = ['c@d.ef']\nuser_env = 'U'",
         "belong together"),
        ("[watch", "is not TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_with_its_place(tmp_path: Path, text: str, sentence: str) -> None:
    whole = text if not text or "[[channels]]" not in text else f"{text}\n[traffic]\nattempts = 'a'\n"
    with pytest.raises(BadUse, match=sentence) as fault:
        read(tmp_path, whole)
    told = str(fault.value)
    assert told.startswith(f"{tmp_path}/watch.toml: ")
    assert "\n" not in told
    assert told.endswith(".")
    assert not [ENV[name] for name in ("HOOK", "SLACK", "P") if ENV[name] in told]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadUse, match="cannot be read"):
        read_config(tmp_path / "none.toml", {})
    with pytest.raises(BadUse, match="is no file"):
        read_config(tmp_path, {})
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(BadUse, match="is not UTF-8"):
        read_config(tmp_path / "b.toml", {})


def test_the_shipped_list_says_where_each_address_was_read() -> None:
    known = known_pages()
    names = [one.provider for one in known.pages] + [provider for provider, _ in known.without]
    assert len(set(names)) == len(names)
    for one in known.pages:
        assert urlsplit(one.url).scheme == "https"
        assert one.source.startswith("https://")
        assert isinstance(one.read, date)
        # what the page calls itself by its address is the provider it is listed under, where makegood knows it
        assert provider_of(urlsplit(one.url).hostname or "") in (one.provider, None) or one.provider not in {
            "anthropic", "openai", "google", "github", "groq", "deepseek", "perplexity", "cohere"
        }  # fmt: skip
    ruled = {one.provider for one in read_rules().providers}
    assert {read_rules().one_name(name) for name in names} >= ruled


def test_the_example_of_the_documentation_is_read(tmp_path: Path) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "watch.md").read_text(encoding="utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    environ = {"WATCH_SMTP_USER": "u", "WATCH_SMTP_PASSWORD": "p", "WATCH_SLACK_URL": ENV["SLACK"]}
    config = read(tmp_path, example, {**environ, "WATCH_WEBHOOK_SECRET": SECRET})
    assert [one.name for one in config.ways] == ["console", "mail/oncall@example.com", "slack", "webhook"]
    assert [kind for kind in KINDS if f"`{kind}`" not in text] == []
