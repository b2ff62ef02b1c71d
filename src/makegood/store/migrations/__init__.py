"""The schema of the book, step by step."""
