"""Configs: TOML files of settings, all read the same way; their text, fields and lines, and the keys that they name."""
