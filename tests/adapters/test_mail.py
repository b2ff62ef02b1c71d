"""Notices on their way: against a mail server and a webhook receiver that take, refuse, break off and are away."""

from __future__ import annotations

import base64
import email
import io
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from standardwebhooks import Webhook

from makegood.adapters.channel_settings import channel_of
from makegood.adapters.console import ConsoleChannel
from makegood.adapters.in_desk import DeskChannel
from makegood.adapters.mail import Relay, SmtpChannel, address_of, written
from makegood.adapters.mail_webhook import WebhookChannel
from makegood.campaigns.notice import Letter, Notice
from makegood.errors import BadUse
from makegood.ledger.basis import Basis
from makegood.reads.notice_words import letter
from tests.servers import Server, Talk

SENDER = "Northwind Credits <credits@northwind.example>"
NOTICE = Notice(
    id="n-1",
    kind="award",
    posting="p-42",
    position=1042,
    account="acme-prod",
    email="ops@acme.example",
    lang="ko",
    at=datetime(2026, 2, 10, 9, 0, tzinfo=UTC),
    unit="USD",
    amount=2050,
    basis=Basis("credit", reason=".The service was down."),
    sender=SENDER,
)
LETTER = letter(NOTICE)
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes, ok").decode()


@dataclass
class MailServer:
    """What a handler of aiosmtpd does: answers by script, or breaks off, and keeps what it took."""

    rcpt: str = "250 2.1.5 taken"
    data: str = "250 2.0.0 queued"
    breaks: str = ""
    taken: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: ARG002
        if self.breaks == "rcpt":
            server.transport.abort()
        if self.rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002
        self.taken.append(envelope.content)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        if self.breaks == "data":
            server.transport.abort()
        return self.data


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        return int(found.getsockname()[1])


@contextmanager
def serving(server: MailServer, **settings: Any) -> Iterator[SmtpChannel]:
    """A channel to the server, which listens on loopback."""
    controller = Controller(server, hostname="127.0.0.1", port=free_port(), **settings)
    controller.start()
    try:
        yield SmtpChannel(Relay("127.0.0.1", controller.port, "clear", helo="desk.example", seconds=10))
    finally:
        controller.stop()


def read(raw: bytes) -> EmailMessage:
    """The message as its reader parses it."""
    found = email.message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_letter_arrives_as_it_was_written() -> None:
    with serving(server := MailServer()) as channel:
        sent = channel.send(LETTER)
    assert (sent.outcome, sent.said) == ("done", "the mail server answered 250 2.0.0")
    assert server.envelopes == [("credits@northwind.example", ["ops@acme.example"])]
    got = read(server.taken[0])
    assert (got["From"], got["To"], got["Subject"]) == (SENDER, "ops@acme.example", LETTER.subject)
    assert got["Date"].datetime == NOTICE.at
    assert got["Message-ID"].endswith("@northwind.example>")
    assert (got["Auto-Submitted"], got["Content-Language"]) == ("auto-generated", "ko")
    assert got.get_content_type() == "multipart/alternative"
    text, html = (part.get_content().replace("\r\n", "\n") for part in got.iter_parts())
    assert (text, html.rstrip("\n")) == (LETTER.text, LETTER.html.rstrip("\n"))


def test_a_line_that_begins_with_a_dot_arrives_whole() -> None:
    dotted = Letter(replace(NOTICE, lang="en"), "x", "one\n.\n.two\n", "<p>.</p>", {})
    with serving(server := MailServer()) as channel:
        assert channel.send(dotted).outcome == "done"
    (text, _) = read(server.taken[0]).iter_parts()
    assert text.get_content().replace("\r\n", "\n") == dotted.text


def test_every_try_is_the_same_message() -> None:
    assert written(LETTER, SENDER) == written(LETTER, SENDER)
    other = written(letter(replace(NOTICE, id="n-2")), SENDER)
    assert read(written(LETTER, SENDER))["Message-ID"] != read(other)["Message-ID"]
    assert written(LETTER, SENDER).isascii()


def test_a_reminder_is_dated_when_it_leaves() -> None:
    later = datetime(2026, 12, 17, 8, 30, tzinfo=UTC)
    reminder = letter(replace(NOTICE, id="n-1.reminder", kind="reminder", rest=1, dated=later))
    assert read(written(reminder, SENDER))["Date"].datetime == later
    assert read(written(reminder, SENDER))["Message-ID"] != read(written(LETTER, SENDER))["Message-ID"]


