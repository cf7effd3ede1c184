"""The tracking page reads the same from PostgreSQL."""

import datetime as dt

from dashboard.kernel.db import db as session_db
from dashboard.tracking import page, store
from tests.tracking.conftest import Shop


def test_a_page_with_a_shipped_and_a_waiting_parcel(pg_app):
    shop = Shop()
    placed = shop.place("A", "C")
    parcel = shop.ship(shop.works(placed.id)[0])
    shop.later(days=1)
    shop.parcel(parcel, "delivered")
    session_db.session.remove()
    read = session_db.session.connection()

    built = page.build(read, store.by_id(read, placed.id), shop.now, "en_GB")

    assert built.title == "Waiting for stock"
    assert [card.said.step for card in built.cards] == [0, 4]
    assert store.transit_seconds(read, "GB") == [dt.timedelta(days=1).total_seconds()]
