"""Noun: what Django is told of the store; no URLs, no middleware, and no database until a book is opened."""

from __future__ import annotations

from typing import Any

INSTALLED_APPS = ["makegood.store"]
DATABASES: dict[str, Any] = {}
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING_CONFIG = None
