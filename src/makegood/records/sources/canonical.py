"""The canonical attempts table itself, as JSON lines, CSV or Parquet."""

from makegood.records.attempt import NAMES, OWN_ID, REQUIRED
from makegood.records.sources.attempt_format import AttemptFormat, Record


def _matches(record: Record) -> bool:
    return record.keys() >= REQUIRED


CANONICAL_JSON = AttemptFormat(
    name="canonical-json",
    title="makegood attempts, one JSON object a line",
    shape="json",
    needs="time, provider, model, status",
    matches=_matches,
    fields={name: f"$.{name}" for name in (*NAMES, OWN_ID)},
    columns={name: name for name in NAMES},
    own_id=OWN_ID,
)
CANONICAL_TABLE = AttemptFormat(
    name="canonical-table",
    title="makegood attempts, CSV or Parquet",
    shape="table",
    needs="time, provider, model, status",
    matches=_matches,
    fields={name: name for name in (*NAMES, OWN_ID)},
    columns={name: name for name in NAMES},
    own_id=OWN_ID,
)
