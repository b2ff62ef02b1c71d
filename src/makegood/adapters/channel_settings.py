"""Channel settings: which way notices go, from one text and the environment; secrets never from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from makegood.adapters.console import ConsoleChannel
from makegood.adapters.in_desk import DeskChannel
from makegood.adapters.mail import Relay, SmtpChannel, sender_of
from makegood.adapters.mail_webhook import WebhookChannel
from makegood.campaigns.notice import Channel
from makegood.errors import BadUse
from makegood.records.config.loopback import is_loopback
from makegood.records.config.secret import secret_of

USER, PASSWORD = "MAKEGOOD_SMTP_USER", "MAKEGOOD_SMTP_PASSWORD"
SENDER, HELO = "MAKEGOOD_SMTP_FROM", "MAKEGOOD_SMTP_HELO"
SECRET = "MAKEGOOD_NOTICE_WEBHOOK_SECRET"
_MAIL = {"smtp": ("starttls", 587), "smtps": ("tls", 465), "smtp+clear": ("clear", 25)}
_WAYS = "console, desk, smtp://host:port, smtps://host:port, smtp+clear://host:port or webhook:https://..."


def channel_of(text: str, environment: Mapping[str, str]) -> Channel:
    """The channel that a setting names; raise BadUse where the text or what it needs of the environment is wrong.

    `smtp` demands STARTTLS, except of this machine itself; `smtps` is TLS from the first byte; `smtp+clear` is a
    relay on a closed network, which gets no password.
    """
    way = text.strip()
    if way == "console":
        return ConsoleChannel()
    if way == "desk":
        return DeskChannel()
    kind, _, rest = way.partition(":")
    if kind == "webhook":
        return _webhook(rest, environment)
    if kind in _MAIL:
        return _mail(way, kind, environment)
    raise BadUse(f"'{kind[:20]}' is no way to send notices; use {_WAYS}.")


def _mail(way: str, kind: str, environment: Mapping[str, str]) -> SmtpChannel:
    security, usual = _MAIL[kind]
    parts, port = _address(way)
    if parts.path not in ("", "/") or parts.query:
        raise BadUse(f"a mail server is written {kind}://host:port, with nothing behind it.")
    host = parts.hostname or ""
    here = is_loopback(host)
    if here and security == "starttls":
        security = "clear"
    user, password = secret_of(USER, environment), secret_of(PASSWORD, environment)
    if bool(user) != bool(password):
        raise BadUse(f"{USER} and {PASSWORD} belong together; set both or neither.")
    if user and security == "clear" and not here:
        raise BadUse(
            f"a password is not sent over a connection in the clear; use smtp:// or smtps://, or unset {USER}."
        )
    helo = environment.get(HELO, "").strip()
    if not (f"{user}{password}{helo}".isascii() and f"{user}{helo}".isprintable()):
        raise BadUse(f"{USER}, {PASSWORD} and {HELO} are plain ASCII on one line; mend them.")
    sender = environment.get(SENDER, "").strip()
    if sender and not sender_of(sender)[1]:
        raise BadUse(f"{SENDER} is no e-mail address; write it like Credits <credits@example.com>.")
    return SmtpChannel(Relay(host, port or usual, security, user, password, helo), sender)


def _webhook(address: str, environment: Mapping[str, str]) -> WebhookChannel:
    parts, _ = _address(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise BadUse("a webhook's address begins with https://; http:// is for this machine itself.")
    secret = secret_of(SECRET, environment)
    if not secret:
        raise BadUse(f"a webhook needs a secret to sign with; set {SECRET} or {SECRET}_FILE.")
    return WebhookChannel(address, secret)


def _address(text: str) -> tuple[SplitResult, int | None]:
    """The parts of an address and its port; what it holds is never told, as it could be a password."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise BadUse("the address of the channel cannot be read; write it like smtp://mail.example.com:587.") from None
    if parts.username is not None or parts.password is not None:
        raise BadUse(f"an address holds no user or password; set {USER} and {PASSWORD}.")
    if not parts.hostname or parts.fragment or any(character.isspace() for character in text):
        raise BadUse("the address of the channel cannot be read; write it like smtp://mail.example.com:587.")
    return parts, port
