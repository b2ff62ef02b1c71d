"""All formats of small files, in the order in which a document is compared with them."""

from __future__ import annotations

from makegood.records.sources import (
    bulletins_aws,
    bulletins_canonical,
    bulletins_documented,
    bulletins_google_cloud,
    bulletins_icpe,
    bulletins_incident_io,
    bulletins_leaderboard,
    bulletins_statuspage_atom,
    bulletins_statuspage_json,
    charges_anthropic,
    charges_canonical,
    charges_focus,
    charges_openai_api,
    charges_openai_costs_tsv,
    charges_openai_usage_tsv,
)
from makegood.records.sources.small import Document, SmallFormat

# incident.io before Statuspage: its JSON has the same shape and is told by its ids.
SMALL_FORMATS: tuple[SmallFormat, ...] = (
    bulletins_incident_io.FORMAT,
    bulletins_statuspage_json.FORMAT,
    bulletins_statuspage_atom.FORMAT,
    bulletins_google_cloud.FORMAT,
    bulletins_aws.FORMAT,
    bulletins_leaderboard.FORMAT,
    bulletins_icpe.FORMAT,
    bulletins_documented.FORMAT,
    charges_openai_costs_tsv.FORMAT,
    charges_openai_usage_tsv.FORMAT,
    charges_openai_api.FORMAT,
    charges_anthropic.FORMAT,
    charges_focus.FORMAT,
    bulletins_canonical.FORMAT,
    charges_canonical.FORMAT,
)


def recognise(document: Document) -> SmallFormat | None:
    """The format of a document by its content, or None."""
    return next((one for one in SMALL_FORMATS if one.matches(document)), None)
