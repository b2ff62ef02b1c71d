"""Verb: make the database itself refuse to change or delete a fact."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FACTS = (
    "assessment",
    "basis",
    "book",
    "campaign",
    "campaign_event",
    "cause",
    "chunk",
    "complaint",
    "customer",
    "excluded",
    "head",
    "hit",
    "journal",
    "line",
    "person",
    "person_key",
    "policy",
    "posting",
    "proposal",
    "right_given",
    "signature",
    "skip",
    "telling",
    "unit",
)
# What leaves the book changes its state, but is never taken away.
EFFECTS = ("outbox", "notice", "reminder")
FUNCTION = """
CREATE OR REPLACE FUNCTION makegood_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only: a correction is a new row', TG_TABLE_NAME; END $$
"""


def forbid(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers, on SQLite and PostgreSQL."""
    if editor.connection.vendor == "postgresql":
        editor.execute(FUNCTION, params=None)
    for _, _, statement in wanted(editor.connection.vendor):
        editor.execute(statement, params=None)


def allow(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away, when the migration is undone."""
    for table in (*FACTS, *EFFECTS):
        for name in names(editor.connection.vendor, table):
            on = f' ON "{table}"' if editor.connection.vendor == "postgresql" else ""
            editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}", params=None)


def wanted(vendor: str) -> list[tuple[str, str, str]]:
    """Every trigger as (table, name, the statement that makes it)."""
    tables = [(table, ("UPDATE", "DELETE")) for table in FACTS] + [(table, ("DELETE",)) for table in EFFECTS]
    return [
        (table, name, statement)
        for table, verbs in tables
        for name, statement in zip(names(vendor, table), _statements(vendor, table, verbs), strict=True)
    ]


def names(vendor: str, table: str) -> tuple[str, ...]:
    """The names of a table's triggers."""
    verbs = ("delete",) if table in EFFECTS else ("update", "delete")
    return (f"{table}_stays",) if vendor == "postgresql" else tuple(f"{table}_no_{verb}" for verb in verbs)


def _statements(vendor: str, table: str, verbs: Sequence[str]) -> list[str]:
    if vendor == "postgresql":
        when = " OR ".join((*verbs, "TRUNCATE"))
        return [
            f'CREATE TRIGGER {table}_stays BEFORE {when} ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION makegood_append_only()"
        ]
    return [
        f'CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: a correction is a new row'); END"
        for verb in verbs
    ]
