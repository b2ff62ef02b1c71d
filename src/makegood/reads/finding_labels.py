"""Labels: what an audit found, one sentence a kind; the places in braces are filled with the row's own facts."""

from __future__ import annotations

from collections.abc import Mapping

from makegood.reads.legible import legible
from makegood.reads.words import Words

LOG = {
    "posting_changed": "Posting {at} was changed after it was posted: it no longer gives the hash that the "
    "log has of it.",
    "posting_hash": "The hash of posting {at} was changed; what the posting says still fits the log.",
    "posting_missing": "Postings were taken out of the log: nothing stands at {at}.",
    "posting_behind": "Postings {at} stand behind the end of the log, which ends at {size}: they were put "
    "in behind its back, or its last head was taken away.",
    "posting_place": "Posting {at} stands at a position that another posting has, or that no posting can have.",
    "posting_time": "Posting {at} is dated before the posting ahead of it.",
    "posting_future": "Posting {at} is dated after the moment of this audit.",
    "log_changed": "Postings {at} are not those that the log was closed over: rows were exchanged, or "
    "were changed together with their hashes.",
    "head_changed": "The head of the log after {at} postings was changed, or was put in: it is not the "
    "root of its postings.",
    "head_edge": "The edge kept with the head after {at} postings is not that of its postings; the log "
    "would not grow rightly from it.",
    "head_time": "The head of the log after {at} postings has another time than its last posting.",
    "head_missing": "No head of the log stands after {at} postings, where {what} ended.",
    "block_changed": "The root of block {at} is not that of its postings, while the log itself is sound; "
    "it can be made again from the postings (makegood ledger rebuild).",
    "block_missing": "The root of block {at} is missing; it can be made again from the postings (makegood "
    "ledger rebuild).",
    "block_extra": "The root of block {at} belongs to no postings; the roots can be made again (makegood "
    "ledger rebuild).",
}
LEDGER = {
    "posting_shape": "Posting {at} moves between accounts that no posting of its kind ({what}) moves between.",
    "posting_unit": "Posting {at} is in the unit {unit}, which nobody declared.",
    "posting_basis": "Posting {at} stands on the basis {basis}, which is not in the book.",
    "posting_unasked": "Posting {at} ({key}) is of no campaign, and nobody asked for it.",
    "posting_without_act": "Posting {at} ({key}) was made by no act in the journal.",
    "key_twice": "Posting {at} has the key {key}, which posting {first} has already.",
    "loss_twice": "Posting {at} makes good the loss of {account} by {cause}, which posting {first} made good already.",
    "turn_early": "Posting {at} makes good a loss again whose earlier award was not taken back whole.",
    "unit_scale": "The unit {unit} is kept with {scale} decimals; it has {wanted}.",
    "unit_missing": "The unit {unit} is missing.",
    "basis_changed": "Basis {at} was changed: its data no longer give its hash.",
    "basis_missing": "Basis {at} is missing.",
    "basis_told": "The form or the end kept with basis {at} is not that of its data.",
    "lot_projection": "What is kept as moved of the award at {at} is not what its postings moved; it can be made again "
    "from the postings (makegood ledger rebuild).",
    "lot_overdrawn": "Posting {at} takes more of the award at {lot} than is left of it.",
    "lot_early": "Posting {at} expires the award at {lot} before its time.",
    "reversal_of_nothing": "Posting {at} takes back {lot}, which is no award.",
    "reversal_twice": "Posting {at} takes back posting {lot}, which posting {first} took back already.",
    "lot_nothing": "Posting {at} draws on {lot}, which is no award of its account before it.",
    "lot_other": "Posting {at} does not fit what it draws on at {lot}: another unit, or another award.",
    "proposal_changed": "What was proposed under {key} was changed: it no longer gives its hash.",
    "proposal_differs": "Posting {at} is not what was proposed under its key {key}.",
    "proposal_unposted": "What was signed under {key} was not posted.",
    "proposal_alone": (
        "{person} granted or took back what is under {key} alone, above the limit of the time, without a signature."
    ),
    "signature_stray": "The signature under {key} belongs to no proposal.",
    "signature_other": "The signature under {key} is for another content than the proposal's.",
    "signature_self": "{person} signed what is under {key}, but proposed it, or was let in by whoever did.",
    "signature_right": "{person} signed what is under {key} without the right to approve at that time.",
}
CAMPAIGN = {
    "unreadable": "This row cannot be read: {fault}",
    "campaign_hash": "The hash of {campaign} is not the one that was drawn.",
    "campaign_seal": "The seal of {campaign} does not give its hash.",
    "campaign_draft": "The draft or the bases of {campaign} were changed: they no longer fit its seal.",
    "campaign_counts": "{what} of {campaign} is {is_}, by its lines and its draft {wanted}.",
    "campaign_budget": "{campaign} spent {spent} of a budget of {budget} in minor units.",
    "line_changed": "Lines {at} of {campaign} are not those that were drawn: at least one was changed.",
    "line_missing": "Lines {at} of {campaign} are missing.",
    "line_extra": "Line {at} of {campaign} was added after the draw.",
    "excluded_changed": "The exclusions of {campaign} are not those that were drawn: one was changed, added "
    "or removed.",
    "excluded_missing": "Exclusion {at} of {campaign} is missing.",
    "event_misplaced": "Event {at} of {campaign} ({what}) cannot come there.",
    "event_missing": "{campaign} has no event {at}.",
    "event_lost": "The journal tells that {campaign} was {what} (row {at}), and the campaign has no such event.",
    "event_without_act": "Event {at} of {campaign} ({what}) was made by no act in the journal.",
    "event_right": "{person} had no right to do event {at} of {campaign} ({what}) at that time.",
    "event_time": "Event {at} of {campaign} is dated before the one ahead of it.",
    "approval_hash": "What was approved as {campaign} (hash {hash}) is not what is kept.",
    "approval_self": "{campaign} was approved by {person}, who drew it, or whom the drawer had let in.",
    "approval_right": "{campaign} was approved by {person}, who had no right to approve at that time.",
    "approval_unknown": "{campaign} was approved by {person}, whom nobody admitted.",
    "approval_missing": "{campaign} was posted without an approval.",
    "finish_missing": "Every line of {campaign} is posted, and it has no event that says so.",
    "chunk_range": "The part of {campaign} that begins at line {at} overlaps another, leaves a gap, or "
    "goes beyond what is granted.",
    "audience_changed": "The accounts of {at}, their reasons or their figures were changed after they were imported.",
    "audience_without_act": "The accounts of {at} are not what an act in the journal imported.",
    "chunk_counts": "The part of {campaign} that begins at line {at} counts {what} {is_}; its rows give {wanted}.",
    "chunk_without_act": "The part of {campaign} that begins at line {at} is not what an act in the journal posted.",
    "chunk_lost": "The journal tells that lines from {at} on of {campaign} were posted (row {row}), and "
    "no part says so.",
    "line_posting_missing": "Line {at} of {campaign} counts as posted, and no posting stands at {position}.",
    "line_posting_differs": "Posting {position} is not what line {at} of {campaign} grants: its {what} differs.",
    "line_holdout": "Line {at} of {campaign} is held out, and was posted.",
    "posting_no_line": "Posting {at} ({key}) says it is of a campaign, and is in no part of one.",
    "skip_no_award": "Line {at} of {campaign} was left out for the award at {position}, which is none for its loss.",
    "skip_stray": "Line {at} of {campaign} is noted as left out, and is in no part that was posted.",
}
EFFECT = {
    "outbox_missing": "Posting {at} has no outbox row: it would never reach the billing system.",
    "outbox_extra": "The outbox row of {at} belongs to no award or reversal.",
    "outbox_no_id": "Posting {at} is marked as sent, and the billing system gave no id for it.",
    "outbox_unsent": "Posting {at} is marked as {what}, and no act in the journal sent it.",
    "outbox_many": "{n} postings are marked as {what} at one moment, at which the journal tells of {told}.",
    "notice_many": "{n} notices are marked as {what} at one moment, at which the journal tells of {told}.",
    "reminder_many": "{n} reminders are marked as {what} at one moment, at which the journal tells of {told}.",
    "reminder_extra": "The reminder of {at} belongs to no award.",
    "reminder_unsent": "The reminder of posting {at} is marked as {what}, and no act in the journal sent it.",
    "notice_missing": "Posting {at} has no notice, while later ones have.",
    "notice_extra": "The notice of {at} belongs to no award or reversal.",
    "notice_unsent": "The notice of posting {at} is marked as {what}, and no act in the journal sent it.",
}
PEOPLE = {
    "journal_changed": "Row {at} of the journal was changed, moved or put in: its hash does not follow from "
    "the row before.",
    "journal_missing": "Rows {at} of the journal are missing.",
    "journal_stranger": "Row {at} of the journal tells of {person}, whom nobody admitted, or of a key that is "
    "not theirs.",
    "journal_right": "Row {at} of the journal tells that {person} did {what} without the right to at that time.",
    "mailbox_twice": "{person} has the mailbox of {other}: one human is two people here.",
    "person_changed": "{person} was changed: the mailbox is not that of the address, or name or address are "
    "not those admitted.",
    "person_unadmitted": "{person} was admitted by no act in the journal.",
    "right_unheld": "Row {at}: {by} gave or took a right of {person} without being an owner then.",
    "right_without_act": "Row {at}: a right of {person} was changed by no act in the journal.",
    "row_missing": "Row {at} of the table {table} is missing.",
    "key_changed": "Key {key} is not the one that was issued to {person}.",
    "key_without_act": "Key {key} of {person} was issued or ended by no act in the journal.",
    "policy_without_act": "The limit in row {at} was set by no act in the journal.",
    "complaint_without_act": "Complaint {at} was taken by no act in the journal.",
}
GUARD = {
    "guard_gone": "The guard {name} of the table {table} is gone.",
    "guard_off": "The guard {name} of the table {table} is switched off.",
    "guard_other": "The guard {name} of the table {table} was changed.",
    "guard_strange": "The table {table} has a trigger {name} that makegood did not make.",
    "witness_other_book": "What was noted outside is of another book than this one.",
    "witness_older": "An older copy stands in the book's place: {size} postings and {rows} acts were noted before.",
    "witness_changed_log": "The log does not go on from the {size} postings that were noted outside.",
    "witness_changed_journal": "The journal does not go on from the {rows} acts that were noted outside.",
}
FINDING = LOG | LEDGER | CAMPAIGN | EFFECT | PEOPLE | GUARD


def finding_words(kind: str, facts: Mapping[str, object], words: Words) -> str:
    """The sentence of a finding; texts out of the book are made safe to look at."""
    return words.say(FINDING[kind], **{name: legible(value) for name, value in facts.items()})
