"""Noun: campaigns; the frozen allocation, what happened to it, and how far it is posted."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class CampaignRow(models.Model):
    """A frozen allocation; `hash` is what the approval signs."""

    id = models.TextField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.TextField()
    draft = models.TextField()
    bases = models.TextField()
    seal = models.TextField()
    lines = models.BigIntegerField()
    granted = models.BigIntegerField()
    total = models.BigIntegerField()
    budget = models.BigIntegerField()
    by = models.TextField()
    at_us = models.BigIntegerField()

    class Meta:
        db_table = "campaign"
        constraints = (
            models.UniqueConstraint(fields=["number"], name="campaign_number"),
            models.CheckConstraint(condition=Q(total__lte=F("budget"), total__gte=0), name="campaign_budget"),
        )


class LineRow(models.Model):
    """One line of an allocation, in the order of posting."""

    pk = models.CompositePrimaryKey("campaign", "number")
    campaign = models.TextField()
    number = models.BigIntegerField()
    account = models.TextField()
    cause = models.TextField()
    unit = models.TextField()
    amount = models.BigIntegerField()
    cost = models.BigIntegerField()
    basis = models.SmallIntegerField()
    group = models.TextField()
    wish = models.BigIntegerField()

    class Meta:
        db_table = "line"
        indexes = (models.Index(fields=["account", "campaign"], name="line_account"),)


class ExcludedRow(models.Model):
    """An account that was looked at and gets nothing."""

    pk = models.CompositePrimaryKey("campaign", "number")
    campaign = models.TextField()
    number = models.BigIntegerField()
    account = models.TextField()
    cause = models.TextField()
    reason = models.TextField()
    detail = models.TextField()

    class Meta:
        db_table = "excluded"


class EventRow(models.Model):
    """What happened to a campaign; its state is the fold of these."""

    pk = models.CompositePrimaryKey("campaign", "number")
    campaign = models.TextField()
    number = models.BigIntegerField()
    kind = models.TextField()
    person = models.TextField()
    at_us = models.BigIntegerField()
    data = models.TextField()

    class Meta:
        db_table = "campaign_event"


class ChunkRow(models.Model):
    """A range of lines posted in one transaction; `spent` is its cost, `position` where the log stood before."""

    pk = models.CompositePrimaryKey("campaign", "first")
    campaign = models.TextField()
    first = models.BigIntegerField()
    end = models.BigIntegerField()
    position = models.BigIntegerField()
    posted = models.BigIntegerField()
    skipped = models.BigIntegerField()
    spent = models.BigIntegerField()
    at_us = models.BigIntegerField()

    class Meta:
        db_table = "chunk"
        constraints = (models.CheckConstraint(condition=Q(first__lt=F("end")), name="chunk_range"),)


class SkipRow(models.Model):
    """A line that was not posted, because its loss was made good by the award at `position` in the meantime."""

    pk = models.CompositePrimaryKey("campaign", "number")
    campaign = models.TextField()
    number = models.BigIntegerField()
    position = models.BigIntegerField()

    class Meta:
        db_table = "skip"


class ComplaintRow(models.Model):
    """A customer's objection to a campaign."""

    number = models.BigIntegerField(primary_key=True)
    campaign = models.TextField()
    account = models.TextField()
    says = models.TextField()
    by = models.TextField()
    at_us = models.BigIntegerField()

    class Meta:
        db_table = "complaint"
        constraints = (models.UniqueConstraint(fields=["campaign", "account"], name="complaint_once"),)
