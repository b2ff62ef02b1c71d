"""Drift: did the answers of a model change, and did they get worse; questions kept apart, each with its own test."""
