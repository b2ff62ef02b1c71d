"""Noun: a way; one channel with the one it reaches, and the alerts that go there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from makegood.awards.parcel import Sent
from makegood.campaigns.notice import Channel, Letter, Notice
from makegood.ledger.basis import Basis
from makegood.reads.alert import SUMMARY, Alert
from makegood.reads.alert_words import alert_text, repeated
from makegood.reads.words import Words


@dataclass(frozen=True)
class Way:
    """`name` names it in the log of alerts; `kinds` are those that go there, all where none is named.

    `dedupes`: the receiver can tell a repeat by the alert's id, so that a try in doubt is repeated without a word.
    """

    name: str
    channel: Channel = field(repr=False)
    receiver: str = ""
    sender: str = ""
    kinds: frozenset[str] = frozenset()
    dedupes: bool = False

    def takes(self, alert: Alert) -> bool:
        """Does an alert of this kind go there? A summary does where it holds back what would have."""
        if not self.kinds or alert.kind in self.kinds:
            return True
        return alert.kind == SUMMARY and bool(self._own(alert).facts["held"])

    def send(self, alert: Alert, words: Words, repeat: bool) -> Sent:
        """One try; `repeat` says that an earlier one may have arrived."""
        letter = letter_of(self._own(alert), words, self)
        if repeat and not self.dedupes:
            letter = replace(letter, subject=repeated(letter.subject, words))
        return self.channel.send(letter)

    def _own(self, alert: Alert) -> Alert:
        """Of a summary what was held back of the kinds that go there, unless summaries do."""
        if alert.kind != SUMMARY or not self.kinds or SUMMARY in self.kinds:
            return alert
        kept = {what: [one for one in alert.facts[what] if one["kind"] in self.kinds] for what in ("held", "named")}
        counts = {kind: count for kind, count in alert.facts["counts"].items() if kind in self.kinds}
        return replace(alert, facts={**alert.facts, **kept, "counts": counts})


def letter_of(alert: Alert, words: Words, way: Way) -> Letter:
    """The alert as the channels take letters; it moves nothing, so the parts of a posting are empty."""
    told = alert_text(alert, words)
    notice = Notice(
        id=alert.id,
        kind=f"alert.{alert.kind}",
        posting="",
        position=0,
        account="watch",
        email=way.receiver,
        lang=words.lang,
        at=alert.at,
        unit="",
        amount=0,
        basis=Basis(""),
        sender=way.sender,
    )
    return Letter(notice, told.subject, told.text, told.html, told.data)
