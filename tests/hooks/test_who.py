"""Who answers, by the host; and what importing the hooks brings in."""

from __future__ import annotations

import subprocess
import sys

import pytest

from makegood.errors import BadUse
from makegood.hooks.who import Who, provider_of, region_of

HOSTS = {
    "api.openai.com": ("openai", None),
    "eu.api.openai.com": ("openai", None),
    "api.anthropic.com": ("anthropic", None),
    "mine.openai.azure.com": ("azure-openai", None),
    "bedrock-runtime.eu-west-1.amazonaws.com": ("bedrock", "eu-west-1"),
    "us-central1-aiplatform.googleapis.com": ("google", "us-central1"),
    "generativelanguage.googleapis.com": ("google", None),
    "openrouter.ai": ("openrouter", None),
    "notopenai.com": ("notopenai.com", None),
    "LLM.example.ORG": ("llm.example.org", None),
    "127.0.0.1": ("127.0.0.1", None),
    "": ("unknown", None),
}


@pytest.mark.parametrize("host", HOSTS)
def test_provider_and_region_by_the_host(host: str):
    assert (provider_of(host), region_of(host)) == HOSTS[host]


@pytest.mark.parametrize(
    "given",
    [{"account": ""}, {"account": "a" * 129}, {"key": "sk-proj-0123456789"}, {"provider": "two words"}],
)
def test_what_is_no_name_is_refused(given: dict[str, str]):
    with pytest.raises(BadUse):
        Who(**given)


def test_importing_the_hooks_imports_no_sdk():
    named = "('openai', 'anthropic', 'litellm', 'httpx2')"
    code = f"import sys, makegood, makegood.hooks; print([name for name in {named} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
