"""Noun: the journal; every act and every refusal, each row chained to the one before."""

from __future__ import annotations

from django.db import models


class JournalRow(models.Model):
    """`hash` is SHA-256 over the hash before and this row's canonical text; `outcome` is done or refused."""

    number = models.BigIntegerField(primary_key=True)
    at_us = models.BigIntegerField()
    person = models.TextField()
    key = models.TextField()
    act = models.TextField()
    subject = models.TextField()
    outcome = models.TextField()
    detail = models.TextField()
    hash = models.TextField()

    class Meta:
        db_table = "journal"
