"""Verb: read answers of OpenAI Responses; in one piece or as a stream.

Source: https://platform.openai.com/docs/api-reference/responses, and the event classes of the openai package 3.54.
A stream ends with response.completed, response.incomplete or response.failed, each with the whole response in it, its
output and its usage; `input_tokens_details.cached_tokens` is a part of `input_tokens`.
"""

from __future__ import annotations

import re
from typing import Any

from makegood.records.wire.answer import CONTENT_FILTER, Answer
from makegood.records.wire.shapes import count, listing, mapping

_DELTA = re.compile(rb'(?:event: ?response\.[a-z_.]+\.delta\n)?data: ?\{"type": ?"response\.[a-z_.]+\.delta",')
_ENDS = ("response.completed", "response.incomplete", "response.failed", "response.cancelled")
_THINKING = ("reasoning", "compaction")


class ResponsesAnswer(Answer):
    """An answer of Responses; its end holds all that was said, so that nothing is held before."""

    def telling(self, block: bytes) -> bool:
        """All but the pieces of text, once one was seen."""
        return not self.answered or not _DELTA.match(block) or block[-1:] != b"}"

    def event(self, name: str, document: dict[str, Any]) -> None:
        """An event by its type; the pieces of a text only say that it began."""
        kind = document.get("type") or name
        if kind == "error" or (kind not in _ENDS and mapping(document.get("error"))):
            self.fail(document)
        elif kind in _ENDS:
            self.body(mapping(document.get("response")))
        elif isinstance(kind, str) and (kind.endswith(".delta") or "partial_image" in kind):
            self.began = True
            if "reasoning" in kind:
                self.thought = True
            else:
                self.answered = True
        else:
            self.named(mapping(document.get("response")).get("model"))

    def body(self, document: dict[str, Any]) -> None:
        """A whole response, judged by its status."""
        self.done = True
        self.named(document.get("model"))
        self._usage(mapping(document.get("usage")))
        for item in listing(document.get("output")):
            self._item(mapping(item))
        status = document.get("status")
        if status == "failed" or mapping(document.get("error")):
            self.fail(document)
        elif status == "incomplete":
            reason = mapping(document.get("incomplete_details")).get("reason")
            self.filtered, self.bounded = reason == CONTENT_FILTER, reason != CONTENT_FILTER
        elif status in ("cancelled", "in_progress", "queued"):
            self.unfinished = True

    def _item(self, item: dict[str, Any]) -> None:
        kind = item.get("type")
        if kind in _THINKING:
            self.thought = True
        elif kind != "message":
            self.answered = self.began = self.called = True
        for part in listing(item.get("content")) if kind == "message" else []:
            self.hold(0, mapping(part).get("text"))
            if mapping(part).get("refusal"):
                self.answered = self.began = self.bounded = True

    def _usage(self, usage: dict[str, Any]) -> None:
        self.input_tokens, self.output_tokens = count(usage.get("input_tokens")), count(usage.get("output_tokens"))
        cached = count(mapping(usage.get("input_tokens_details")).get("cached_tokens"))
        self.cached_tokens = min(self.input_tokens, cached)
