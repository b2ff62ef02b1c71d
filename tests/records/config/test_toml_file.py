"""A config as it is read: one sentence with file, line, field, reason and mend for what cannot be right."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from makegood.errors import BadUse
from makegood.records.config.shape import Amount, Currency, Environment, Listed, Name, Shape
from makegood.records.config.toml_file import TomlFile, read_toml


class Part(Shape):
    name: Name
    price: Amount = "0"
    currency: Currency = "USD"
    key_env: Environment | None = None


class Whole(Shape):
    parts: Annotated[Listed[Part], Field(min_length=1)]
    days: Listed[int] = ()


def read(folder: Path, text: str | bytes) -> TomlFile:
    (folder / "a.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_toml(folder / "a.toml", "a test's config", "docs/a.md")


def test_lists_come_as_tuples_that_hold_what_they_say(tmp_path: Path):
    said = read(tmp_path, "days = [1, 2]\n[[parts]]\nname = 'a'\nprice = '1000000'\ncurrency = 'krw'").shaped(Whole)
    assert said == Whole(parts=(Part(name="a", price="1000000", currency="KRW"),), days=(1, 2))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[parts]]\nprice = '1'", "line 1: parts.0.name: is needed and missing; see docs/a.md."),
        (
            "[[parts]]\nprice = '1'\nnames = 'a'",
            "line 3: parts.0.names: is no field of a test's config, and name is needed and missing; did you mean name? "
            "See docs/a.md.",
        ),
        (
            "[[parts]]\nprice = '1'\n'{x}' = 'a'",
            "line 1: parts.0.name: is needed and missing, and '{x}' is no field; see docs/a.md.",
        ),
        ("[[parts]]\nname = 'a'\nnames = 'b'", "line 3: parts.0.names: is no field of a test's config; see docs/a.md."),
        (
            "[[parts]]\nname = 'a'\nprise = '1'",
            "line 3: parts.0.prise: is no field of a test's config; did you mean price? See docs/a.md.",
        ),
        ("day = [1]\n[[parts]]\nname = 'a'", "line 1: day: is no field of a test's config; did you mean days? See"),
        ("[[parts]]\nname = 'a'\nkey_env = 'sk-abc'", "line 3: parts.0.key_env: looks like a key itself; name the"),
        ("[[parts]]\nname = 'a b'", "line 2: parts.0.name: is not written as such a name is (letters, digits"),
        ("[[parts]]\nname = 'a'\nprice = 1", "line 3: parts.0.price: must be text in quotes"),
        ("[[parts]]\nname = 'a'\nprice = '1_0'", "line 3: parts.0.price: must be an amount in quotes, with the digits"),
        ("[[parts]]\nname = 'a'\nprice = '٣'", "line 3: parts.0.price: must be an amount in quotes, with the digits"),
        ("[[parts]]\nname = 'a'\nprice = '1e7'", "line 3: parts.0.price: must be from 0 to 1000000 with at most 6"),
        ("[[parts]]\nname = 'a'\ncurrency = 'ZZZ'", "line 3: parts.0.currency: must be an ISO 4217 currency"),
        ("parts = 1", "line 1: parts: must be a list"),
        ("days = ['1']\n[[parts]]\nname = 'a'", "line 1: days.0: must be a whole number"),
        ("days = [1.0]\n[[parts]]\nname = 'a'", "line 1: days.0: must be a whole number"),
        ("x =", "is not TOML: "),
        ("x = " + "9" * 5_000, "is not TOML: "),
        (b"\xff", "is not UTF-8 text; save it as UTF-8."),
        (b"#" * 1_000_001, "is no file, or is larger than 1 MB; give a small file."),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_place(tmp_path: Path, text: str | bytes, says: str):
    with pytest.raises(BadUse) as fault:
        read(tmp_path, text).shaped(Whole)
    assert str(fault.value).startswith(f"{tmp_path}/a.toml: {says}")
    assert str(fault.value).endswith(".")


def test_a_file_that_is_none(tmp_path: Path):
    for path, says in ((tmp_path, "is no file"), (tmp_path / "none.toml", "cannot be read")):
        with pytest.raises(BadUse, match=says):
            read_toml(path, "a test's config", "docs/a.md")


@pytest.mark.parametrize("key", ["sk-" + "a1" * 9, "sk-x", "a1" * 21, "gsk_" + "B2c" * 8, "AIza" + "x" * 35])
def test_a_key_given_as_the_name_of_its_variable_is_told_and_never_shown(tmp_path: Path, key: str):
    with pytest.raises(BadUse, match="looks like a key itself; name the variable that holds it") as fault:
        read(tmp_path, f"[[parts]]\nname = 'a'\nkey_env = '{key}'").shaped(Whole)
    assert key not in str(fault.value)


@pytest.mark.parametrize(
    "name", ["OPENAI_API_KEY", "sk_key", "A1" * 30, "a_rather_long_name_of_a_variable_" + "x" * 20]
)
def test_names_of_variables_are_let_in(tmp_path: Path, name: str):
    assert read(tmp_path, f"[[parts]]\nname = 'a'\nkey_env = '{name}'").shaped(Whole).parts[0].key_env == name
