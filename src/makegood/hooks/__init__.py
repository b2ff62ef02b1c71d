"""Face: hooks; they record every attempt of an SDK client or a transport, without a gateway."""

from makegood.hooks.clients import anthropic, openai, transport
from makegood.hooks.litellm_callback import litellm

__all__ = ["anthropic", "litellm", "openai", "transport"]
