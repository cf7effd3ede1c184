"""A mail server for one test."""

import pytest

from tests.notifications.postbox import postbox


@pytest.fixture
def box():
    with postbox() as box:
        yield box
