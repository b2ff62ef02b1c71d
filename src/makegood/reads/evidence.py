"""Evidence: the very attempts behind each figure as CSV, with file and line, safe to open in a spreadsheet."""

from __future__ import annotations

from pathlib import Path

from makegood.records.rows import everything
from makegood.records.typed import quoted
from makegood.records.warehouse import FILE_SHIFT, Warehouse

BOXES = ("charged", "not_charged", "unknown", "caller")
CODE_LIMIT = 64
# A spreadsheet takes a cell that begins so for a formula; the full-width forms count too.
_FORMULA = "^[=+@\\-\\t\\r\\n＝＋－＠]"
# Characters that a terminal obeys or that reorder a line: shown as U+FFFD, since a cell is only to be read.
_OBEYED = "[\\x00-\\x1f\\x7f-\\x{9f}\\x{200e}\\x{200f}\\x{2028}-\\x{202e}\\x{2066}-\\x{2069}]"
# An error that is a code is shown; anything longer or stranger may hold the customer's own text.
_CODE = f"^[A-Za-z0-9_.:/-]{{1,{CODE_LIMIT}}}$"
_DETAILS = ("time", "account", "provider", "service", "model", "region", "request_id", "call_id", "status", "error")


def evidence(warehouse: Warehouse, folder: Path) -> tuple[Path, ...]:
    """Write charged, not_charged, unknown, caller, incidents, quarantine, duplicates and, of an assessment,
    unexplained (lines of the bill) as .csv; return their paths.

    Needs the tables `waste`, `calls`, `incident_rows`, `excluded`, `places`, `quarantine` and `small_quarantine`.
    The folder is made; a file of that name is written over. An amount or token count that is not known is an empty
    cell; amounts have nine decimals and are exact. Prompts and answers are never in the warehouse, so never here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    warehouse.put("evidence_files", "file_no BIGINT, file VARCHAR", list(enumerate(warehouse.files)))
    warehouse.run(f"CREATE OR REPLACE TEMP TABLE evidence_rows AS {_rows(warehouse)}")
    texts = {f"{box}.csv": _box(warehouse, box) for box in BOXES}
    texts |= {"incidents.csv": _incidents(), "quarantine.csv": _quarantine(), "duplicates.csv": _duplicates()}
    if _has(warehouse, "astray", "request_id"):
        texts["unexplained.csv"] = _unexplained()
    for name, text in texts.items():
        warehouse.run(f"COPY ({text}) TO {quoted(str(folder / name))} (FORMAT csv, HEADER true, FORCE_QUOTE *)")
    warehouse.run("DROP TABLE evidence_rows")
    warehouse.run("DROP TABLE evidence_files")
    return tuple(folder / name for name in texts)


def _rows(warehouse: Warehouse) -> str:
    """Every row that some figure rests on, with its place and its plain columns; one pass over all that was read."""
    return f"""
SELECT g.row_id, f.file,
  COALESCE(p.line, g.row_id & {(1 << FILE_SHIFT) - 1}) AS line,
  strftime(make_timestamp(g.time_us), '%Y-%m-%dT%H:%M:%S.%fZ') AS time,
  g.account, g.provider, g.service, g.model, g.region, g.request_id, g.call_id, g.status,
  CASE WHEN COALESCE(g.error, '') = '' OR regexp_matches(g.error, {quoted(_CODE)}) THEN g.error
    ELSE '(text left out)' END AS error
FROM ({everything(warehouse)}) AS g
JOIN evidence_files AS f ON f.file_no = g.row_id >> {FILE_SHIFT}
LEFT JOIN places AS p ON p.row_id = g.row_id
WHERE g.row_id IN (
  SELECT row_id FROM waste UNION SELECT row_id FROM incident_rows
  UNION SELECT row_id FROM excluded WHERE why = 'duplicate')"""


def _safe(column: str, name: str | None = None) -> str:
    """SQL of a text cell that no spreadsheet runs and no terminal obeys: an apostrophe stands before a formula."""
    own = name or column.rpartition(".")[2]
    legible = f"regexp_replace({column}, {quoted(_OBEYED)}, '\ufffd', 'g')"
    return f"CASE WHEN regexp_matches({column}, {quoted(_FORMULA)}) THEN '''' || {legible} ELSE {legible} END AS {own}"


def _place() -> str:
    return f"{_safe('r.file')}, r.line"


def _details() -> str:
    return ", ".join("r.status" if name == "status" else _safe(f"r.{name}") for name in _DETAILS)


def _amount(column: str) -> str:
    """SQL of billionths as a decimal with nine places; exact."""
    return f"CAST({column} AS DECIMAL(28, 0)) * CAST(0.000000001 AS DECIMAL(10, 9)) AS amount"


def _box(warehouse: Warehouse, box: str) -> str:
    basis = ", w.charge_basis" if _has(warehouse, "waste", "charge_basis") else ""
    return f"""
SELECT {_place()}, {_details()}, w.kind, w.tokens, {_amount("w.amount_nano")}, w.currency{basis},
  c.call_no AS call, c.basis AS call_basis
FROM waste AS w
JOIN evidence_rows AS r ON r.row_id = w.row_id
LEFT JOIN calls AS c ON c.row_id = w.row_id
WHERE w.box = '{box}'
ORDER BY r.time, r.file, r.line, w.row_id"""


def _incidents() -> str:
    return f"""
SELECT {_safe("i.incident")}, {_place()}, {_details()}, w.box, w.kind, w.tokens, {_amount("w.amount_nano")}, w.currency
FROM incident_rows AS i
JOIN evidence_rows AS r ON r.row_id = i.row_id
LEFT JOIN waste AS w ON w.row_id = i.row_id
ORDER BY i.incident, r.time, r.file, r.line, i.row_id"""


def _quarantine() -> str:
    return f"""
SELECT {_safe("q.file")}, q.line, {_safe("q.reason")}
FROM (
  SELECT f.file, q.line, q.reason FROM quarantine AS q JOIN evidence_files AS f ON f.file_no = q.file_no
  UNION ALL
  SELECT file, line, reason FROM small_quarantine
) AS q
ORDER BY q.file, q.line, q.reason"""


def _duplicates() -> str:
    return f"""
SELECT {_place()}, {_details()}
FROM excluded AS e
JOIN evidence_rows AS r ON r.row_id = e.row_id
WHERE e.why = 'duplicate'
ORDER BY r.file, r.line, e.row_id"""


def _unexplained() -> str:
    names = ("account", "provider", "item", "request_id")
    cells = ", ".join(_safe(f"a.{name}") for name in names)
    return f"""
SELECT {_safe("a.file")}, a.line, a.start, {cells}, a.amount, a.currency,
  CASE WHEN a.outside = 1 THEN 'yes' ELSE 'no' END AS outside_the_log
FROM astray AS a
ORDER BY a.file, a.line, a.request_id"""


def _has(warehouse: Warehouse, table: str, column: str) -> bool:
    found = warehouse.query(
        "SELECT 1 FROM information_schema.columns WHERE table_name = $table AND column_name = $column",
        table=table,
        column=column,
    )
    return bool(found)
