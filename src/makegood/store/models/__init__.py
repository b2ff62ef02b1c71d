"""The tables of state, one file a noun."""

from makegood.store.models.campaign import CampaignRow, ChunkRow, ComplaintRow, EventRow, ExcludedRow, LineRow, SkipRow
from makegood.store.models.cause import AssessmentRow, CauseRow, CustomerRow, HitRow, TellingRow
from makegood.store.models.effect import NoticeRow, OutboxRow, ReminderRow
from makegood.store.models.journal import JournalRow
from makegood.store.models.log import BlockRow, BookRow, HeadRow
from makegood.store.models.person import KeyRow, PersonRow, PolicyRow, RightRow
from makegood.store.models.posting import BasisRow, LotRow, PostingRow, ProposalRow, SignatureRow, UnitRow

__all__ = [
    "AssessmentRow",
    "BasisRow",
    "BlockRow",
    "BookRow",
    "CampaignRow",
    "CauseRow",
    "ChunkRow",
    "ComplaintRow",
    "CustomerRow",
    "EventRow",
    "ExcludedRow",
    "HeadRow",
    "HitRow",
    "JournalRow",
    "KeyRow",
    "LineRow",
    "LotRow",
    "NoticeRow",
    "OutboxRow",
    "PersonRow",
    "PolicyRow",
    "PostingRow",
    "ProposalRow",
    "ReminderRow",
    "RightRow",
    "SignatureRow",
    "SkipRow",
    "TellingRow",
    "UnitRow",
]
