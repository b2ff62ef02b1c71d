"""Command `makegood work`: the worker; waves, notices, reminders, outbox and expiry, until it is stopped or idle."""

from __future__ import annotations

import os
import re
import socket
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.options import PrintedLang
from makegood.errors import BadUse, StoreAway

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from makegood.cli.book.desk import Desk
    from makegood.cli.book.rounds import Done, Means

REST_S = 5
DEFAULT_BILLING = "file:credits.jsonl"
DEFAULT_NOTICES = "console"
DEFAULT_REMIND_DAYS, MOST_REMIND_DAYS = "14", 366


def work(
    *,
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing more is due.")] = False,
    billing: Annotated[
        str | None,
        typer.Option(
            help="The way out to billing, such as file:credits.jsonl or stripe-grants:; else MAKEGOOD_BILLING."
        ),
    ] = None,
    notices: Annotated[
        str | None,
        typer.Option(help="How notices go out, such as console or smtp://host:587; else MAKEGOOD_NOTICES."),
    ] = None,
    lang: PrintedLang = "en",
) -> None:
    """Do what is due: post waves, send credits to billing, notices and reminders to customers, let credits expire."""
    from makegood.cli.book.desk import desk
    from makegood.cli.book.rounds import Done
    from makegood.cli.progress import with_progress

    with desk(lang, reading=True) as at:
        means, done = means_of(at, billing, notices), Done()
        try:
            while True:
                try:
                    at.check()  # the database may have been away, and come back as an older copy
                    busy = with_progress(lambda tell: _until_idle(at, means, done, tell))
                    at.note()
                except StoreAway as fault:
                    if once:
                        raise
                    _wait_for_the_store(at, fault)
                    continue
                if once and not busy:
                    break
                if not busy:
                    time.sleep(REST_S)
        finally:
            _say(at, done)


def _wait_for_the_store(at: Desk, fault: StoreAway) -> None:
    """Say that the database is away, and rest; what was under way is taken up by the next round."""
    typer.echo(f"makegood: {fault} It is tried again.", err=True)
    at.book.close()
    time.sleep(REST_S)


def means_of(at: Desk, billing: str | None, notices: str | None) -> Means:
    """The ways out as options or the environment name them."""
    from makegood.acts.send_notices import Post
    from makegood.acts.send_parcels import Batch
    from makegood.adapters.channel_settings import channel_of
    from makegood.adapters.mail import SmtpChannel, sender_of
    from makegood.adapters.settings import outlet_of
    from makegood.cli.book.rounds import Means
    from makegood.reads.notice_words import letter
    from makegood.store.parcels import Sender

    environment = at.environment
    name = f"{socket.gethostname()[:60]}/{os.getpid()}"
    outlet = outlet_of(billing or environment.get("MAKEGOOD_BILLING") or DEFAULT_BILLING, environment)
    wanted = notices or environment.get("MAKEGOOD_NOTICES") or DEFAULT_NOTICES
    sender = Sender(
        where=environment.get("MAKEGOOD_SHOWN_AT", ""),
        object_to=environment.get("MAKEGOOD_OBJECT_TO", ""),
        page=environment.get("MAKEGOOD_PAGE", ""),
        sender=environment.get("MAKEGOOD_SENDER", ""),
    )
    channels = tuple(channel_of(one.strip(), environment) for one in wanted.split(" ") if one.strip())
    if any(isinstance(one, SmtpChannel) and not sender_of(sender.sender or one.sender)[1] for one in channels):
        raise BadUse('letters need a sender; set MAKEGOOD_SENDER to "Name <address>" or an address.')
    return Means(
        outlet, Batch(name, clock=time.monotonic), Post(name, channels, letter, sender), remind_of(environment)
    )


def remind_of(environment: Mapping[str, str]) -> timedelta:
    """How long before a credit expires its customer is reminded; no time for never."""
    days = environment.get("MAKEGOOD_REMIND_DAYS") or DEFAULT_REMIND_DAYS
    if not re.fullmatch("[0-9]{1,4}", days) or int(days) > MOST_REMIND_DAYS:
        raise BadUse(f"MAKEGOOD_REMIND_DAYS is {days[:20]!r}; set 1 to {MOST_REMIND_DAYS} whole days, or 0 for never.")
    return timedelta(days=int(days))


def _until_idle(at: Desk, means: Means, done: Done, tell: Callable[[str, int, int], None]) -> bool:
    """Rounds until nothing is due; was there anything?"""
    from makegood.cli.book.rounds import round_once

    busy = False
    while round_once(at.book, means, done, lambda step, count: tell(f"{step} {count:,}", 0, 0)):
        busy = True
    return busy


def _say(at: Desk, done: Done) -> None:
    number = at.words.number
    at.say(
        "{posted} awards posted, {skipped} lines skipped, {expired} credits expired.",
        posted=number(done.posted),
        skipped=number(done.skipped),
        expired=number(done.expired),
    )
    from makegood.cli.book.shown import counted_words

    for what, states in (
        (at.words.say("To billing"), done.outbox),
        (at.words.say("Notices"), done.notices),
        (at.words.say("Reminders"), done.reminders),
    ):
        if states:
            typer.echo(f"{what}: {counted_words(states, at.words)}")
