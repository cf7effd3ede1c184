"""Cheap password hashes: the tests check what is done with them, not how long they take to guess."""

import pytest

from dashboard.accounts import passwords
from dashboard.web.access import requires

passwords.COST.update(memory_cost=8, time_cost=1)


@pytest.fixture
def doors(app):
    """Two routes that need orders.read: one of the API, one page; both say who asked."""
    from dashboard.web import access

    @requires("orders.read")
    def who():
        return {"ref": access.actor().ref, "role": access.actor().role, "channel": access.actor().channel}

    app.add_url_rule("/api/v1/who", "test_api_who", who)
    app.add_url_rule("/who", "test_page_who", who)
    return app
