"""The sample of the reads' tests, for those of the command line."""

import pytest

from tests.reads.sample import Sample, make_sample


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The small month of tests.reads.sample."""
    return make_sample(tmp_path_factory.mktemp("sample") / "logs")
