"""Noun: what a watch's config may say; tables, fields, kinds and limits, without what holds between them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from makegood.records.config.shape import Environment, Listed, Name, Shape, Text


def _visible(text: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]{0,200}", text):
        raise ValueError("is not written as an address is (at most 200 signs of ASCII, no blank)")
    return text


Minutes = Annotated[int, Field(ge=1, le=10_080)]


class WatchTable(Shape):
    """Where the watch keeps what it saw and how little of a restless page, how it speaks, how often it looks, and which
    canaries it asks besides.
    """

    folder: Text = "watch"
    lang: Literal["en", "ko"] = "en"
    zone: Text = "UTC"
    contact: Annotated[str, AfterValidator(_visible)] = ""
    every_seconds: Annotated[int, Field(ge=5, le=3_600)] = 15
    repeat_hours: Annotated[int, Field(ge=1, le=168)] = 6
    page_megabytes: Annotated[int, Field(ge=1, le=100_000)] = 256
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
    receivers: Listed[Text] = ()
    user_env: Environment | None = None
    password_env: Environment | None = None
    kinds: Listed[str] = ()


class ClaimsTable(Shape):
    """The assessments whose deadlines are watched, and how many days ahead they are told."""

    assessments: Listed[Text] = ()
    days: Listed[Annotated[int, Field(ge=1, le=365)]] = (14, 7, 1)


class AlertsTable(Shape):
    """When something is an alert, and how many of them an hour."""

    silent_minutes: Minutes = 10
    blind_minutes: Minutes = 30
    most_per_hour: Annotated[int, Field(ge=1, le=1_000)] = 20


class File(Shape):
    """The whole file."""

    watch: WatchTable = WatchTable()
    traffic: TrafficTable | None = None
    pages: Listed[PageTable] = ()
    channels: Listed[ChannelTable] = ()
    claims: ClaimsTable = ClaimsTable()
    alerts: AlertsTable = AlertsTable()
