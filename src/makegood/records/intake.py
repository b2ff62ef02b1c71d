"""Intake: load files of attempts into the warehouse, each row used or quarantined with its place."""

from __future__ import annotations

import duckdb

from makegood.errors import Unreadable
from makegood.records.attempt import NAMES, PACKED
from makegood.records.prepare import BAD, LINE_LIMIT, SKIP, Prepared, Quoting, prepare_document, prepare_lines
from makegood.records.sample import Sample, records_of
from makegood.records.sources.attempt_format import AttemptFormat
from makegood.records.typed import Defaults, one_file, packed, quoted
from makegood.records.warehouse import FILE_SHIFT, Warehouse


def load(warehouse: Warehouse, sample: Sample, form: AttemptFormat, defaults: Defaults) -> int:
    """Load one file in one format; return the rows read. Raise Unreadable when the file as a whole cannot be."""
    number = warehouse.add_file(str(sample.path))
    try:
        source = _source(warehouse, sample, form)
        warehouse.run(f"CREATE OR REPLACE TEMP TABLE staged AS {packed(source, defaults)}")
    except duckdb.Error as fault:
        raise Unreadable(f"{sample.path}: cannot be read as {form.title} ({first_line(fault)}).") from fault
    return _settle(warehouse, number, _place(sample, form))


def first_line(fault: Exception) -> str:
    """The first line of an engine's error, cut to a length people read."""
    return str(fault).splitlines()[0][:200]


def _place(sample: Sample, form: AttemptFormat) -> str:
    """SQL text that says where a row stands when its line number alone does not."""
    record = "" if sample.kind in ("lines", "table") else "'record ' || line || ': ' || "
    return record + ("'part ' || part || ': ' || " if form.explode else "")


def _settle(warehouse: Warehouse, number: int, place: str) -> int:
    base = number << FILE_SHIFT
    names = ", ".join(name for name, _ in PACKED if name != "row_id")
    parts = "(SELECT line, reason, seq - MIN(seq) OVER (PARTITION BY line) + 1 AS part FROM staged)"
    refused = (
        f"SELECT {number}, line, {place}reason FROM {parts if 'part' in place else 'staged'} WHERE reason IS NOT NULL"
    )
    warehouse.run(f"INSERT INTO quarantine {refused}")
    warehouse.run(f"INSERT INTO loaded SELECT {base} + seq, {names} FROM staged WHERE reason IS NULL")
    warehouse.run(
        f"INSERT INTO own_ids SELECT {base} + seq, own_id FROM staged WHERE reason IS NULL AND own_id IS NOT NULL"
    )
    warehouse.run(f"INSERT INTO places SELECT {base} + seq, line FROM staged WHERE reason IS NULL AND seq <> line")
    read = warehouse.one("SELECT COUNT(*) FROM staged")
    warehouse.run("DROP TABLE staged")
    return int(read)


def _source(warehouse: Warehouse, sample: Sample, form: AttemptFormat) -> str:
    """SQL of the canonical text columns with `line`, `seq` and `bad`."""
    shape = {"parquet": "table", "table": "table", "lines": "json", "document": "json"}.get(sample.kind)
    if shape is None or form.shape not in (shape, "any"):
        raise Unreadable(f"{sample.path}: is no {form.title}; leave out the format or name another.")
    if form.shape == "any" and shape == "table":
        _demand(sample, form)
    if sample.kind == "parquet":
        named = _parquet_rows(sample, form)
    elif sample.kind == "table":
        named = _table_rows(_prepared_table(warehouse, sample), sample, form)
    else:
        named = _json_rows(_prepared_json(warehouse, sample), form)
    for level in form.derived:
        named = f"SELECT *, {', '.join(f'{value} AS {name}' for name, value in level.items())} FROM ({named})"
    columns = ", ".join(f"NULLIF(CAST({form.columns.get(name, 'NULL')} AS VARCHAR), '') AS {name}" for name in NAMES)
    bad = f"COALESCE(bad, {form.refuses})" if form.refuses else "bad"
    own = f"NULLIF({form.own_id}, '')" if form.own_id else "CAST(NULL AS VARCHAR)"
    return f"SELECT line, seq, {bad} AS bad, {own} AS own_id, {columns} FROM ({named})"


def _demand(sample: Sample, form: AttemptFormat) -> None:
    """Raise Unreadable when a table lacks a column that a map asks for: a slip of the pen must not read as no data."""
    for heading in form.fields.values():
        nested = sample.kind == "parquet" and heading.split(".")[0] in sample.headings
        if heading not in sample.headings and not nested:
            has = ", ".join(sample.headings)[:300]
            raise Unreadable(f"{sample.path}: has no column '{heading}' that the map asks for; it has: {has}.")


def _prepared_json(warehouse: Warehouse, sample: Sample) -> Prepared:
    if sample.kind == "lines":
        return prepare_lines(warehouse.bytes_of(sample.path), warehouse.spool)
    return prepare_document(sample.path, warehouse.spool, records_of)


def _prepared_table(warehouse: Warehouse, sample: Sample) -> Prepared:
    return prepare_lines(sample.path, warehouse.spool, Quoting(sample.delimiter, len(sample.headings)))


