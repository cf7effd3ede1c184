"""A shop with two locations, a supplier of A-1, and people who look at it."""

import pytest

from tests.purchasing.helpers import supplier, supplies
from tests.shop import open_shop


@pytest.fixture
def shop(app):
    open_shop({"A-1": {"N": 10, "S": 5}, "B-2": {"N": 3}})
    supplies(supplier(), "A-1", pack_size=6)
    return app
