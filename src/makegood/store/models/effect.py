"""Noun: what leaves the book; a row for each posting on its way to billing and each notice to a customer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from makegood.store.states import STATES, TROUBLE


class Effect(models.Model):
    """One outward effect of one posting; taken by one UPDATE, so that one worker has it."""

    position = models.BigIntegerField(primary_key=True)
    state = models.TextField(default="waiting")
    tries = models.IntegerField(default=0)
    due_us = models.BigIntegerField()
    taken_by = models.TextField(default="")
    taken_until_us = models.BigIntegerField(default=0)
    remote = models.TextField(default="")
    said = models.TextField(default="")
    done_us = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class OutboxRow(Effect):
    """A posting on its way to the billing system."""

    class Meta:
        db_table = "outbox"
        constraints = (models.CheckConstraint(condition=Q(state__in=STATES), name="outbox_state"),)
        indexes = (
            models.Index(fields=["due_us"], condition=Q(state__in=("waiting", "taken")), name="outbox_due"),
            models.Index(fields=["position"], condition=Q(state__in=TROUBLE), name="outbox_trouble"),
        )


class NoticeRow(Effect):
    """A notice of a posting on its way to a customer; `channel` says which way it went."""

    channel = models.TextField(default="")

    class Meta:
        db_table = "notice"
        constraints = (models.CheckConstraint(condition=Q(state__in=STATES), name="notice_state"),)
        indexes = (
            models.Index(fields=["due_us"], condition=Q(state__in=("waiting", "taken")), name="notice_due"),
            models.Index(fields=["position"], condition=Q(state__in=TROUBLE), name="notice_trouble"),
        )
