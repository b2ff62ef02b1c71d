"""Verb: what of foreign text may be recorded; short names and ids as they are, what may be a secret only as a hash."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b

MOST = 128
_NAME = re.compile(r"[A-Za-z0-9@][A-Za-z0-9._:/@+-]*\Z")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/=+@-]*\Z")
# What keys and tokens of well-known makers begin with.
_KEY = re.compile(
    r"(?<![a-z0-9])(?:(?:sk|pk|rk|ak)[-_]|(?:akia|asia)[a-z0-9]{12}|aiza[\w-]{20}|ey[ji][\w-]{8}|gh[pousr]_|github_pat"
    r"|glpat-|xox[a-z]-|hf_[a-z0-9]{16}|gsk_|r8_[a-z0-9]{16}|pplx-[a-f0-9]{16}|xai-[a-z0-9]{16}|sg\.[\w-]{16}|npm_[a-z0-9]"
    r"|ya29\.|pypi-|fw_[a-z0-9]{16}|tgp_|nvapi-|whsec_|dop_v1|shp[a-z]{2}_|bearer[:=.+]|basic[:=.+])",
    re.IGNORECASE,
)
# What ids of answers begin with; the digits after it are no secret however many they are.
_OWN = re.compile(r"(?:req|resp|msg|chatcmpl|cmpl|gen|msgbatch|batch|run|call|trace|embd|modr)[-_]", re.IGNORECASE)
# What most of them look like; with no separator in it, there is no room for the beginning of a key.
_PLAIN_OWN = re.compile(r"(?:req|resp|msg|chatcmpl|cmpl|gen)[-_][A-Za-z0-9]{1,64}\Z")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.IGNORECASE)
_RUN = re.compile(r"[A-Za-z0-9]+")
_LONG_RUN, _MIXED_RUN = 33, 24


def name_of(text: str | None) -> str | None:
    """A name of a model or an error as it is, where it looks like one: at most 128 of A-Z a-z 0-9 . _ : / @ + -.

    None where it does not, and where it may be a secret; a name is compared by rules, so that a hash would help nobody.
    """
    return text if text and len(text) <= MOST and _is_name(text) else None


def id_of(text: str | None, salt: bytes) -> str | None:
    """An id that a provider gave: as it is, or as a salted hash where it is no id or may be a secret; None for none.

    Providers give 32 hex digits as ids, so those are kept: it is the id that both sides hold.
    """
    if not text or _PLAIN_OWN.match(text):
        return text or None
    if len(text) > MOST or not _ID.match(text) or _KEY.search(text):
        return _hashed(text, salt)
    return text if _OWN.match(text) or not _may_be_secret(text) else _hashed(text, salt)


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


# Names recur by the million.
@lru_cache(maxsize=1024)
def _is_name(text: str) -> bool:
    return _NAME.match(text) is not None and not _may_be_secret(text)


def _may_be_secret(text: str) -> bool:
    if _KEY.search(text):
        return True
    runs = _RUN.findall(text)
    return any(len(run) >= _LONG_RUN or _mixed(run) for run in runs)


def _mixed(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return len(text) >= _MIXED_RUN and digits > 2 and text.lower() != text != text.upper()


def _hashed(text: str, salt: bytes) -> str:
    return "h-" + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=salt).hexdigest()
