"""Books on both engines."""

from tests.books import book, makers, swept

__all__ = ["book", "makers", "swept"]
