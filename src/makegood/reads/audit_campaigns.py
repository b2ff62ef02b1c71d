"""Verb: audit campaigns; what is kept is what was drawn, within its budget, with its lines, events and parts."""

from __future__ import annotations

from collections.abc import Callable

from makegood.campaigns.allocation import head_digest
from makegood.errors import MakegoodError
from makegood.reads.audit_events import audit_events
from makegood.reads.audit_findings import Looking
from makegood.reads.audit_journal import Act, Acts
from makegood.reads.audit_lines import audit_lines
from makegood.reads.audit_parts import audit_parts, audit_strays
from makegood.reads.audit_rights import Rights
from makegood.store import campaigns
from makegood.store.campaigns import Kept


def audit_campaigns(looking: Looking, rights: Rights, acts: Acts, progress: Callable[[int, int], None]) -> None:
    """Every campaign of the book; `progress` is told (lines done, lines in all)."""
    whole = looking.book.one("SELECT COUNT(*) FROM line")[0]
    told = _by_campaign(acts)
    rows = looking.book.rows("SELECT id, by FROM campaign ORDER BY number")
    looking.looked_at["campaign"] = len(rows)
    for campaign, by in rows:
        mine = told.pop(campaign, [])
        standing = audit_events(looking, (campaign, by), rights, mine)
        kept = _readable(looking, campaign)
        if kept is None:
            continue
        _sealed(looking, kept, mine)
        costs = audit_lines(looking, kept, lambda: progress(looking.looked_at["line"], whole))
        audit_parts(looking, (kept, costs), standing, [act for name, act in mine if name == "post_wave"])
    for campaign, mine in sorted(told.items()):
        if any(name != "post_wave" or "first" in act.detail for name, act in mine):
            looking.find("row_missing", f"campaign {campaign}", at=campaign, table="campaign")
    audit_strays(looking)


def _by_campaign(acts: Acts) -> dict[str, list[tuple[str, Act]]]:
    names = ("draw_campaign", "approve_campaign", "start_campaign", "pause_campaign", "resume_campaign")
    found: dict[str, list[tuple[str, Act]]] = {}
    for name in (*names, "cancel_campaign", "post_wave"):
        for act in acts.of(name):
            found.setdefault(act.subject, []).append((name, act))
    return found


def _readable(looking: Looking, campaign: str) -> Kept | None:
    try:
        return campaigns.campaign_of(looking.book, campaign)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, MakegoodError) as fault:
        looking.find("unreadable", f"campaign {campaign}", fault=fault)
        return None


def _sealed(looking: Looking, kept: Kept, mine: list[tuple[str, Act]]) -> None:
    where = f"campaign {kept.id}"
    if kept.seal.hash != kept.hash:
        looking.find("campaign_seal", where, campaign=kept.id)
    if any(act.detail.get("hash") != kept.hash for name, act in mine if name == "draw_campaign"):
        looking.find("campaign_hash", where, campaign=kept.id)
    try:
        same = head_digest(kept.draft, kept.bases) == kept.seal.head
    except TypeError:
        same = False
    if not same:
        looking.find("campaign_draft", where, campaign=kept.id)
    if kept.budget != kept.draft.budget:
        looking.find(
            "campaign_counts", where, campaign=kept.id, what="budget", is_=kept.budget, wanted=kept.draft.budget
        )
