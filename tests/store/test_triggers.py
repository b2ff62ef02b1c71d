"""The database itself refuses: a fact is added, and never changed, replaced or taken away."""

from __future__ import annotations

import pytest
from django.apps import apps

from makegood.errors import StoreAway
from makegood.store import triggers
from makegood.store.book import Book

REBUILDABLE = {"block", "lot"}
_TOLD = {"kind": "award", "debit": "a", "state": "waiting", "end": 2, "lot": None, "reverses": None}
_VALUES = {"BooleanField": False, "BinaryField": b"x", "TextField": "x"}


def filled(book: Book, table: str) -> str:
    """Put one row into a table, whatever it says; the name of its first column."""
    with book.connection.cursor() as cursor:
        found = book.connection.introspection.get_table_description(cursor, table)
    kinds = {one.name: book.connection.introspection.get_field_type(one.type_code, one) for one in found}
    if not book.rows(f'SELECT 1 FROM "{table}"'):
        book.add(table, list(kinds), [[_TOLD.get(name, _VALUES.get(kind, 1)) for name, kind in kinds.items()]])
    return f'"{next(iter(kinds))}"'


@pytest.mark.parametrize("table", triggers.FACTS)
def test_a_fact_is_not_changed_by_any_statement(swept: Book, table: str):
    first = filled(swept, table)
    before = swept.rows(f'SELECT * FROM "{table}"')
    assert before
    attempts = {
        "sqlite": (f'INSERT OR REPLACE INTO "{table}" SELECT * FROM "{table}"',),
        "postgresql": (
            f'TRUNCATE "{table}"',
            f'MERGE INTO "{table}" USING (SELECT 1) AS s ON TRUE WHEN MATCHED THEN DELETE',
        ),
    }
    for attempt in (f'UPDATE "{table}" SET {first} = {first}', f'DELETE FROM "{table}"', *attempts[swept.vendor]):
        with pytest.raises(StoreAway, match=f"{table} is append-only: a correction is a new row"):
            swept.run(attempt)
    assert swept.rows(f'SELECT * FROM "{table}"') == before


@pytest.mark.parametrize("table", triggers.EFFECTS)
def test_what_leaves_changes_its_state_and_is_not_taken_away(swept: Book, table: str):
    filled(swept, table)
    assert swept.run(f"UPDATE {table} SET state = 'done'") == 1
    attempts = {"sqlite": f"REPLACE INTO {table} SELECT * FROM {table}", "postgresql": f"TRUNCATE {table}"}
    for attempt in (f"DELETE FROM {table}", attempts[swept.vendor]):
        with pytest.raises(StoreAway, match=f"{table} is append-only"):
            swept.run(attempt)


def test_every_table_of_the_store_is_a_fact_or_leaves_or_can_be_made_again():
    tables = {model._meta.db_table for model in apps.get_app_config("store").get_models()}
    assert tables == {*triggers.FACTS, *triggers.EFFECTS, *REBUILDABLE}
