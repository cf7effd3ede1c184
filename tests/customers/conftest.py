"""A shop that sells one SKU."""

import pytest

from tests import factories


@pytest.fixture
def shop(any_app):
    """On both databases."""
    factories.shop(north_A=1000)
    return any_app
