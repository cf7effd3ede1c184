"""A shop with stock at two locations and a signed-in person."""

import pytest

from tests.accounts.helpers import sign_in
from tests.shop import open_shop


@pytest.fixture
def opened(app):
    open_shop({"A-1": {"N": 10, "S": 5}, "B-2": {"N": 3}, "C-3": {"S": 1}})
    return app


@pytest.fixture
def person(opened):
    client = opened.test_client()
    sign_in(client)
    return client
