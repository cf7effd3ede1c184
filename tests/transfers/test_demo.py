"""The demo's transfers: every state is there."""

import datetime as dt

from dashboard.demo import build
from tests.factories import one, read
from tests.invariants import assert_whole


def test_the_demo_has_a_transfer_in_every_state(app):
    build.build(120, 3, dt.datetime(2026, 11, 18, 12, 0, tzinfo=dt.UTC))

    found = dict(read("SELECT status, count(*) FROM transfer GROUP BY status"))
    assert found == {"draft": 2, "in_transit": 2, "partially_received": 1, "received": 3, "cancelled": 2}
    assert one("SELECT sum(lost), sum(damaged) FROM transfer_line") == (1, 1)
    assert_whole()
