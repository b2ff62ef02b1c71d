"""What is this machine itself, and what only looks like it."""

from __future__ import annotations

import pytest

from makegood.records.config.loopback import is_loopback


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
    ],
)
def test_what_is_this_machine(host: str, here: bool):
    assert is_loopback(host) is here
