"""Every attempt format, in the order in which a file is compared with them."""

from makegood.records.sources.attempt_format import AttemptFormat
from makegood.records.sources.canonical import CANONICAL_JSON, CANONICAL_TABLE

ATTEMPT_FORMATS: tuple[AttemptFormat, ...] = (CANONICAL_JSON, CANONICAL_TABLE)
