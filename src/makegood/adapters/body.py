"""Verb: a parcel as JSON for machines; amounts as text in whole units, moments in UTC."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from makegood.awards.parcel import Parcel

TYPES = {"award": "award.posted", "reversal": "award.reversed"}


def parcel_data(parcel: Parcel) -> dict[str, Any]:
    """All facts of the parcel; `amount` is above zero for both kinds, `type` says which way it goes."""
    basis = {key: value for key, value in parcel.basis.as_data().items() if value not in ("", None)}
    return {
        "id": parcel.id,
        "type": TYPES[parcel.kind],
        "at": moment_text(parcel.at),
        "account": parcel.account,
        "billing": parcel.billing,
        "unit": parcel.unit,
        "amount": f"{Decimal(parcel.amount).scaleb(-parcel.scale):f}",
        "reverses": parcel.reverses,
        "says": parcel.says,
        "basis": {"hash": parcel.basis.hash, **basis},
    }


def json_bytes(data: Any) -> bytes:
    """Compact JSON in ASCII, on one line, so that the signed and the sent bytes are the same everywhere."""
    return json.dumps(data, separators=(",", ":")).encode()


def moment_text(moment: datetime) -> str:
    """ISO 8601 in UTC with Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment_of(text: str) -> datetime:
    """The moment of a basis, in UTC where it names no zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
