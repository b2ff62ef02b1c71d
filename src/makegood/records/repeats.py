"""Repeats: rows delivered more than once, found by keys seen twice and settled by the real key."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from makegood.records.attempt import PACKED
from makegood.records.warehouse import Warehouse

_CONTENT = ", ".join(name for name, _ in PACKED if name != "row_id")
# Deliveries that differ: what was delivered stands before what failed, what is known before what is not, and the
# smaller charge before the larger, so that no claim rests on a telling that another one denies.
_SOONEST = (
    "CASE WHEN status >= 200 AND status < 300 THEN 0 ELSE 1 END, "
    "CASE usable WHEN 1 THEN 0 WHEN 0 THEN 1 ELSE 2 END, charged_nano NULLS LAST"
)
_WITHOUT_ID = ", ".join(name for name, _ in PACKED if name not in ("row_id", "request_id", "minute"))
_PART = 1 << 26  # keys sorted at once: 512 MiB


def seen_twice(warehouse: Warehouse, relation: str, key: str, where: str) -> NDArray[Any]:
    """The 64-bit hashes of `key` (an SQL list of columns) that stand on more than one row, ascending.

    Sorting the bare hashes is some ten times faster than grouping them; two keys may share a hash,
    so whoever asks compares the real keys of the few rows that are left.
    """
    rows = warehouse.one(f"SELECT COUNT(*) FROM {relation}")
    parts = 1
    while rows > parts * _PART:
        parts *= 2
    found = []
    for part in range(parts):
        chosen = f" AND hash({key}) & {parts - 1} = {part}" if parts > 1 else ""
        keys = warehouse.columns(f"SELECT hash({key}) AS k FROM {relation} WHERE {where}{chosen}")["k"]
        keys.sort()
        found.append(np.unique(keys[1:][keys[1:] == keys[:-1]]))
    result = np.concatenate(found)
    result.sort()
    return result


def exclude_repeats(warehouse: Warehouse, relation: str) -> int:
    """Put all but one row of each redelivered row into `excluded`; return how many.

    Redelivered: same provider and request_id, or without an id all columns equal. Which row stays depends on
    content alone, so the order of rows and files cannot matter.
    """
    before = warehouse.one("SELECT COUNT(*) FROM excluded")
    for key, where in (("provider, request_id", "request_id IS NOT NULL"), (_WITHOUT_ID, "request_id IS NULL")):
        keys = seen_twice(warehouse, relation, key, where)
        if not len(keys):
            continue
        warehouse.table_of("repeated", k=keys)
        warehouse.run(
            f"INSERT INTO excluded SELECT row_id, 'duplicate' FROM (SELECT row_id, ROW_NUMBER() OVER ("
            f"PARTITION BY {key} ORDER BY {_SOONEST}, {_CONTENT}, row_id) AS place FROM {relation} "
            f"WHERE {where} AND hash({key}) IN (SELECT k FROM repeated)) WHERE place > 1"
        )
    return int(warehouse.one("SELECT COUNT(*) FROM excluded") - before)
