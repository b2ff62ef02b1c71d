"""An outlet from one setting; keys from the environment, and nowhere to be seen afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from makegood.adapters.settings import outlet_of
from makegood.errors import BadUse
from tests.adapters.fake_apis import SECRET
from tests.adapters.ways_out import parcel

KEYS = {"STRIPE_API_KEY": "sk_live_THEKEY", "LAGO_API_KEY": "THEKEY", "WEBHOOK_SECRET": SECRET}


@pytest.mark.parametrize(
    ("text", "environment", "name"),
    [
        ("stripe-balance:", KEYS, "stripe-balance"),
        (" stripe-grants: ", KEYS, "stripe-grants"),
        ("stripe-grants:http://127.0.0.1:12111", KEYS, "stripe-grants"),
        ("lago:https://api.getlago.com", KEYS, "lago"),
        ("lago:http://lago.corp", KEYS | {"OUTLET_ALLOW_HTTP": "1"}, "lago"),
        ("openmeter:https://openmeter.cloud", {}, "openmeter"),
        (
            "openmeter:https://openmeter.cloud",
            {"OPENMETER_FEATURES": "tokens=input_tokens, plan_days=days"},
            "openmeter",
        ),
        ("webhook:https://x.example/hooks/a?b=c", KEYS, "webhook"),
        ("webhook:https://x.example", KEYS | {"WEBHOOK_SECRET": f"{SECRET} {SECRET}"}, "webhook"),
        ("webhook:https://x.example", KEYS | {"WEBHOOK_READ_BACK_URL": "https://x.example/kept"}, "webhook"),
    ],
)
def test_what_a_setting_makes(text: str, environment: dict[str, str], name: str):
    outlet = outlet_of(text, environment)
    assert outlet.name == name
    assert "THEKEY" not in repr(outlet) + repr(vars(outlet))
    assert SECRET not in repr(outlet) + repr(vars(outlet))


@pytest.mark.parametrize(
    ("text", "environment", "fault"),
    [
        ("", KEYS, "is no outlet"),
        ("stripe", KEYS, "stripe-balance:"),
        ("paypal:", KEYS, "'paypal' is no outlet"),
        ("file:", {}, "needs a path"),
        ("file:/nowhere/at/all/c.jsonl", {}, "make the folder first"),
        ("file:.", {}, "not a file"),
        ("stripe-balance:", {}, "set STRIPE_API_KEY or STRIPE_API_KEY_FILE"),
        ("stripe-balance:", {"STRIPE_API_KEY": "a b"}, "STRIPE_API_KEY"),
        ("stripe-balance:", {"STRIPE_API_KEY": "a\r\nX: y"}, "no key has"),
        ("stripe-balance:", {"STRIPE_API_KEY": "a", "STRIPE_API_KEY_FILE": "b"}, "both"),
        ("stripe-balance:", {"STRIPE_API_KEY_FILE": "/nowhere"}, "STRIPE_API_KEY_FILE names cannot be read"),
        ("stripe-balance:http://stripe.example", KEYS, "not https"),
        ("lago:", KEYS, "address of Lago"),
        ("lago:https://u:THEKEY@lago.example", KEYS, "by the environment"),
        ("lago:https://lago.example", KEYS | {"OUTLET_ALLOW_HTTP": "maybe"}, "OUTLET_ALLOW_HTTP"),
        ("openmeter:https://o.example", {"OPENMETER_FEATURES": "coffee=beans"}, "OPENMETER_FEATURES"),
        ("openmeter:https://o.example", {"OPENMETER_FEATURES": "tokens"}, "unit=feature"),
        ("webhook:https://x.example", {}, "WEBHOOK_SECRET"),
        ("webhook:https://x.example", {"WEBHOOK_SECRET": "whsec_THEKEY"}, "24 to 64 bytes"),
        ("webhook:http://x.example", KEYS, "not https"),
    ],
)
def test_what_cannot_be_right_is_told_without_the_key(text: str, environment: dict[str, str], fault: str):
    with pytest.raises(BadUse, match=fault) as raised:
        outlet_of(text, environment)
    assert "THEKEY" not in str(raised.value)


def test_a_key_from_a_file_and_a_file_as_outlet(tmp_path: Path):
    (tmp_path / "key").write_text("sk_live_THEKEY\n", encoding="utf-8")
    assert outlet_of("stripe-grants:", {"STRIPE_API_KEY_FILE": str(tmp_path / "key")}).name == "stripe-grants"
    outlet = outlet_of(f"file:{tmp_path}/credits.jsonl", {})
    assert outlet.send(parcel()).outcome == "done"
    assert (tmp_path / "credits.jsonl").read_text(encoding="utf-8").count("\n") == 1
