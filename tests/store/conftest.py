"""Books on both engines."""

from tests.books import book, makers

__all__ = ["book", "makers"]
