"""Noun: a basis; what many postings share: form, cause, terms, reason, and how the credit may be used."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from makegood.keys import content_hash

FORMS = ("credit", "refund", "extension", "quota", "reset")
HELD_FORMS = ("credit", "quota", "reset")  # held until they are used; a refund or a longer plan is not


@dataclass(frozen=True)
class Basis:
    """The reasons an award stands on and the rules of its use; `hash` names it, in postings and in the log.

    `cause` is the cause's id in the book, `terms`, `version` and `clause` name the text, `expires` is an ISO 8601
    moment (UTC) or None. `product` and `plan` narrow where a credit can be used, empty for everywhere. A credit of
    lower `priority` is used first. `campaign` is empty for a single award.
    """

    form: str
    cause: str = ""
    terms: str = ""
    version: str = ""
    clause: str = ""
    reason: str = ""
    campaign: str = ""
    expires: str | None = None
    product: str = ""
    plan: str = ""
    priority: int = 100

    def as_data(self) -> dict[str, Any]:
        """The fields as published and hashed."""
        return asdict(self)

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) of the fields."""
        return content_hash(self.as_data())
