"""Noun: what was imported; assessments with their causes and hits, and customers."""

from __future__ import annotations

from django.db import models


class AssessmentRow(models.Model):
    """An assessment that was imported, by the hash that it publishes."""

    hash = models.TextField(primary_key=True)
    number = models.BigIntegerField()
    source = models.TextField()
    start_us = models.BigIntegerField(null=True)
    end_us = models.BigIntegerField(null=True)
    by = models.TextField()
    at_us = models.BigIntegerField()

    class Meta:
        db_table = "assessment"
        constraints = (models.UniqueConstraint(fields=["number"], name="assessment_number"),)


class CauseRow(models.Model):
    """An incident as the book knows it, or what an audience from elsewhere was hit by."""

    id = models.TextField(primary_key=True)
    kind = models.TextField()
    start_us = models.BigIntegerField()
    end_us = models.BigIntegerField()
    provider = models.TextField(null=True)
    service = models.TextField(null=True)
    model = models.TextField(null=True)
    region = models.TextField(null=True)
    at_us = models.BigIntegerField()

    class Meta:
        db_table = "cause"
        constraints = (models.CheckConstraint(condition=models.Q(start_us__lte=models.F("end_us")), name="cause_span"),)


class TellingRow(models.Model):
    """Under which name, over which span and for which scope an assessment tells of a cause."""

    pk = models.CompositePrimaryKey("assessment", "told_as")
    assessment = models.TextField()
    told_as = models.TextField()
    cause = models.TextField()
    start_us = models.BigIntegerField()
    end_us = models.BigIntegerField()
    provider = models.TextField(null=True)
    service = models.TextField(null=True)
    model = models.TextField(null=True)
    region = models.TextField(null=True)

    class Meta:
        db_table = "telling"
        indexes = (models.Index(fields=["cause"], name="telling_cause"),)


class HitRow(models.Model):
    """What an account met in a cause, as an assessment tells it; `wasted` is canonical JSON by currency.

    `says` is the reason that a file of accounts gave, empty for the hits of an incident.
    """

    pk = models.CompositePrimaryKey("cause", "account", "assessment")
    cause = models.TextField()
    account = models.TextField()
    assessment = models.TextField()
    attempts = models.BigIntegerField()
    faults = models.BigIntegerField()
    tokens = models.BigIntegerField()
    wasted = models.TextField()
    says = models.TextField(default="")

    class Meta:
        db_table = "hit"
        indexes = (models.Index(fields=["account"], name="hit_account"),)


class CustomerRow(models.Model):
    """A customer as imported; the row with the highest `number` of an account holds."""

    pk = models.CompositePrimaryKey("account", "number")
    account = models.TextField()
    number = models.BigIntegerField()
    data = models.TextField()
    by = models.TextField()
    at_us = models.BigIntegerField()

    class Meta:
        db_table = "customer"
