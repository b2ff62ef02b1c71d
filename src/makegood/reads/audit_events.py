"""Verb: audit a campaign's events; each could come, was done by somebody who could, and is told by the journal."""

from __future__ import annotations

import json
from typing import Any

from makegood.campaigns.state import KINDS, Event, Standing, after
from makegood.errors import BadState
from makegood.reads.audit_findings import Looking
from makegood.reads.audit_journal import Act
from makegood.reads.audit_rights import NEEDED, Rights
from makegood.spans import from_us
from makegood.store.journal import WORKER

_SQL = "SELECT number, kind, person, at_us, data FROM campaign_event WHERE campaign = %s ORDER BY number"
ACT = {
    "drawn": "draw_campaign",
    "approved": "approve_campaign",
    "started": "start_campaign",
    "paused": "pause_campaign",
    "resumed": "resume_campaign",
    "cancelled": "cancel_campaign",
    "stopped": "post_wave",
    "finished": "post_wave",
}
_SKEW_US = 300_000_000  # clocks of several desks differ


def audit_events(looking: Looking, of: tuple[str, str], rights: Rights, mine: list[tuple[str, Act]]) -> Standing:
    """The events of (campaign, its drawer), held against the journal's acts about it; how it stands by them."""
    campaign, drawer = of
    told = {(name, act.at_us, act.by) for name, act in mine}
    met: set[tuple[str, int]] = set()
    standing, expected, before = Standing(), 0, 0
    for row in looking.book.rows(_SQL, (campaign,)):
        number, kind, person, at_us, text = row
        where = f"campaign_event {campaign} {number}"
        facts = {"at": number, "campaign": campaign, "what": kind}
        looking.looked_at["campaign_event"] += 1
        for missing in range(expected, min(number, expected + 100)):
            looking.find("event_missing", f"campaign_event {campaign} {missing}", at=missing, campaign=campaign)
        if at_us < before - _SKEW_US:
            looking.find("event_time", where, at=number, campaign=campaign)
        if (ACT.get(kind), at_us, person) not in told:
            looking.find("event_without_act", where, **facts)
        met.add((kind, at_us))
        try:
            event = Event(kind, from_us(at_us), person, json.loads(text))
            standing = after(standing, event)
        except (ValueError, TypeError, OverflowError, BadState):
            looking.find("event_misplaced", where, **facts)
        _by_right(looking, (where, drawer), row, rights)
        expected, before = number + 1, at_us
    _lost(looking, campaign, mine, met)
    return standing


def _by_right(looking: Looking, of: tuple[str, str], row: tuple[Any, ...], rights: Rights) -> None:
    (where, drawer), (number, kind, person, at_us, text) = of, row
    campaign = where.split(" ")[1]
    if kind == "approved":
        _approval(looking, where, (campaign, drawer), row, rights)
    elif kind in KINDS and person != WORKER.person and not rights.held(person, NEEDED.get(ACT[kind], ""), at_us):
        looking.find("event_right", where, at=number, campaign=campaign, what=kind, person=person)
    if kind in ("drawn", "approved"):
        kept = looking.book.one("SELECT hash FROM campaign WHERE id = %s", (campaign,))[0]
        hash = _hash(text)
        if hash != kept and kind == "drawn":
            looking.find("campaign_hash", f"campaign {campaign}", campaign=campaign)
        elif hash != kept:
            looking.find("approval_hash", where, campaign=campaign, hash=hash[:12])


def _approval(looking: Looking, where: str, of: tuple[str, str], row: tuple[Any, ...], rights: Rights) -> None:
    campaign, drawer = of
    person, at_us = row[2], row[3]
    facts = {"campaign": campaign, "person": person}
    if not rights.known(person, at_us):
        looking.find("approval_unknown", where, **facts)
        return
    if not rights.independent(person, drawer, at_us):
        looking.find("approval_self", where, **facts)
    if not rights.held(person, "approve", at_us):
        looking.find("approval_right", where, **facts)


def _hash(text: str) -> str:
    try:
        return str(json.loads(text)["hash"])
    except (ValueError, TypeError, KeyError):
        return ""


def _lost(looking: Looking, campaign: str, mine: list[tuple[str, Act]], met: set[tuple[str, int]]) -> None:
    """Acts of the journal that left no event."""
    kinds = {name: kind for kind, name in ACT.items() if name != "post_wave"}
    for name, act in mine:
        kind = kinds.get(name) or ("stopped" if "stopped" in act.detail else None)
        if kind is not None and (kind, act.at_us) not in met:
            looking.find("event_lost", f"campaign_event {campaign}", at=act.number, campaign=campaign, what=kind)
