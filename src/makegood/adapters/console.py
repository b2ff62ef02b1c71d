"""Channel: notices as plain text on a stream; for trying things out, and for a machine that mails nothing."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TextIO

from makegood.awards.parcel import Sent
from makegood.campaigns.notice import Letter, Notice
from makegood.reads.legible import legible


@dataclass
class ConsoleChannel:
    """`stream` is standard output where none is given."""

    stream: TextIO | None = field(default=None, repr=False)
    name: str = "console"

    def reaches(self, notice: Notice) -> bool:  # noqa: ARG002 - every account can be printed
        """Always."""
        return True

    def send(self, letter: Letter) -> Sent:
        """Print the letter; a stream that breaks may have shown a part of it, so that is `doubt`."""
        stream = self.stream or sys.stdout
        to = legible(letter.notice.email) or legible(letter.notice.account)
        shown = f"To: {to}\nSubject: {legible(letter.subject, len(letter.subject))}\n\n{letter.text}\n"
        encoding = stream.encoding or "utf-8"
        try:
            stream.write(shown.encode(encoding, "backslashreplace").decode(encoding))
            stream.flush()
        except (OSError, ValueError) as fault:
            return Sent("doubt", f"the stream broke while the notice was printed ({type(fault).__name__})")
        return Sent("done", "printed")
