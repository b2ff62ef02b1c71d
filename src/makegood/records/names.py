"""Verb: what of foreign text may be recorded; short names and ids as they are, what may be a secret only as a hash."""

from __future__ import annotations

import re
from hashlib import blake2b

MOST = 128
_NAME = re.compile(r"[A-Za-z0-9@][A-Za-z0-9._:/@+-]*\Z")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/=+@-]*\Z")
# What keys and tokens of well-known makers begin with.
_KEY = re.compile(
    r"(?:sk|pk|rk|ak|key|api|token|secret)[-_]|bearer|basic[ :]|akia|asia|aiza|ey[ji]|gh[pousr]_|github_|glpat-|xox[a-z]-"
    r"|hf_|gsk_|r8_|pplx-|xai-|sg\.|npm_|ya29\.|pypi-|fw_|tgp_|nvapi-|whsec_|dop_v1|shp[a-z]{2}_|-----begin",
    re.IGNORECASE,
)
# What ids of answers begin with; the digits after it are no secret however many they are.
_OWN = re.compile(r"(?:req|resp|msg|chatcmpl|cmpl|gen|msgbatch|batch|run|call|trace|embd|modr)[-_]", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.IGNORECASE)
_RUN = re.compile(r"[A-Za-z0-9]+")
_LONG_RUN, _MIXED_RUN, _LONG_HEX = 33, 24, 32


def name_of(text: str | None) -> str | None:
    """A name of a model or an error as it is, where it looks like one: at most 128 of A-Z a-z 0-9 . _ : / @ + -.

    None where it does not, and where it may be a secret; a name is compared by rules, so that a hash would help nobody.
    """
    if not text or len(text) > MOST or not _NAME.match(text) or _may_be_secret(text):
        return None
    return text


def id_of(text: str | None, salt: bytes) -> str | None:
    """An id that a provider gave: as it is, or as a salted hash where it is no id or may be a secret; None for none.

    Providers give 32 hex digits as ids, so those are kept: it is the id that both sides hold.
    """
    if not text:
        return None
    if len(text) <= MOST and _ID.match(text) and (_OWN.match(text) or not _may_be_secret(text)):
        return text
    return _hashed(text, salt)


def call_id_of(text: str | None, salt: bytes) -> str | None:
    """An id that a caller gave: as `id_of`, but kept only where it is a UUID or plainly no key; else a salted hash.

    A caller may send a key in the wrong header, and equal ids have equal hashes, so the hash groups as well.
    """
    if not text or _UUID.match(text):
        return text or None
    longest = max((len(run) for run in _RUN.findall(text)), default=0)
    if longest >= _MIXED_RUN or _mixed(text):
        return _hashed(text, salt)
    return id_of(text, salt)


def _may_be_secret(text: str) -> bool:
    if _KEY.match(text):
        return True
    return any(len(run) >= _LONG_RUN or (len(run) >= _MIXED_RUN and _mixed(run)) for run in _RUN.findall(text))


def _mixed(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return len(text) >= _MIXED_RUN and digits > 2 and text.lower() != text != text.upper()


def _hashed(text: str, salt: bytes) -> str:
    return "h-" + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=salt).hexdigest()