def lines_sql(prepared: Prepared) -> str:
    """SELECT of `line` and `text` of a prepared file; the engine must keep the order of rows while it runs."""
    return (
        "SELECT CAST(ROW_NUMBER() OVER () AS BIGINT) AS line, text FROM read_csv("
        f"{one_file(prepared.path)}, columns = {{'text': 'VARCHAR'}}, delim = '\x1f', quote = '', escape = '', "
        f"comment = '', header = false, auto_detect = false, max_line_size = {LINE_LIMIT + 1024}, new_line = '\\n', "
        f"buffer_size = {4 * (LINE_LIMIT + 1024)}, compression = 'none')"
    )


def _json_rows(prepared: Prepared, form: AttemptFormat) -> str:
    kept = f"text IS NOT NULL AND TRIM(text) <> '' AND text <> '{SKIP}'"
    doubled = "LEN(json_keys(text)) <> LEN(list_distinct(json_keys(text)))"
    judged = f"""
      SELECT line, text, CASE
        WHEN LEFT(text, 1) = '{BAD}' THEN SUBSTR(text, 2)
        WHEN NOT json_valid(text) THEN 'is not JSON (' || LENGTH(text) || ' characters)'
        WHEN json_type(text) <> 'OBJECT' THEN 'is not a JSON object but ' || LOWER(json_type(text))
        WHEN {doubled} THEN 'a key stands twice in one object' END AS bad
      FROM ({lines_sql(prepared)}) WHERE {kept}"""
    if form.explode:
        within = f"CASE WHEN bad IS NULL THEN json_extract(text, {quoted(form.explode)}) END"
        judged = f"""
      SELECT line, UNNEST(CASE WHEN bad IS NOT NULL OR LEN(parts) = 0 THEN [NULL] ELSE parts END) AS text,
        CASE WHEN bad IS NULL AND LEN(parts) = 0 THEN 'holds no record of this format' ELSE bad END AS bad
      FROM (SELECT *, {within} AS parts FROM ({judged}))"""
    paths = ", ".join(quoted(_json_path(path)) for path in form.fields.values())
    picked = (
        f"SELECT line, bad, CASE WHEN bad IS NULL THEN json_extract_string(text, [{paths}]) END AS v FROM ({judged})"
    )
    fields = ", ".join(f"v[{index}] AS {name}" for index, name in enumerate(form.fields, 1))
    seq = "CAST(ROW_NUMBER() OVER () AS BIGINT)" if form.explode else "line"
    return f"SELECT line, {seq} AS seq, bad, {fields} FROM ({picked})"


def _json_path(name: str) -> str:
    if name.startswith("$"):
        return name
    return "$" + "".join('."' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in name.split("."))


def _table_rows(prepared: Prepared, sample: Sample, form: AttemptFormat) -> str:
    mark = _escaped(sample.delimiter)
    cell = f'("(?:[^"]|"")*"|[^"{mark}]*)'
    bare = """CASE WHEN LEFT(x, 1) = '"' THEN REPLACE(SUBSTR(x, 2, LENGTH(x) - 2), '""', '"') ELSE x END"""
    unquoted = (
        f"list_transform(regexp_extract_all({quoted(sample.delimiter)} || text, '{mark}{cell}', 1), lambda x: {bare})"
    )
    width = len(sample.headings)
    fields = ", ".join(
        f"TRIM(v[{sample.headings.index(heading) + 1}]) AS {name}"
        if heading in sample.headings
        else f"CAST(NULL AS VARCHAR) AS {name}"
        for name, heading in form.fields.items()
    )
    return f"""
      SELECT line, line AS seq, {fields}, CASE
        WHEN LEFT(text, 1) = '{BAD}' THEN SUBSTR(text, 2)
        WHEN NOT sound THEN 'has a quote inside a field that does not begin with one'
        WHEN LEN(v) <> {width} THEN 'has ' || LEN(v) || ' fields under {width} headings' END AS bad
      FROM (SELECT line, text,
          NOT contains(text, '"') OR regexp_full_match(text, '{cell}({mark}{cell})*') AS sound,
          CASE WHEN contains(text, '"') THEN {unquoted} ELSE string_split(text, {quoted(sample.delimiter)}) END AS v
        FROM ({lines_sql(prepared)})
        WHERE line > {sample.header_line} AND text IS NOT NULL AND TRIM(text, ' ') <> '' AND text <> '{SKIP}')"""


def _escaped(mark: str) -> str:
    return {"\t": r"\t", "|": r"\|"}.get(mark, mark)


def _parquet_rows(sample: Sample, form: AttemptFormat) -> str:
    fields = ", ".join(f"{_parquet_cell(sample, heading)} AS {name}" for name, heading in form.fields.items())
    return (
        f"SELECT file_row_number + 1 AS line, file_row_number + 1 AS seq, CAST(NULL AS VARCHAR) AS bad, {fields} "
        f"FROM read_parquet({one_file(sample.path)}, file_row_number = true, hive_partitioning = false)"
    )


def _parquet_cell(sample: Sample, heading: str) -> str:
    """SQL of a column's text; nested values as JSON text, and names joined by dots lead into them."""
    if heading in sample.headings:
        column = f'"{heading.replace(chr(34), chr(34) * 2)}"'
        return f"CAST({_as_json(column, sample.types[heading])} AS VARCHAR)"
    first, _, rest = heading.partition(".")
    if rest and first in sample.headings:
        column = f'"{first.replace(chr(34), chr(34) * 2)}"'
        return f"json_extract_string({_as_json(column, sample.types[first])}, {quoted(_json_path(rest))})"
    return "CAST(NULL AS VARCHAR)"


def _as_json(column: str, type_: str) -> str:
    nested = type_.startswith(("STRUCT", "MAP")) or type_.endswith("]")
    return f"to_json({column})" if nested else column
