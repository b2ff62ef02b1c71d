"""What the tests of records lean on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from makegood.records.small_files import read_small
from makegood.records.sources.small import Reading


@pytest.fixture
def reading_of(tmp_path: Path) -> Callable[[str | bytes], Reading]:
    """Read a text (or bytes) as an upload would be: from a file whose name says nothing."""

    def read(content: str | bytes) -> Reading:
        upload = tmp_path / "upload"
        upload.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_small(upload)

    return read
