"""Noun: people, their keys and rights, and the limits that the owner set; all of it appended."""

from __future__ import annotations

from django.db import models


class PersonRow(models.Model):
    """A human; `mailbox` is the e-mail brought to one form, so that one human is not two people."""

    id = models.TextField(primary_key=True)
    name = models.TextField()
    email = models.TextField()
    mailbox = models.TextField()
    added_by = models.TextField()
    at_us = models.BigIntegerField()

    class Meta:
        db_table = "person"
        constraints = (models.UniqueConstraint(fields=["mailbox"], name="person_mailbox"),)


class RightRow(models.Model):
    """A right given or taken; the last row of a person and right holds."""

    number = models.BigIntegerField(primary_key=True)
    person = models.TextField()
    right = models.TextField()
    given = models.BooleanField()
    by = models.TextField()
    at_us = models.BigIntegerField()

    class Meta:
        db_table = "right_given"


class KeyRow(models.Model):
    """A key of a person, or its end; only the SHA-256 of the secret is kept."""

    number = models.BigIntegerField(primary_key=True)
    id = models.TextField()
    person = models.TextField()
    digest = models.TextField()
    ended = models.BooleanField()
    by = models.TextField()
    at_us = models.BigIntegerField()

    class Meta:
        db_table = "person_key"
        constraints = (models.UniqueConstraint(fields=["id", "ended"], name="person_key_once"),)


class PolicyRow(models.Model):
    """A limit as the owner set it; the last row of a name holds."""

    number = models.BigIntegerField(primary_key=True)
    name = models.TextField()
    value = models.TextField()
    by = models.TextField()
    at_us = models.BigIntegerField()

    class Meta:
        db_table = "policy"
