"""One mailbox is one human, however its address is written; what only looks like an address is none."""

from __future__ import annotations

import pytest

from makegood.errors import BadUse
from makegood.store.people import mailbox

ADA = "adalovelace@example.com"


@pytest.mark.parametrize(
    ("email", "box"),
    [
        ("Ada.Lovelace@Example.com", ADA),
        (" adalovelace+desk@example.com. ", ADA),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@XN--bcher-kva.example", "ada@xn--bcher-kva.example"),
    ],
)
def test_the_same_mailbox_has_one_form(email: str, box: str):
    assert mailbox(email) == box


@pytest.mark.parametrize(
    "email",
    [
        '"adalovelace"@example.com',
        "adalovelace(desk)@example.com",
        "ada\u200blovelace@example.com",
        "\uff41dalovelace@example.com",
        "adalovel\u0430ce@example.com",
        "ada\x1b[2J@example.com",
        "ada@example.com\r\nBcc: eve@example.com",
        "+desk@example.com",
        "ada@exa mple.com",
        "ada@",
    ],
)
def test_a_second_look_of_a_mailbox_is_no_address(email: str):
    with pytest.raises(BadUse, match="is not an e-mail address"):
        mailbox(email)
