"""Walk the whole street over files, as the tests here do."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from makegood.engine import Params, assess
from makegood.reads.assessment import as_data
from makegood.records.warehouse import Warehouse

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def assessed(*paths: Path, **options: Any) -> dict[str, Any]:
    """The published data of an assessment of the files."""
    with TemporaryDirectory() as spool:
        warehouse = Warehouse(Path(spool), memory_mb=512)
        try:
            return as_data(assess(Params(tuple(paths), options.pop("now", NOW), **options), warehouse))
        finally:
            warehouse.close()


def written(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """The rows as a file of canonical JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def attempt(second: int, **fields: Any) -> dict[str, Any]:
    """A canonical attempt so many seconds into 2026-02-01; a plain success unless told otherwise."""
    minute, rest = divmod(second, 60)
    return {
        "time": f"2026-02-01T{minute // 60:02d}:{minute % 60:02d}:{rest:02d}Z",
        "account": "acme",
        "provider": "made-up",
        "service": "chat.completions",
        "model": "model-1",
        "request_id": f"req-{second}-{len(fields)}",
        "status": 200,
        "input_tokens": 100,
        "output_tokens": 20,
        "usable": True,
        "charged": "0.002",
        "currency": "USD",
    } | fields
