"""The cast for the tests of this room."""

import pytest

from jishiban.kernel.directory.tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
