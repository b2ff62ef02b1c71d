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

    Redelivered: same provider and request_id, or without an id all columns equal. Rows to which recorders gave
    different ids are different attempts all the same: some proxies send one request id with every answer. A row
    without such an id is the redelivery of one that has it. Which row stays depends on content alone, so the order of
    rows and files cannot matter.
    """
    before = warehouse.one("SELECT COUNT(*) FROM excluded")
    for key, where in (("provider, request_id", "request_id IS NOT NULL"), (_WITHOUT_ID, "request_id IS NULL")):
        keys = seen_twice(warehouse, relation, key, where)
        if not len(keys):
            continue
        warehouse.table_of("repeated", k=keys)
        warehouse.run(
            f"CREATE OR REPLACE TEMP TABLE suspected AS SELECT * FROM {relation} "
            f"WHERE {where} AND hash({key}) IN (SELECT k FROM repeated)"
        )
        warehouse.run(f"INSERT INTO excluded {_repeated(warehouse, key)}")
        warehouse.run("DROP TABLE suspected")
    return int(warehouse.one("SELECT COUNT(*) FROM excluded") - before)


def own_ids(warehouse: Warehouse) -> str:
    """SELECT of `row_id` and `own_id`, the recorder's own id of the attempt, of the rows that have one."""
    return " UNION ALL ".join(["SELECT row_id, own_id FROM own_ids", *warehouse.native_ids])


def _repeated(warehouse: Warehouse, key: str) -> str:
    """SELECT of the rows of `suspected` that are left out, with why."""
    # Where a key stands on several attempts, a row that names none of them cannot stay in place of one.
    order = f"CASE WHEN own_id IS NULL AND first_id <> last_id THEN 1 ELSE 0 END, {_SOONEST}, {_CONTENT}"
    return f"""
      SELECT row_id, 'duplicate' FROM (
        SELECT row_id, ROW_NUMBER() OVER (
          PARTITION BY {key}, COALESCE(own_id, first_id) ORDER BY {order}, own_id NULLS LAST, row_id) AS place
        FROM (
          SELECT s.*, o.own_id, MIN(o.own_id) OVER (PARTITION BY {key}) AS first_id,
            MAX(o.own_id) OVER (PARTITION BY {key}) AS last_id
          FROM suspected AS s LEFT JOIN ({own_ids(warehouse)}) AS o ON o.row_id = s.row_id))
      WHERE place > 1"""
