"""Answers come plain or packed; what is not known how to unpack is not read."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.records.wire.plain import plain_of

SAID = b"a text that is said again and again. " * 50


@pytest.mark.parametrize("encoding", [None, "", "identity", " Identity "])
def test_plain_bytes_stay_as_they_are(encoding: str | None):
    plain = plain_of(encoding)
    assert plain is not None
    assert plain(SAID) == SAID


@pytest.mark.parametrize(("encoding", "bits"), [("gzip", 31), ("x-gzip", 31), ("deflate", 15), ("GZIP", 31)])
@given(cut=st.integers(0, 60))
def test_packed_bytes_come_out_whole_however_they_are_cut(encoding: str, bits: int, cut: int):
    packer = zlib.compressobj(wbits=bits)
    packed = packer.compress(SAID) + packer.flush()
    plain = plain_of(encoding)
    assert plain is not None
    assert plain(packed[:cut]) + plain(packed[cut:]) == SAID


def test_what_is_not_packed_as_it_says_reads_as_nothing():
    plain = plain_of("gzip")
    assert plain is not None
    assert plain(b"hello") == b""


@pytest.mark.parametrize("encoding", ["compress", "aws-chunked", "gzip, br"])
def test_what_is_not_known_is_not_read(encoding: str):
    assert plain_of(encoding) is None
