"""Answers come plain or packed; what cannot be unpacked is not known, and never read as half an answer."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.records.wire.plain import plain_of

SAID = b"a text that is said again and again. " * 50
GZIP, ZLIB, BARE = 31, 15, -15


def packed(said: bytes, bits: int) -> bytes:
    packer = zlib.compressobj(wbits=bits)
    return packer.compress(said) + packer.flush()


@pytest.mark.parametrize("encoding", [None, "", "identity", " Identity "])
def test_plain_bytes_stay_as_they_are(encoding: str | None):
    plain = plain_of(encoding)
    assert plain is not None
    assert plain(SAID) == SAID


@pytest.mark.parametrize(
    ("encoding", "bits"), [("gzip", GZIP), ("x-gzip", GZIP), ("deflate", ZLIB), ("deflate", BARE), ("GZIP", GZIP)]
)
@given(cuts=st.lists(st.integers(0, 120), min_size=2, max_size=2).map(sorted), members=st.integers(1, 3))
def test_packed_bytes_come_out_whole_however_they_are_cut(encoding: str, bits: int, cuts: list[int], members: int):
    one, two = cuts
    sent = packed(SAID, bits) * members
    plain = plain_of(encoding)
    assert plain is not None
    parts = [plain(sent[:one]), plain(sent[one:two]), plain(sent[two:])]
    assert b"".join(part or b"" for part in parts) == SAID * members


@pytest.mark.parametrize(
    "sent",
    [b"hello", packed(SAID, GZIP) + b"and more", packed(bytes(9 * 2**20), GZIP), packed(bytes(5 * 2**20), GZIP) * 2],
    ids=["not packed", "more after the end", "too much at once", "too much in two members"],
)
def test_what_cannot_be_unpacked_is_not_known(sent: bytes):
    plain = plain_of("gzip")
    assert plain is not None
    assert plain(sent) is None


@pytest.mark.parametrize("encoding", ["compress", "aws-chunked", "gzip, br"])
def test_what_is_not_known_is_not_read(encoding: str):
    assert plain_of(encoding) is None
