"""Verb: the ways that alerts go, as a config names them; secrets come from the environment and are never shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NoReturn

from makegood.adapters.channel_settings import PASSWORD, SECRET, USER, channel_of
from makegood.adapters.console import ConsoleChannel
from makegood.adapters.mail import address_of, sender_of
from makegood.adapters.slack import SlackChannel
from makegood.campaigns.notice import Channel
from makegood.errors import BadUse
from makegood.reads.alert import KINDS
from makegood.records.config.secret import secret_of
from makegood.watch.config_shape import ChannelTable
from makegood.watch.way import Way

Fail = Callable[[Sequence[str | int], str], NoReturn]
_FIELDS = {
    "console": frozenset[str](),
    "mail": frozenset({"server", "sender", "receivers", "user_env", "password_env"}),
    "webhook": frozenset({"url", "url_env", "secret_env"}),
    "slack": frozenset({"url_env"}),
}
_ALL = frozenset().union(*_FIELDS.values())


def ways_of(tables: Sequence[ChannelTable], environ: Mapping[str, str], fail: Fail) -> tuple[Way, ...]:
    """The ways; the console where the config names none. `fail` raises BadUse for a place and a reason."""
    if not tables:
        return (Way("console", ConsoleChannel()),)
    ways = [way for number, one in enumerate(tables) for way in _Table(number, one, environ, fail).ways()]
    twice = [name for name, count in Counter(way.name for way in ways).items() if count > 1]
    if twice:
        fail(("channels",), f"are two by the name '{twice[0][:60]}'; give each a name of its own")
    return tuple(ways)


class _Table:
    """One [[channels]] of the config."""

    def __init__(self, number: int, one: ChannelTable, environ: Mapping[str, str], fail: Fail) -> None:
        self._at, self._one, self._environ, self._fail = ("channels", number), one, environ, fail

    def ways(self) -> Iterator[Way]:
        one = self._one
        for name in sorted(_ALL - _FIELDS[one.to]):
            if getattr(one, name):
                self._wrong(name, f"is no field of a channel to {one.to}")
        unknown = [kind for kind in one.kinds if kind not in KINDS]
        if unknown:
            self._wrong("kinds", f"names '{unknown[0][:40]}'; the kinds are {', '.join(KINDS)}")
        name, kinds = one.name or one.to, frozenset(one.kinds)
        if one.to == "console":
            yield Way(name, ConsoleChannel(), kinds=kinds)
        elif one.to == "mail":
            yield from self._mail(name, kinds)
        elif one.to == "webhook":
            yield self._webhook(name, kinds)
        else:
            yield Way(name, self._slack(), kinds=kinds)

    def _mail(self, name: str, kinds: frozenset[str]) -> Iterator[Way]:
        one = self._one
        if not one.server:
            self._wrong("server", "is needed, such as smtp://mail.example.com:587")
        if not one.sender or not sender_of(one.sender)[1]:
            self._wrong("sender", "is needed, such as Watch <watch@example.com>")
        settings = {USER: self._secret("user_env"), PASSWORD: self._secret("password_env")}
        channel = self._made(one.server or "", "server", {key: value for key, value in settings.items() if value})
        if not one.receivers:
            self._wrong("receivers", 'is needed, such as ["oncall@example.com"]')
        for receiver in one.receivers:
            if not address_of(receiver):
                self._wrong("receivers", "holds what is no e-mail address")
            yield Way(f"{name}/{receiver}", channel, receiver, one.sender or "", kinds, dedupes=True)

    def _webhook(self, name: str, kinds: frozenset[str]) -> Way:
        one = self._one
        if bool(one.url) == bool(one.url_env):
            self._wrong("url", "or url_env is needed, one of the two")
        if not one.secret_env:
            self._wrong("secret_env", "is needed: it names the variable with the secret that deliveries are signed by")
        address = one.url or self._address("url_env")
        channel = self._made(f"webhook:{address}", "secret_env", {SECRET: self._secret("secret_env")})
        return Way(name, channel, kinds=kinds, dedupes=True)

    def _slack(self) -> SlackChannel:
        address = self._address("url_env")
        try:
            return SlackChannel(address)
        except BadUse:
            return self._wrong("url_env", "names a variable that holds no https address")

    def _address(self, name: str) -> str:
        """The address in a variable; https, and never repeated in what is said of it."""
        text = self._secret(name)
        if not text:
            self._wrong(name, "is needed: it names the variable with the address")
        if not text.isascii() or any(character.isspace() for character in text):
            self._wrong(name, "names a variable that holds no address")
        return text

    def _secret(self, field: str) -> str:
        variable = getattr(self._one, field)
        if variable is None:
            return ""
        value = secret_of(variable, self._environ).strip()
        if not value:
            self._wrong(field, f"names {variable}, which is not set; set it, or {variable}_FILE")
        return value

    def _made(self, way: str, field: str, settings: Mapping[str, str]) -> Channel:
        """The channel as notices have it; its own sentence, which shows no secret, where it cannot be."""
        try:
            return channel_of(way, settings)
        except BadUse as fault:
            return self._wrong(field, f"cannot be used: {str(fault).rstrip('.')}")

    def _wrong(self, field: str, reason: str) -> NoReturn:
        self._fail((*self._at, field), reason)