@pytest.mark.parametrize(
    ("server", "outcome", "said"),
    [
        (MailServer(rcpt="450 4.2.1 ops@acme.example is busy"), "again", "450 4.2.1"),
        (MailServer(rcpt="550 5.1.1 no ops@acme.example here"), "refused", "550 5.1.1"),
        (MailServer(data="451 4.3.0 later"), "again", "451 4.3.0"),
        (MailServer(data="421 closing"), "again", "421"),
        (MailServer(data="554 5.7.1 spam"), "refused", "554 5.7.1"),
        (MailServer(breaks="rcpt"), "again", "as far as the letter"),
        (MailServer(breaks="data"), "doubt", "after the letter was handed over"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_the_reply_decides(server: MailServer, outcome: str, said: str) -> None:
    with serving(server) as channel:
        sent = channel.send(LETTER)
    assert sent.outcome == outcome
    assert said in sent.said
    assert "acme" not in sent.said


def test_a_server_that_is_away_or_silent_was_handed_nothing() -> None:
    assert SmtpChannel(Relay("127.0.0.1", free_port(), "clear")).send(LETTER).outcome == "again"
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        relay = Relay("127.0.0.1", silent.getsockname()[1], "clear", seconds=1)
        assert SmtpChannel(relay).send(LETTER).outcome == "again"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    made = [*command.split(), *names, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(made, check=True, capture_output=True)
    return cert, key


def entering(channel: SmtpChannel, **changed: Any) -> SmtpChannel:
    """The channel with other settings of its relay."""
    return replace(channel, relay=replace(channel.relay, **changed))


def test_a_password_goes_over_starttls_with_a_checked_certificate(certificate: tuple[Path, Path]) -> None:
    cert, key = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    seen: list[tuple[bytes, bytes]] = []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:  # noqa: ARG001
        seen.append((given.login, given.password))
        return AuthResult(success=given.password == b"right", handled=False)

    settings = {"tls_context": context, "require_starttls": True, "authenticator": check, "auth_required": True}
    trusting = ssl.create_default_context(cafile=str(cert))
    with serving(server := MailServer(), **settings) as channel:
        sure = entering(replace(channel, context=trusting), security="starttls", user="desk", password="right")
        assert sure.send(LETTER).outcome == "done"
        wrong = entering(sure, password="wrong").send(LETTER)
        assert (wrong.outcome, "535" in wrong.said, "wrong" in wrong.said) == ("again", True, False)
        stranger = entering(channel, security="starttls", user="desk", password="right").send(LETTER)
        assert (stranger.outcome, "SSLCertVerificationError" in stranger.said) == ("again", True)
        assert entering(channel, security="clear").send(LETTER).outcome != "done"
    assert len(server.taken) == 1
    assert seen[0] == (b"desk", b"right")
    assert "right" not in repr(sure)


def test_without_starttls_nothing_is_sent_where_it_is_asked_for() -> None:
    with serving(server := MailServer()) as channel:
        assert entering(channel, security="starttls").send(LETTER).outcome == "again"
    assert server.taken == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ops@acme.example", "ops@acme.example"),
        ("o.p-s+1@acme.example", "o.p-s+1@acme.example"),
        ("ops@bücher.example", "ops@xn--bcher-kva.example"),
        ("ops@localhost", "ops@localhost"),
        ("", ""),
        ("ops", ""),
        ("@acme.example", ""),
        ("ops@", ""),
        ("ops@acme.example\r\nBcc: all@evil.example", ""),
        ("ops@acme.example\n", ""),
        ("ops@acme.example, all@evil.example", ""),
        ("Ops <ops@acme.example>", ""),
        ("o ps@acme.example", ""),
        ("박@acme.example", ""),
        ("o\0ps@acme.example", ""),
        ("ops@acme.example>RCPT TO:<all@evil.example", ""),
        (f"{'o' * 400}@acme.example", ""),
    ],
)
def test_an_address_is_exactly_one_or_none(text: str, address: str) -> None:
    assert address_of(text) == address
    assert SmtpChannel(Relay("mail.example")).reaches(replace(NOTICE, email=text)) == bool(address)


def test_no_header_can_be_put_in() -> None:
    wild = Letter(NOTICE, "x\r\nBcc: all@evil.example", "t", "<p>t</p>", {})
    message = read(written(wild, "x\r\nBcc: all@evil.example <credits@northwind.example>"))
    assert message["Bcc"] is None
    assert len(message.keys()) == len(set(message.keys()))
    refused = SmtpChannel(Relay("127.0.0.1", 1)).send(letter(replace(NOTICE, email="a@b.c\r\nBcc: d@e.f")))
    assert refused.outcome == "refused"


def test_the_sender_of_the_settings_stands_in_where_the_notice_names_none() -> None:
    nameless = letter(replace(NOTICE, sender=""))
    with serving(server := MailServer()) as channel:
        assert channel.send(nameless).outcome == "again"
        assert replace(channel, sender=SENDER).send(nameless).outcome == "done"
    assert read(server.taken[0])["From"] == SENDER


def test_the_console_prints_what_a_terminal_can_show() -> None:
    raw = io.BytesIO()
    channel = ConsoleChannel(io.TextIOWrapper(raw, encoding="ascii"))
    sent = channel.send(letter(replace(NOTICE, email="x\x1b[31m\nTo: y")))
    assert (sent.outcome, channel.reaches(NOTICE)) == ("done", True)
    assert raw.getvalue().isascii()
    assert b"\x1b" not in raw.getvalue()
    assert raw.getvalue().count(b"\nTo:") == 0
    stream = io.StringIO()
    stream.close()
    assert ConsoleChannel(stream).send(LETTER).outcome == "doubt"


def test_the_desk_marks_it_as_shown() -> None:
    sent = DeskChannel().send(LETTER)
    assert (sent.outcome, sent.remote) == ("done", "p-42")


@contextmanager
def receiving(answer: Callable[[Talk], None]) -> Iterator[tuple[str, list[tuple[Talk, bytes]]]]:
    """A receiver of webhooks on loopback: its address and what it got."""
    got: list[tuple[Talk, bytes]] = []

    def take(talk: Talk) -> None:
        got.append((talk, talk.content()))
        answer(talk)

    with Server(take) as server:
        yield f"{server.base}/hooks/?team=7", got


def answers(status: int, **headers: str) -> Callable[[Talk], None]:
    """Answers every request so, without a body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda talk: talk.say(status, headers=named)


def breaks(talk: Talk) -> None:
    """Takes the request and closes without an answer."""
    talk.connection.shutdown(socket.SHUT_RDWR)


def test_a_webhook_is_signed_so_that_its_receiver_can_check_it() -> None:
    with receiving(answers(204)) as (url, got):
        channel = WebhookChannel(url, SECRET)
        assert channel.reaches(NOTICE)
        assert [channel.send(LETTER).outcome for _ in range(2)] == ["done", "done"]
    (first, body), (second, again) = got
    event = Webhook(SECRET).verify(body, dict(first.headers))
    assert event == {"type": "notice.award", "timestamp": "2026-02-10T09:00:00Z", "data": LETTER.data}
    assert (first.path, first.headers["webhook-id"], second.headers["webhook-id"]) == ("/hooks/?team=7", "n-1", "n-1")
    assert body == again
    with pytest.raises(Exception, match="signature"):
        Webhook(SECRET).verify(body.replace(b"20.50", b"99.50"), dict(first.headers))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (answers(202), "done"),
        (answers(400), "refused"),
        (answers(410), "refused"),
        (answers(302, Location="http://127.0.0.1:1/"), "refused"),
        (answers(401), "again"),
        (answers(429, Retry_After="120"), "again"),
        (answers(500), "again"),
        (answers(503), "again"),
        (answers(502), "doubt"),
        (answers(504), "doubt"),
        (breaks, "doubt"),
    ],
)
def test_the_answer_of_the_webhook_decides(answer: Callable[[Talk], None], outcome: str) -> None:
    with receiving(answer) as (url, got):
        sent = WebhookChannel(url, SECRET).send(LETTER)
    assert (sent.outcome, len(got)) == (outcome, 1)
    assert "acme" not in sent.said


def test_an_id_that_would_divide_the_signed_text_is_carried_as_its_hash() -> None:
    with receiving(answers(204)) as (url, got):
        assert WebhookChannel(url, SECRET).send(letter(replace(NOTICE, id="p-42.notice"))).outcome == "done"
    request, body = got[0]
    assert Webhook(SECRET).verify(body, dict(request.headers))["data"]["id"] == "p-42.notice"
    assert "." not in request.headers["webhook-id"]


def test_a_webhook_that_is_away_was_handed_nothing() -> None:
    sent = WebhookChannel(f"http://127.0.0.1:{free_port()}/", SECRET).send(LETTER)
    assert sent.outcome == "again"


ACCESS = {"MAKEGOOD_SMTP_USER": "desk", "MAKEGOOD_SMTP_PASSWORD": "s3cr3t", "MAKEGOOD_SMTP_FROM": SENDER}


@pytest.mark.parametrize(
    ("text", "relay"),
    [
        ("smtp://mail.example", Relay("mail.example", 587, "starttls", "desk", "s3cr3t")),
        ("smtp://mail.example:2525/", Relay("mail.example", 2525, "starttls", "desk", "s3cr3t")),
        ("smtps://mail.example", Relay("mail.example", 465, "tls", "desk", "s3cr3t")),
        ("smtp://localhost:1025", Relay("localhost", 1025, "clear", "desk", "s3cr3t")),
        ("smtp://[::1]:1025", Relay("::1", 1025, "clear", "desk", "s3cr3t")),
    ],
)
def test_a_mail_server_is_named_by_its_address(text: str, relay: Relay) -> None:
    assert channel_of(text, ACCESS) == SmtpChannel(relay, SENDER)
    assert "s3cr3t" not in repr(channel_of(text, ACCESS))


def test_the_other_ways_are_named(tmp_path: Path) -> None:
    assert channel_of(" console ", {}) == ConsoleChannel()
    assert channel_of("desk", {}) == DeskChannel()
    assert channel_of("smtp+clear://relay.example", {}) == SmtpChannel(Relay("relay.example", 25, "clear"))
    (tmp_path / "secret").write_text(SECRET + "\n", encoding="utf-8")
    hook = channel_of("webhook:https://h.example/x", {"MAKEGOOD_NOTICE_WEBHOOK_SECRET_FILE": str(tmp_path / "secret")})
    assert (hook.name, SECRET in repr(hook)) == ("webhook", False)
    (tmp_path / "password").write_text("from-file\n", encoding="utf-8")
    kept = {"MAKEGOOD_SMTP_USER": "desk", "MAKEGOOD_SMTP_PASSWORD_FILE": str(tmp_path / "password")}
    mail = channel_of("smtp://mail.example", kept)
    assert isinstance(mail, SmtpChannel)
    assert mail.relay.password == "from-file"


@pytest.mark.parametrize(
    ("text", "environment", "says"),
    [
        ("", {}, "is no way to send notices"),
        ("pigeon://x", {}, "'pigeon' is no way to send notices"),
        ("smtp://", {}, "cannot be read"),
        ("smtp://mail.example:99999", {}, "cannot be read"),
        ("smtp://desk:hunter2@mail.example", {}, "holds no user or password"),
        ("smtp://mail.example/inbox", {}, "nothing behind it"),
        ("smtp+clear://mail.example", ACCESS, "not sent over a connection in the clear"),
        ("smtp://mail.example", {"MAKEGOOD_SMTP_USER": "desk"}, "belong together"),
        ("smtp://mail.example", {"MAKEGOOD_SMTP_FROM": "nobody"}, "is no e-mail address"),
        ("smtp://mail.example", {"MAKEGOOD_SMTP_PASSWORD_FILE": "/no/such"}, "cannot be read"),
        ("smtp://mail.example", {**ACCESS, "MAKEGOOD_SMTP_PASSWORD_FILE": "/no/such"}, "both set"),
        ("webhook:http://h.example/", {"MAKEGOOD_NOTICE_WEBHOOK_SECRET": SECRET}, "begins with https"),
        ("webhook:https://u:hunter2@h.example/", {"MAKEGOOD_NOTICE_WEBHOOK_SECRET": SECRET}, "holds no user"),
        ("webhook:https://h.example/", {}, "needs a secret"),
        ("webhook:https://h.example/", {"MAKEGOOD_NOTICE_WEBHOOK_SECRET": "whsec_c2hvcnQ="}, "24 or more bytes"),
        ("webhook:https://h.example/", {"MAKEGOOD_NOTICE_WEBHOOK_SECRET": "whsec_!!"}, "24 or more bytes"),
    ],
)
def test_a_wrong_setting_is_one_sentence_without_the_secret(text: str, environment: dict[str, str], says: str) -> None:
    with pytest.raises(BadUse) as fault:
        channel_of(text, environment)
    assert says in str(fault.value)
    assert not [secret for secret in ("hunter2", "s3cr3t", "whsec_c2", "desk:") if secret in str(fault.value)]
