"""Books on both engines."""

from tests.books import book, swept

__all__ = ["book", "swept"]
