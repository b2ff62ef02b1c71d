"""Scope: what an attempt, a bulletin or an incident is about; None stands for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class Scope:
    """Provider, service (product or endpoint family), model, region; None means every one of them.

    Empty text is the name of what the log leaves unnamed: one leaf among others, not all of them.
    """

    provider: str | None = None
    service: str | None = None
    model: str | None = None
    region: str | None = None

    def covers(self, other: Scope) -> bool:
        """Is every field set here the same in the other?"""
        return (
            (self.provider is None or self.provider == other.provider)
            and (self.service is None or self.service == other.service)
            and (self.model is None or self.model == other.model)
            and (self.region is None or self.region == other.region)
        )

    def pattern(self) -> tuple[str, str, str, str]:
        """The fields as SQL compares them, * for every value."""
        provider, service, model, region = ("*" if field is None else field for field in astuple(self))
        return provider, service, model, region

    def words(self) -> str:
        """The set fields, joined for people."""
        return " · ".join(field for field in astuple(self) if field) or "everything"

    def key(self) -> tuple[str, str, str, str]:
        """A sortable form, empty text for None."""
        return (self.provider or "", self.service or "", self.model or "", self.region or "")


def common(scopes: Iterable[Scope]) -> Scope:
    """The narrowest scope that covers all: fields that agree are kept, the others are None."""
    columns = list(zip(*(astuple(scope) for scope in scopes), strict=True))
    return Scope(*(column[0] if len(set(column)) == 1 else None for column in columns)) if columns else Scope()
