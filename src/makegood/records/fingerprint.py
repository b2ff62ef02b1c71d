"""Verb: the fingerprint of a request's body; a keyed hash, which tells equal bodies and nothing of their text."""

from __future__ import annotations

from hashlib import blake2b

_BYTES = 16


def fingerprint(salt: bytes, body: bytes) -> str:
    """32 hex digits, equal for equal bodies under one salt; without the salt no guessed body can be tried against it.

    `salt` is 16 to 64 bytes, secret to the folder. An empty body has a fingerprint too.
    """
    return blake2b(body, digest_size=_BYTES, key=salt).hexdigest()
