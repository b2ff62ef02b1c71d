"""Amounts: read money, units and shares as the command line takes them."""

from __future__ import annotations

import re
from decimal import Decimal

from makegood.errors import BadUse
from makegood.ledger.unit import SCALES, minor, unit_of
from makegood.money import parse_money

_UNITS = re.compile(r"\s*([0-9]{1,15})\s+([a-z_]+)\s*")
_SHARE = re.compile(r"\s*([0-9]{1,3}(?:\.[0-9]{1,4})?)\s*%\s*")


def amount_of(text: str) -> tuple[int, str]:
    """Minor units and their unit of "20 USD" or "30 plan_days"; raise BadMoney or BadUse otherwise."""
    found = _UNITS.fullmatch(text)
    if found and found[2] in SCALES:
        return minor(Decimal(found[1]), found[2]), found[2]
    if found and found[2] not in SCALES and not found[2].isalpha():
        raise BadUse(f"'{found[2][:20]}' is not a unit; use a currency or {', '.join(SCALES)}.")
    money = parse_money(text)
    return minor(money.amount, money.currency), unit_of(money.currency).code


def share_of(option: str, text: str) -> int:
    """Millionths of "1%" or "0.25%"; raise BadUse naming the option otherwise."""
    found = _SHARE.fullmatch(text)
    if not found or Decimal(found[1]) > 100:
        raise BadUse(
            f"--{option} is a share from 0% to 100% with at most four decimals, such as 1%; not '{text[:20]}'."
        )
    return int(Decimal(found[1]) * 10_000)
