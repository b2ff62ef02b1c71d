"""A secret by name: from the variable or from a file, never from both, and never shown in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from makegood.errors import BadUse
from makegood.records.config.secret import secret_of

UNREAD = "the file that NAME_FILE names cannot be read; name one that holds the key."


@pytest.mark.parametrize(
    ("variables", "held", "value"),
    [
        ({"NAME": "s3cret"}, None, "s3cret"),
        ({"NAME_FILE": "{file}"}, "s3cret\r\n", "s3cret"),
        ({"NAME_FILE": "{file}"}, " two words ", " two words "),
        ({"NAME": " ", "NAME_FILE": "{file}"}, "s3cret\n", "s3cret"),
        ({"NAME": "s3cret", "NAME_FILE": ""}, None, "s3cret"),
        ({}, None, ""),
    ],
)
def test_where_a_secret_comes_from(tmp_path: Path, variables: dict[str, str], held: str | None, value: str):
    (tmp_path / "kept").write_text(held or "", newline="")
    environ = {name: text.format(file=tmp_path / "kept") for name, text in variables.items()}
    assert secret_of("NAME", environ) == value


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"NAME": "s3cret", "NAME_FILE": "x"}, "NAME and NAME_FILE are both set; keep one of them."),
        (
            {"NAME_FILE": "/nowhere/s3cret"},
            UNREAD,
        ),
        ({"NAME_FILE": "s3cret\0"}, UNREAD),
    ],
)
def test_what_is_wrong_is_told_without_it(variables: dict[str, str], says: str):
    with pytest.raises(BadUse) as fault:
        secret_of("NAME", variables)
    assert str(fault.value) == says
