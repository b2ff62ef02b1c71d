"""Noun: what a watch's config may say; tables, fields, kinds and limits, without what holds between them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Environment = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Minutes = Annotated[int, Field(ge=1, le=10_080)]
Text = Annotated[str, Field(min_length=1, max_length=2_000)]


class Shape(BaseModel):
    """What every table shares: no unknown field, no silent change of kind, nothing altered later."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class WatchTable(Shape):
    """Where the watch keeps what it saw, how it speaks, how often it looks, and which canaries it asks besides."""

    folder: Text = "watch"
    lang: Literal["en", "ko"] = "en"
    zone: Text = "UTC"
    contact: Annotated[str, Field(pattern=r"^[\x21-\x7e]{0,200}$")] = ""
    every_seconds: Annotated[int, Field(ge=5, le=3_600)] = 15
    canaries: Text | None = None


class TrafficTable(Shape):
    """The attempts folder; with how many days of it the watch begins, and when it is too old to see by."""

    attempts: Text
    days: Annotated[int, Field(ge=1, le=60)] = 7
    stale_minutes: Annotated[int, Field(ge=0, le=10_080)] = 60


class PageTable(Shape):
    """A status page: one that ships with makegood by its provider's name, or any by its address."""

    provider: Text
    url: Text | None = None
    every_seconds: Annotated[int, Field(ge=30, le=86_400)] = 60


class ChannelTable(Shape):
    """A way that alerts go; what is secret is named by the environment variable that holds it."""

    to: Literal["console", "mail", "webhook", "slack"]
    name: Name | None = None
    url: Text | None = None
    url_env: Environment | None = None
    secret_env: Environment | None = None
    server: Text | None = None
    sender: Text | None = None
    receivers: tuple[Text, ...] = ()
    user_env: Environment | None = None
    password_env: Environment | None = None
    kinds: tuple[str, ...] = ()


class ClaimsTable(Shape):
    """The assessments whose deadlines are watched, and how many days ahead they are told."""

    assessments: tuple[Text, ...] = ()
    days: tuple[Annotated[int, Field(ge=1, le=365)], ...] = (14, 7, 1)


class AlertsTable(Shape):
    """When something is an alert, and how many of them an hour."""

    silent_minutes: Minutes = 10
    blind_minutes: Minutes = 30
    most_per_hour: Annotated[int, Field(ge=1, le=1_000)] = 20


class File(Shape):
    """The whole file."""

    watch: WatchTable = WatchTable()
    traffic: TrafficTable | None = None
    pages: tuple[PageTable, ...] = ()
    channels: tuple[ChannelTable, ...] = ()
    claims: ClaimsTable = ClaimsTable()
    alerts: AlertsTable = AlertsTable()
