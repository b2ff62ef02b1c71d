"""What a bulletin's words say: its kind, whose page it is, how bad it was, and whether it can be about models."""

from __future__ import annotations

import re

# Only a plain failure of the service that was bought is `downtime`. The words below mark what is not, in this order:
# a bulletin so marked is shown in both readings, never counted silently and never dropped. They are matched in the
# title and the component's name. A body is searched only for TEXT_WORDS: long reports mention logins in passing.
KIND_WORDS: tuple[tuple[str, str, str], ...] = (
    ("maintenance", r"(scheduled|planned|emergency) maintenance|maintenance window", "planned work has its own rules"),
    ("access", r"suspend(ed|ing)? (all )?access|accounts? (\w+ )?(suspen|bann|deactivat|terminat)", "a ban"),
    ("access", r"access (to .{1,60} )?(is |was |has been )?(suspended|revoked|restricted)", "a ban"),
    ("access", r"model picker|no longer available|deprecat(ed|ion)|retire(d|ment)|sunset", "withdrawn, not failing"),
    ("billing", r"billing|payment|checkout|invoice|subscription|plan upgrade|refund|purchas", "money, not service"),
    ("login", r"log-?[ -]?ins?\b|logging[ -]in|sign(s|ing)?[ -]?(in|up)s?\b|sso\b|oauth", "served once signed in"),
    ("login", r"\bauth\b|authentication|account creation|creating (an )?account|registration", "as above"),
    ("login", r"access(ing)? (\w+ )?accounts?\b", "as above"),
    ("other", r"\bdocs\b|documentation|help cent(er|re)|support ?(cent(er|re)|chat|portal)|chat support", "beside it"),
    ("other", r"marketplace|analytics|status page|usage dashboard|rate limits", "beside it, or a limit, not a failure"),
)
TEXT_WORDS: tuple[tuple[str, str, str], ...] = (
    ("access", r"\bwe(’|'| ha)ve suspended access|access to .{1,80} has been suspended", "a ban, told in the body"),
)
_KINDS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern, _ in KIND_WORDS)
_TEXT_KINDS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern, _ in TEXT_WORDS)

# The severities of Statuspage components, of incident.io, and of Statuspage incidents ("impact"). A component's own
# status is the better word; the impact is a blend over components, used where no status is told.
STATUS_SEVERITY = {
    "operational": "none",
    "degraded_performance": "degraded",
    "partial_outage": "partial",
    "major_outage": "major",
    "full_outage": "major",
    "under_maintenance": "maintenance",
}
IMPACT_SEVERITY = {
    "none": "none",
    "minor": "degraded",
    "major": "partial",
    "critical": "major",
    "maintenance": "maintenance",
}
_WORST = ("none", "unknown", "maintenance", "degraded", "partial", "major")

# Whose page it is, by its name, its address or the company's id; the ids are those of the logs.
PROVIDERS: tuple[tuple[str, str], ...] = (
    ("azure.openai", r"azure"),
    ("github", r"github"),
    ("anthropic", r"anthropic|claude"),
    ("openai", r"openai|chatgpt"),
    ("google", r"google|gemini|vertex"),
    ("aws.bedrock", r"bedrock"),
    ("aws", r"amazon|\baws\b"),
    ("openrouter", r"openrouter"),
    ("mistral", r"mistral"),
    ("cohere", r"cohere"),
    ("groq", r"\bgroq"),
    ("x-ai", r"\bx\.?ai\b|\bgrok\b"),
    ("deepseek", r"deepseek"),
    ("perplexity", r"perplexity"),
)
_PROVIDERS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in PROVIDERS)
# Components that are not what a log of model requests goes to: its outage is not acknowledged by a bulletin on these.
# On the page of a whole cloud nearly everything is something else, so there the words say what is about models.
OTHER_PRODUCTS: tuple[tuple[str, str], ...] = (
    ("anthropic", r"^claude\.ai|^claude code|cowork|console|for government"),
    ("openai", r"chatgpt|codex|\bsora\b"),
    ("deepseek", r"^web"),
    ("perplexity", r"^search"),
)
CLOUD_MODELS: tuple[tuple[str, str], ...] = (
    ("google", r"vertex|gemini|generative|agent (engine|platform)|\bai platform|machine learning"),
    ("aws", r"bedrock"),
    ("aws.bedrock", r"bedrock"),
)
_OTHER_PRODUCTS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in OTHER_PRODUCTS}
_CLOUD_MODELS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in CLOUD_MODELS}
_OWN_NAME = re.compile(r"[^a-z0-9.]+")


def kind_of(title: str, component: str = "", text: str = "", severity: str = "") -> str:
    """The kind of a bulletin (one of records.bulletin.KINDS) by its words; `downtime` where none is marked."""
    if severity == "maintenance":
        return "maintenance"
    told = f"{title}\n{component}"
    for kind, pattern in _KINDS:
        if pattern.search(told):
            return kind
    return next((kind for kind, pattern in _TEXT_KINDS if pattern.search(text)), "downtime")


def may_be_about_models(provider: str | None, component: str) -> bool:
    """Can a bulletin on this component be about requests to a provider's models? Yes where nothing tells otherwise."""
    other, cloud = _OTHER_PRODUCTS.get(provider or ""), _CLOUD_MODELS.get(provider or "")
    return not (other and other.search(component)) and (cloud is None or bool(cloud.search(component)))


def worst(severities: list[str]) -> str:
    """The gravest of the severities; `unknown` when there is none."""
    return max(severities, key=_WORST.index) if severities else "unknown"


def provider_of(*hints: str) -> str | None:
    """The provider that the first telling hint names; else the first hint itself, in lower case with dashes."""
    for hint in hints:
        for name, pattern in _PROVIDERS:
            if pattern.search(hint):
                return name
    own = next((hint for hint in hints if hint.strip()), "")
    own = re.sub(r"\b(status|page|incident|history)\b", " ", own.lower())
    return _OWN_NAME.sub("-", own).strip("-") or None
