"""Act: keep the bookmarks of a watch; written aside and moved into place, so that they are there whole or as before."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from makegood.keys import canonical
from makegood.records.watch_folder import WatchFolder


def keep_polls(folder: WatchFolder, bookmarks: Mapping[str, Any]) -> None:
    """Write the bookmarks anew; what is lost with them is only how narrow the next look can show things to be."""
    aside = folder.polls.with_name(f".{folder.polls.name}.partial")
    try:
        aside.write_text(canonical(dict(bookmarks)), encoding="utf-8")
        os.replace(aside, folder.polls)
    finally:
        aside.unlink(missing_ok=True)
