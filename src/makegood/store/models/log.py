"""Noun: the log over postings; its heads, and the roots of whole blocks that make proofs quick."""

from __future__ import annotations

from django.db import models


class BookRow(models.Model):
    """The one row that names the book; `id` is in every posting's outward id."""

    id = models.TextField(primary_key=True)
    made_us = models.BigIntegerField()
    schema = models.TextField()

    class Meta:
        db_table = "book"


class HeadRow(models.Model):
    """The log after one commit: its size and root, and the frontier from which it grows on."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    frontier = models.BinaryField()
    at_us = models.BigIntegerField()

    class Meta:
        db_table = "head"


class BlockRow(models.Model):
    """Root of 256 leaves; a projection that can be made again from the postings."""

    number = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()

    class Meta:
        db_table = "block"
