"""A shop with two locations, on both databases or on one, and people who run it."""

import pytest

from tests.accounts.helpers import sign_in
from tests.factories import shop


@pytest.fixture
def routed(any_app):
    shop(north_A=5, south_A=5, north_B=1, south_B=0)
    return any_app


@pytest.fixture
def person(routed):
    client = routed.test_client()
    sign_in(client)
    return client
