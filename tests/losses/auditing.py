"""Audit rows and files, as the tests of the audit do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from makegood.engine import Audit, AuditParams, Params, audit
from makegood.losses.exposure import Alternative, Thing
from makegood.records.warehouse import Warehouse
from makegood.spans import iso

NOW = datetime(2026, 11, 21, tzinfo=UTC)
START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
_READING = ("terms", "bill", "zone", "span", "account", "bulletins")


def audited(*paths: Path, **options: Any) -> Audit:
    """The audit of files; options are those of Params and of AuditParams."""
    reading = Params(tuple(paths), NOW, **{name: options.pop(name) for name in _READING if name in options})
    with TemporaryDirectory() as spool:
        warehouse = Warehouse(Path(spool), memory_mb=512, threads=1)
        try:
            return audit(AuditParams(reading, **options), warehouse)
        finally:
            warehouse.close()


def written(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """The rows as a file of JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def attempt(minute: int, call: str, **fields: Any) -> dict[str, Any]:
    """An attempt so many minutes after START, answered by openai unless told otherwise."""
    return {
        "time": iso(START + timedelta(minutes=minute)),
        "account": "acme",
        "provider": "openai",
        "service": "chat.completions",
        "model": "gpt-4o",
        "request_id": f"{call}-{minute}-{len(fields)}",
        "call_id": call,
        "status": 200,
        "input_tokens": 1000,
        "output_tokens": 100,
        "usable": True,
        "charged": "0.001",
        "currency": "USD",
    } | fields


FAILED = {"status": 503, "error": "server_error", "output_tokens": 0, "usable": None, "charged": "0"}


def thing(found: Audit, dimension: str, provider: str, name: str = "") -> Thing:
    """One thing of an audit."""
    (one,) = [
        each
        for each in found.exposure.things
        if (each.dimension, each.provider, each.name) == (dimension, provider, name)
    ]
    return one


def alternative(found: Audit, dimension: str, provider: str, name: str = "") -> Alternative:
    """The best alternative of the one lane of a thing that opened calls."""
    (stand,) = [one for one in thing(found, dimension, provider, name).stands if one.rest.calls]
    return stand.alternative
