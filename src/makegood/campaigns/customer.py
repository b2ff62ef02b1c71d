"""Noun: a customer; who holds an account, how to reach them, and what their plan can use."""

from __future__ import annotations

from dataclasses import dataclass

STATUSES = ("active", "suspended", "closed")


@dataclass(frozen=True, slots=True)
class Customer:
    """`billing` is the account's id in the billing system, `currency` that of its bills (ISO 4217), `lang` en or ko."""

    account: str
    plan: str = ""
    product: str = ""
    currency: str = ""
    email: str = ""
    lang: str = "en"
    billing: str = ""
    status: str = "active"
