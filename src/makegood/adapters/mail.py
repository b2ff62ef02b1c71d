"""Channel: notices by e-mail; one letter a connection, and the reply of the mail server decides what became of it."""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from makegood.awards.parcel import Sent
from makegood.campaigns.notice import Letter, Notice
from makegood.reads.legible import TEXT_LIMIT, legible

SECURITIES = ("starttls", "tls", "clear")
_SECONDS = 30
_LONGEST = 320  # 64 before the @ and 255 behind it
_POLICY = SMTP.clone(cte_type="7bit")  # no server has to know 8BITMIME
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_ENHANCED = re.compile(rb"^[245]\.\d{1,3}\.\d{1,3}(?=\s|$)")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_FAULTS = (OSError, smtplib.SMTPException, UnicodeError)  # the last for a host that no name can be


@dataclass(frozen=True)
class Relay:
    """The mail server that letters are handed to; `security` is of SECURITIES, `seconds` the time-out of each step."""

    host: str
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    helo: str = ""
    seconds: int = _SECONDS


@dataclass
class SmtpChannel:
    """Letters through one relay; `sender` is the From of notices that name none. Certificates are checked."""

    relay: Relay
    sender: str = ""
    context: ssl.SSLContext | None = field(default=None, repr=False)
    name: str = "smtp"

    def reaches(self, notice: Notice) -> bool:
        """Is there one e-mail address, of ASCII before the @, as every server takes it?"""
        return bool(address_of(notice.email))

    def send(self, letter: Letter) -> Sent:
        """One try over a connection of its own; a break after the text was handed over is `doubt`."""
        sender, receiver = sender_of(self._from(letter.notice))[1], address_of(letter.notice.email)
        if not receiver:
            return Sent("refused", "the account has no e-mail address that can be written to")
        if not sender:
            return Sent("again", "no sender's address is set; set MAKEGOOD_SMTP_FROM")
        message = written(letter, self._from(letter.notice))
        try:
            smtp = self._connected()
        except _FAULTS as fault:
            return Sent("again", f"the mail server could not be reached ({_cause(fault)})")
        try:
            self._enter(smtp)
            return _handed(smtp, (sender, receiver), message)
        except _FAULTS as fault:
            return Sent("again", f"the mail server did not come as far as the letter ({_cause(fault)})")
        finally:
            with suppress(*_FAULTS):
                smtp.putcmd("quit")  # its reply changes nothing, so nobody waits for it
            smtp.close()

    def _from(self, notice: Notice) -> str:
        return notice.sender if sender_of(notice.sender)[1] else self.sender

    def _connected(self) -> smtplib.SMTP:
        relay, helo = self.relay, self.relay.helo or None
        if relay.security == "tls":
            return smtplib.SMTP_SSL(relay.host, relay.port, helo, timeout=relay.seconds, context=self._tls())
        return smtplib.SMTP(relay.host, relay.port, helo, timeout=relay.seconds)

    def _enter(self, smtp: smtplib.SMTP) -> None:
        """Greeting, encryption and login; a server that has none of what is asked for raises."""
        smtp.ehlo_or_helo_if_needed()
        if self.relay.security == "starttls":
            smtp.starttls(context=self._tls())
            smtp.ehlo_or_helo_if_needed()
        if self.relay.user:
            smtp.login(self.relay.user, self.relay.password)

    def _tls(self) -> ssl.SSLContext:
        return self.context or ssl.create_default_context()


def address_of(text: str) -> str:
    """The text as an e-mail address with its domain in ASCII; empty where it is not exactly one."""
    local, at, domain = text.rpartition("@")
    if not at or len(text) > _LONGEST or not _LOCAL.fullmatch(local):
        return ""
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return f"{local}@{domain}" if _DOMAIN.fullmatch(domain) else ""


def sender_of(text: str) -> tuple[str, str]:
    """The name and the address of "Name <address>" or of an address alone; the address is empty where it is none."""
    name, address = parseaddr(legible(text, _LONGEST))
    return name, address_of(address)


def written(letter: Letter, sender: str) -> bytes:
    """The e-mail as bytes, the same over every try but for a reminder's date.

    `sender` is "Name <address>" or an address.
    """
    notice, (name, origin) = letter.notice, sender_of(sender)
    mark = hashlib.sha256(notice.id.encode()).hexdigest()[:32]
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(name, addr_spec=origin)
    message["To"] = Address(addr_spec=address_of(notice.email))
    message["Subject"] = legible(letter.subject, TEXT_LIMIT)
    message["Date"] = notice.date
    message["Message-ID"] = f"<{mark}@{origin.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    message["Content-Language"] = notice.lang  # last, as the parts would take it along
    message.set_boundary(f"=_{mark}")
    return message.as_bytes()


def _handed(smtp: smtplib.SMTP, envelope: tuple[str, str], message: bytes) -> Sent:
    """The transaction step by step: smtplib's own call does not tell whether DATA was reached when it breaks."""
    sender, receiver = envelope
    code, said = smtp.mail(sender)
    if code // 100 == 2:
        code, said = smtp.rcpt(receiver)
    if code // 100 != 2:
        return _told(code, said, "again")
    smtp.putcmd("data")
    code, said = smtp.getreply()
    if code != 354:
        return _told(code, said, "again")
    try:
        smtp.send(_LEADING_DOT.sub(b"..", message) + b".\r\n")
        code, said = smtp.getreply()
    except _FAULTS as fault:
        return Sent("doubt", f"the mail server broke off after the letter was handed over ({_cause(fault)})")
    return _told(code, said, "doubt")


def _told(code: int, said: bytes, otherwise: str) -> Sent:
    """The outcome by the code alone: the text behind it may name the customer."""
    enhanced = _ENHANCED.match(said)
    answer = f"the mail server answered {code}{' ' + enhanced[0].decode() if enhanced else ''}"
    return Sent({2: "done", 4: "again", 5: "refused"}.get(code // 100, otherwise), answer)


def _cause(fault: Exception) -> str:
    code = getattr(fault, "smtp_code", None)
    return f"{type(fault).__name__} {code}" if isinstance(code, int) else type(fault).__name__
