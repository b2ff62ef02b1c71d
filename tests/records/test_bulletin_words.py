"""Words of bulletins: only plain failures are downtime; the rest is marked, and never by accident."""

import pytest

from makegood.records.bulletin import KINDS
from makegood.records.bulletin_words import KIND_WORDS, TEXT_WORDS, kind_of, provider_of, worst


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Elevated errors on Claude Opus 4.8", "downtime"),
        ("Issues accessing ChatGPT for logged-out users", "downtime"),
        ("Users May Experience Issues Accessing ChatGPT", "downtime"),
        ("Connection failures for organizations restricting GitHub access by IP address", "downtime"),
        ("Elevated Error Rate for Vaults and Credentials", "downtime"),
        ("Image API requests failing with 401s", "downtime"),
        ("Some SSH connections using deploy keys are failing", "downtime"),
        ("We’ve suspended access to Claude Mythos 5 and Claude Fable 5", "access"),
        ("Access to the API was suspended in one region", "access"),
        ("Accounts wrongly banned", "access"),
        ("Model X is no longer available", "access"),
        ("Billing and subscription management issues", "billing"),
        ("Elevated billing related errors on Claude.ai", "billing"),
        ("Subscription checkout failing", "billing"),
        ("Payment Issues", "billing"),
        ("OAuth Account Creation / Login Error", "login"),
        ("Users unable to sign in using Microsoft personal accounts", "login"),
        ("Users may encounter issues logging in", "login"),
        ("Some users may experience issues accessing OpenAI accounts", "login"),
        ("Auth & licensing service issues", "login"),
        ("Windsurf Signup Outage", "login"),
        ("Docs Platform Degraded Performance", "other"),
        ("Users unable to access chat support on help center", "other"),
        ("Increase in users hitting Codex rate limits", "other"),
        ("Scheduled maintenance of the database", "maintenance"),
    ],
)
def test_titles(title: str, kind: str) -> None:
    assert kind_of(title) == kind


def test_the_component_and_the_severity_speak_too_but_a_body_only_of_suspensions() -> None:
    assert kind_of("Elevated errors", component="Login") == "login"
    assert kind_of("Elevated errors", severity="maintenance") == "maintenance"
    assert kind_of("Elevated errors", text="Some users could not log in; billing was not affected.") == "downtime"
    assert kind_of("An update", text="Following a directive, we have suspended access to two models.") == "access"


def test_every_word_has_a_kind_and_a_reason() -> None:
    assert all(kind in KINDS and kind != "downtime" and why for kind, _, why in (*KIND_WORDS, *TEXT_WORDS))


@pytest.mark.parametrize(
    ("hints", "provider"),
    [
        (("Claude", ""), "anthropic"),
        (("OpenAI", "https://status.openai.com"), "openai"),
        (("GitHub Status - Incident History", ""), "github"),
        (("Azure OpenAI",), "azure.openai"),
        (("", "https://status.cloud.google.com"), "google"),
        (("Acme Corp Status", ""), "acme-corp"),
        (("", ""), None),
    ],
)
def test_whose_page(hints: tuple[str, ...], provider: str | None) -> None:
    assert provider_of(*hints) == provider


def test_the_gravest_severity() -> None:
    assert worst(["none", "degraded", "partial"]) == "partial"
    assert worst([]) == "unknown"
