"""Noun: what leaves the book; a row for each posting on its way to billing, each notice and reminder to a customer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from makegood.store.states import NEEDLESS, STATES, TROUBLE


class Effect(models.Model):
    """One outward effect of one posting; taken by one UPDATE, so that one worker has it."""

    position = models.BigIntegerField(primary_key=True)
    state = models.TextField(default="waiting")
    tries = models.IntegerField(default=0)
    due_us = models.BigIntegerField()
    taken_by = models.TextField(default="")
    taken_until_us = models.BigIntegerField(default=0)
    handed = models.BooleanField(default=False, db_default=False)
    remote = models.TextField(default="")
    said = models.TextField(default="")
    done_us = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


def _indexes(table: str) -> tuple[models.Index, ...]:
    return (
        models.Index(fields=["due_us"], condition=Q(state__in=("waiting", "taken")), name=f"{table}_due"),
        models.Index(fields=["position"], condition=Q(state__in=TROUBLE), name=f"{table}_trouble"),
    )


class OutboxRow(Effect):
    """A posting on its way to the billing system."""

    class Meta:
        db_table = "outbox"
        constraints = (models.CheckConstraint(condition=Q(state__in=STATES), name="outbox_state"),)
        indexes = _indexes("outbox")


class NoticeRow(Effect):
    """A notice of a posting on its way to a customer; `channel` says which way it went."""

    channel = models.TextField(default="")

    class Meta:
        db_table = "notice"
        constraints = (models.CheckConstraint(condition=Q(state__in=STATES), name="notice_state"),)
        indexes = _indexes("notice")


class ReminderRow(Effect):
    """A reminder that what is left of an award expires soon; the primary key lets there be one for ever."""

    channel = models.TextField(default="")

    class Meta:
        db_table = "reminder"
        constraints = (models.CheckConstraint(condition=Q(state__in=(*STATES, NEEDLESS)), name="reminder_state"),)
        indexes = _indexes("reminder")
