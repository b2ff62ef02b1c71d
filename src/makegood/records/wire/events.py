"""Verb: cut a stream of server-sent events into its blocks, however its bytes arrive; bounded in memory.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

# A longer block is kept by its two ends: its kind stands at the head, its usage at the tail.
MOST_BLOCK = 4 * 1024 * 1024
END = 64 * 1024
_BOM = b"\xef\xbb\xbf"


class Events:
    """Blocks of a stream: what stands between blank lines, with line ends as newlines; nothing else is kept."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._head = b""
        self._after_return = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """The blocks that these bytes complete."""
        if self._after_return or b"\r" in chunk:
            chunk = self._newlines(chunk)
        rest = self._rest
        if rest:
            if b"\n\n" not in chunk and not (rest[-1] == 10 and chunk[:1] == b"\n"):
                rest += chunk
                self._bound()
                return []
            rest += chunk
            chunk = self._head + bytes(rest)
            rest.clear()
            self._head = b""
        blocks = chunk.split(b"\n\n")
        if blocks[-1]:
            rest += blocks[-1]
            self._bound()
        del blocks[-1]
        return blocks

    def flush(self) -> list[bytes]:
        """What stands after the last blank line; some servers end without one."""
        block = self._head + bytes(self._rest)
        self._rest.clear()
        self._head = b""
        return [block] if block else []

    def _newlines(self, chunk: bytes) -> bytes:
        """A carriage return ends a line, together with the newline after it, which may be in the next bytes."""
        if not chunk:
            return chunk
        if self._after_return and chunk[:1] == b"\n":
            chunk = chunk[1:]
        self._after_return = chunk[-1:] == b"\r"
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _bound(self) -> None:
        if len(self._rest) > MOST_BLOCK:
            self._head = self._head or bytes(self._rest[:END])
            del self._rest[:-END]


def fields(block: bytes) -> tuple[str, bytes]:
    """The name of the event ("" for none) and its data, several lines of it joined by newlines; comments fall away."""
    if block[:6] == b"data: " and b"\n" not in block:
        return "", block[6:]
    name, data = b"", []
    for line in block.removeprefix(_BOM).split(b"\n"):
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            data.append(value)
        elif field == b"event":
            name = value
    return name.decode("utf-8", "replace"), b"\n".join(data)
