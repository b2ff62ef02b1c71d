"""Verb: set Django up for the store alone; no URLs, no middleware, one alias a book."""

from __future__ import annotations

import hashlib
from typing import Any

import dj_database_url
import django
from django.conf import settings
from django.db import connections

from makegood.errors import BadUse
from makegood.store import settings as told

_SQLITE = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; "
    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456; "
    "PRAGMA recursive_triggers=ON;"  # else INSERT OR REPLACE takes a fact away without asking the triggers
)
_PATIENCE_S = 60


def configure() -> None:
    """Make Django ready once; a process that has settings of its own keeps them."""
    if not settings.configured:
        settings.configure(**{name: value for name, value in vars(told).items() if name.isupper()})
    django.setup()


def alias_of(url: str) -> str:
    """The alias of a database by its URL, made known to Django; raise BadUse for a URL of another kind."""
    configure()
    alias = "book_" + hashlib.sha256(url.encode()).hexdigest()[:12]
    if alias not in connections.databases:
        connections.databases[alias] = connections.configure_settings({"default": {}, alias: _database(url)})[alias]
    return alias


def _database(url: str) -> dict[str, Any]:
    try:
        database: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError) as fault:
        raise BadUse(
            "the database's address cannot be read; write postgresql://user@host/name or sqlite:///path/to/file."
        ) from fault
    engine = str(database.get("ENGINE", "")).rpartition(".")[2]
    if engine == "sqlite3":
        database["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": _PATIENCE_S, "init_command": _SQLITE}
    elif engine == "postgresql":
        options = database.get("OPTIONS") or {}
        if "@" in database["NAME"] or not (database["NAME"] or "service" in options):
            # what urls cut off is part of a password then, and would be told as a host
            raise BadUse(
                "the database's address names no database, or its password holds one of @ : / ? # as it is; write "
                "those as %40 %3A %2F %3F %23."
            )
        database["OPTIONS"] = {**database.get("OPTIONS", {}), "connect_timeout": 10, "application_name": "makegood"}
    else:
        raise BadUse(f"a book is kept in SQLite or PostgreSQL, not in '{engine[:20]}'; give DATABASE_URL accordingly.")
    database["CONN_MAX_AGE"] = None
    return database
