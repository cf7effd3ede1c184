"""A shop with stock at two locations and a signed-in person."""

import pytest

from tests.shop import open_shop


@pytest.fixture
def shop(app):
    open_shop({"A-1": {"N": 10, "S": 5}, "B-2": {"N": 3}, "C-3": {}, "D/4": {"S": 1}})
    return app
