"""Noun: for whom a hook records; who pays, who answers, where, and by which key, each by its name."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.errors import BadUse
from makegood.records.names import name_of

# By the end of the host's name; the names are those that the rules of losses/rules go by, where there are such.
_HOSTS = {
    "openai.com": "openai",
    "openai.azure.com": "azure-openai",
    "cognitiveservices.azure.com": "azure-openai",
    "services.ai.azure.com": "azure-openai",
    "anthropic.com": "anthropic",
    "claude.com": "anthropic",
    "openrouter.ai": "openrouter",
    "googleapis.com": "google",
    "amazonaws.com": "bedrock",
    "mistral.ai": "mistral",
    "deepseek.com": "deepseek",
    "groq.com": "groq",
    "x.ai": "xai",
    "together.xyz": "together",
    "together.ai": "together",
    "fireworks.ai": "fireworks",
    "perplexity.ai": "perplexity",
    "cohere.com": "cohere",
    "cerebras.ai": "cerebras",
}
_LONGEST = 128
UNNAMED = "unknown"


@dataclass(frozen=True, slots=True)
class Who:
    """`account` pays; `provider` answers, told by the host where it is None; `key` is the name of the key, never it."""

    account: str = "default"
    provider: str | None = None
    region: str | None = None
    key: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.account, str) or not 0 < len(self.account) <= _LONGEST:
            raise BadUse(f"an account is a text of 1 to {_LONGEST} characters; give the one that pays.")
        for field in ("provider", "region", "key"):
            value = getattr(self, field)
            if value is not None and name_of(value) != value:
                raise BadUse(
                    f"the {field} is no plain name of at most {_LONGEST} characters; give one, and never a key."
                )


def provider_of(host: str) -> str:
    """The provider by the host that is asked; the host itself where nobody is known behind it."""
    parts = host.lower().rstrip(".").split(".")
    for start in range(len(parts)):
        known = _HOSTS.get(".".join(parts[start:]))
        if known:
            return known
    return name_of(host.lower()) or UNNAMED


def region_of(host: str) -> str | None:
    """The region where the host names it, as those of Bedrock and Vertex do."""
    parts = host.lower().split(".")
    if parts[-2:] == ["amazonaws", "com"] and len(parts) > 3:
        return name_of(parts[-3])
    if parts[1:] == ["aiplatform", "googleapis", "com"] and parts[0].endswith("-aiplatform"):
        return name_of(parts[0].removesuffix("-aiplatform"))
    if parts[-2:] == ["googleapis", "com"] and parts[0].endswith("-aiplatform"):
        return name_of(parts[0].removesuffix("-aiplatform"))
    return None
