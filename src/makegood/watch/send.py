"""Verb: send what waits; each try is written before it is made and its outcome after, so that no alert is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from makegood.awards.backoff import given_up, next_try
from makegood.awards.parcel import Sent
from makegood.reads.alert_state import Delivery, Told, due_entry, outcome_entry, trying_entry
from makegood.reads.fault_place import fault_place
from makegood.reads.words import Words
from makegood.watch.way import Way

Note = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True)
class Sender:
    """The ways, the language, the clock, and `note`, which appends an entry to the log and adds it to what was told;
    `tell` says to the keeper what can be sent no more.
    """

    ways: Sequence[Way]
    words: Words
    clock: Callable[[], datetime]
    note: Note
    tell: Callable[[str], None] = lambda _: None


def send_waiting(told: Told, sender: Sender, stop: Callable[[], bool] = lambda: False) -> int:
    """Try everything that is due once; how many arrived. A try that broke off is in doubt and is made again: a way
    whose receiver cannot tell repeats may then show an alert twice, and the second says so.
    """
    _readdress(told, sender)
    by_name = {way.name: way for way in sender.ways}
    arrived = 0
    for delivery in told.waiting(sender.clock()):
        if stop():
            break
        arrived += _tried(delivery, by_name[delivery.channel], sender)
    return arrived


def _readdress(told: Told, sender: Sender) -> None:
    """What waits for a channel that the config names no more goes by the others, where it went by none yet."""
    names = {way.name for way in sender.ways}
    gone = [one for one in told.deliveries.values() if not one.over and one.channel not in names]
    for one in gone:
        sender.note(outcome_entry(one, "refused", sender.clock(), "the config names no such channel any more"))
    for alert in {one.alert.key: one.alert for one in gone}.values():
        others = [each for (key, _), each in told.deliveries.items() if key == alert.key]
        if not any(each.outcome == "done" or not each.over for each in others):
            sender.note(due_entry(alert, [way.name for way in sender.ways if way.takes(alert)]))


def _tried(delivery: Delivery, way: Way, sender: Sender) -> bool:
    repeat = delivery.doubt
    sender.note(trying_entry(delivery, sender.clock()))
    sent = _sent(delivery, way, sender, repeat)
    entry = _outcome(delivery, sent, sender.clock())
    sender.note(entry)
    if entry["outcome"] == "given_up":
        why = f" ({sent.said})" if sent.said else ""
        sender.tell(f"{way.name}: gave up on {_named(delivery)} after {delivery.tries} tries{why}")
    return sent.outcome == "done"


def _sent(delivery: Delivery, way: Way, sender: Sender, repeat: bool) -> Sent:
    """One try; a fault in the text of one alert, or in one channel, must not keep the others from being sent."""
    try:
        return way.send(delivery.alert, sender.words, repeat)
    except Exception as fault:  # what it says is left out, as it may hold an address that is a secret
        said = fault_place(fault)
        if delivery.tries == 1:
            sender.tell(f"{way.name}: {_named(delivery)} could not be sent ({said}); it is tried again")
        return Sent("doubt", said)


def _named(delivery: Delivery) -> str:
    return f"the alert {delivery.alert.id} ({delivery.alert.kind})"


def _outcome(delivery: Delivery, sent: Sent, now: datetime) -> dict[str, Any]:
    if sent.outcome in ("done", "refused"):
        return outcome_entry(delivery, sent.outcome, now, sent.said)
    if given_up(delivery.tries):
        return outcome_entry(delivery, "given_up", now, sent.said)
    again = next_try(delivery.tries, now, f"{delivery.alert.id}|{delivery.channel}", sent.after)
    return outcome_entry(delivery, sent.outcome, now, sent.said, again)
