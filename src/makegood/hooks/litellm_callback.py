"""Verb: record the attempts of LiteLLM, by its own callbacks; those of one call are kept together."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from makegood.errors import BadUse
from makegood.hooks.clients import FOLDER
from makegood.hooks.litellm_attempts import Attempts
from makegood.hooks.recorder import Recorder, log_of
from makegood.hooks.who import Who


def litellm(
    *,
    folder: str | Path = FOLDER,
    account: str = "default",
    provider: str | None = None,
    region: str | None = None,
    key: str | None = None,
) -> Any:
    """A callback for `litellm.callbacks`, which records LiteLLM's attempts into an attempts folder.

    LiteLLM's retries and fallbacks of one call carry its trace id as their call id. What LiteLLM does not tell its
    callbacks is not recorded: retries within the client library that it uses (`max_retries`), and how each of several
    failures of one call ended beyond the first; those stand as `recorder_stopped`. Raises BadUse without LiteLLM.
    """
    try:
        base = import_module("litellm.integrations.custom_logger").CustomLogger
    except (ImportError, AttributeError) as fault:
        raise BadUse("LiteLLM is not installed here; install it, or hook the client that you use.") from fault
    attempts = Attempts(Recorder(log_of(folder), Who(account, provider, region, key)))
    return type("MakegoodLogger", (Callback, base), {})(attempts)


class Callback:
    """What LiteLLM calls; the names and parameters are LiteLLM's."""

    def __init__(self, attempts: Attempts) -> None:
        super().__init__()
        self.makegood = attempts

    def log_pre_api_call(self, model: Any, messages: Any, kwargs: Any) -> None:  # noqa: ARG002
        """A request is about to leave."""
        self.makegood.begun(kwargs)

    def log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:  # noqa: ARG002
        """An answer came, of a stream all of it."""
        self.makegood.succeeded(kwargs, response_obj, end_time)

    def log_failure_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:  # noqa: ARG002
        """No answer came, or none that could be used."""
        self.makegood.failed(kwargs, end_time)

    async def async_log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """As without `async`."""
        self.log_success_event(kwargs, response_obj, start_time, end_time)

    async def async_log_failure_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:
        """As without `async`."""
        self.log_failure_event(kwargs, response_obj, start_time, end_time)
