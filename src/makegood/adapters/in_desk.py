"""Channel: the notice stands in the desk for the customer to see; nothing leaves this machine."""

from __future__ import annotations

from dataclasses import dataclass

from makegood.awards.parcel import Sent
from makegood.campaigns.notice import Letter, Notice


@dataclass
class DeskChannel:
    """Marks a notice as shown: the desk draws it from the book whenever its customer looks."""

    name: str = "desk"

    def reaches(self, notice: Notice) -> bool:
        """Always: an account has a page in the desk."""
        return bool(notice.account)

    def send(self, letter: Letter) -> Sent:
        """Done as soon as it is asked for."""
        return Sent("done", "shown in the desk", remote=letter.notice.posting)
