"""Measurements: what is measured, how, and beside what."""
