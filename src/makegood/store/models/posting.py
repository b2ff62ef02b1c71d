"""Noun: postings with their bases and units, and awards that wait for a second human."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from makegood.ledger.posting import KINDS, SENT


class UnitRow(models.Model):
    """A declared unit; its scale never changes."""

    code = models.TextField(primary_key=True)
    scale = models.SmallIntegerField()

    class Meta:
        db_table = "unit"
        constraints = (models.CheckConstraint(condition=Q(scale__gte=0, scale__lte=9), name="unit_scale"),)


class BasisRow(models.Model):
    """What many postings share; `data` is the canonical text that `hash` is the SHA-256 of.

    `form` and `expires_us`, null for never, say again what the data say, so that they can be asked for.
    """

    number = models.BigIntegerField(primary_key=True)
    hash = models.TextField()
    data = models.TextField()
    form = models.TextField()
    expires_us = models.BigIntegerField(null=True)

    class Meta:
        db_table = "basis"
        constraints = (models.UniqueConstraint(fields=["hash"], name="basis_hash"),)
        indexes = (models.Index(fields=["expires_us"], condition=Q(expires_us__isnull=False), name="basis_expires"),)


class PostingRow(models.Model):
    """One row is both legs, so it balances by itself; `position` is the place in the log, without gaps.

    `cause` is null where the posting makes no loss good, so that (account, cause, turn) is unique over awards alone.
    """

    position = models.BigIntegerField(primary_key=True)
    key = models.TextField()
    kind = models.TextField()
    debit = models.TextField()
    credit = models.TextField()
    unit = models.TextField()
    amount = models.BigIntegerField()
    account = models.TextField()
    cause = models.TextField(null=True)
    turn = models.SmallIntegerField(default=0)
    basis = models.BigIntegerField()
    lot = models.BigIntegerField(null=True)
    reverses = models.BigIntegerField(null=True)
    at_us = models.BigIntegerField()
    leaf = models.BinaryField()

    class Meta:
        db_table = "posting"
        constraints = (
            models.UniqueConstraint(fields=["key"], name="posting_key"),
            models.UniqueConstraint(fields=["account", "cause", "turn"], name="posting_loss"),
            models.UniqueConstraint(fields=["reverses"], condition=Q(reverses__isnull=False), name="posting_reverses"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="posting_amount"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="posting_accounts"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="posting_kind"),
            models.CheckConstraint(condition=Q(position__gte=0), name="posting_position"),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | Q(kind="reversal", reverses__lt=F("position")),
                name="posting_reversal",
            ),
        )
        indexes = (
            models.Index(fields=["lot"], condition=Q(lot__isnull=False), name="posting_lot"),
            # An account's other awards stand in posting_loss, apart from what it used. SQLite counts the columns.
            models.Index(
                fields=["account", "cause", "kind"],
                condition=Q(cause__isnull=True, kind="award"),
                name="posting_gift",
            ),
            models.Index(fields=["basis"], condition=Q(kind="award"), name="posting_basis"),
            models.Index(fields=["position"], condition=Q(kind__in=SENT), name="posting_sent"),
        )


class LotRow(models.Model):
    """Where an award's amount went, as far as it moved; a projection that can be made again from the postings.

    An award of which nothing moved has no row.
    """

    position = models.BigIntegerField(primary_key=True)
    account = models.TextField()
    used = models.BigIntegerField()
    expired = models.BigIntegerField()
    taken = models.BigIntegerField()

    class Meta:
        db_table = "lot"


class ProposalRow(models.Model):
    """A single award or reversal as somebody asked for it; `data` is the posting to be, `hash` what is signed."""

    key = models.TextField(primary_key=True)
    hash = models.TextField()
    data = models.TextField()
    account = models.TextField()
    unit = models.TextField()
    amount = models.BigIntegerField()
    by = models.TextField()
    at_us = models.BigIntegerField()

    class Meta:
        db_table = "proposal"
        indexes = (
            models.Index(fields=["by", "account", "at_us"], name="proposal_by_account"),
            models.Index(fields=["by", "at_us"], name="proposal_by"),
        )


class SignatureRow(models.Model):
    """Another human's signature under a proposal."""

    key = models.TextField(primary_key=True)
    hash = models.TextField()
    by = models.TextField()
    at_us = models.BigIntegerField()

    class Meta:
        db_table = "signature"
