"""The demo shop: the same seed is the same shop to the row, every screen has something to show, and nothing in it is broken."""

import datetime as dt
import shutil

import pytest

from dashboard.config import Config
from dashboard.demo import build, catching_up, live, promises
from dashboard.kernel.db import database, db
from dashboard.kernel.errors import Conflict
from tests.conftest import SECRET, running
from tests.factories import dump, one, place, read, shop
from tests.invariants import assert_whole

UNTIL = dt.datetime(2026, 11, 18, 12, 0, tzinfo=dt.UTC)
ORDERS = 250


def built(migrated, folder, seed):
    """Every row of a demo built from nothing in this folder."""
    shutil.copy(migrated, folder / "orderdeck.sqlite3")
    with running(Config(instance=folder, secret_key=SECRET)):
        build.build(ORDERS, seed, UNTIL)
        rows = dump()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return rows


@pytest.fixture(scope="module")
def first(migrated, tmp_path_factory):
    """(folder, every row) of the demo with seed 1."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, built(migrated, folder, 1)


@pytest.fixture
def demo(first, tmp_path):
    """A copy of that demo, open."""
    shutil.copy(first[0] / "orderdeck.sqlite3", tmp_path / "orderdeck.sqlite3")
    with running(Config(instance=tmp_path, secret_key=SECRET)) as app:
        yield app


def test_one_seed_is_one_shop(first, migrated, tmp_path_factory):
    again, other = (built(migrated, tmp_path_factory.mktemp("demo"), seed) for seed in (1, 2))
    for table, rows in first[1].items():
        assert rows == again[table], table
    assert first[1]["orders"] != other["orders"]


def test_there_is_something_to_show_and_nothing_is_broken(demo):
    assert one("SELECT count(*) FROM sku WHERE kind = 'stock'") == build.SKUS + len(promises.NEW)
    assert {row[0] for row in read("SELECT DISTINCT basis FROM order_promise WHERE units > 0")} >= {"purchase", "release"}
    assert one("SELECT count(*) FROM order_promise WHERE moved_cause = 'rescheduled'") > 0
    assert one("SELECT count(DISTINCT l.sku_id) FROM order_line l JOIN sku s ON s.id = l.sku_id WHERE s.kind = 'kit'") == 3
    assert one("SELECT count(*) FROM location") == 3
    assert one("SELECT count(*) FROM orders") > ORDERS * 0.95
    statuses = {row[0] for row in read("SELECT DISTINCT status FROM orders")}
    assert statuses >= {"open", "completed", "cancelled"}
    wanted = "order_hold order_note parcel return_ payment_transaction stock_movement purchase_receipt lot_pick serial_movement"
    wanted += " order_edit order_carry order_draft order_line_amount"
    for table in wanted.split():
        assert one(f"SELECT count(*) FROM {table}") > 0, table
    assert one("SELECT max(placed_at) FROM orders") <= UNTIL.timestamp() * 1e6
    assert_whole()


def test_there_is_a_transfer_in_every_state(demo):
    found = dict(read("SELECT status, count(*) FROM transfer GROUP BY status"))

    assert found == {"draft": 2, "in_transit": 2, "partially_received": 1, "received": 3, "cancelled": 2}
    assert one("SELECT sum(lost), sum(damaged) FROM transfer_line") == (1, 1)


def _late(now):
    """How many open orders are past their ship-by."""
    return one("SELECT count(*) FROM orders WHERE status = 'open' AND ship_by < :now", now=int(now.timestamp() * 1e6))


def test_the_shop_keeps_up_and_goes_on_where_it_was_left(demo):
    assert one("SELECT avg(CASE WHEN shipped_at <= ship_by THEN 1.0 ELSE 0 END) FROM orders WHERE shipped_at IS NOT NULL") > 0.96
    assert _late(UNTIL) <= 4
    assert catching_up.catch_up(1, UNTIL + dt.timedelta(hours=1)) == 0
    later = UNTIL + dt.timedelta(days=1)

    assert catching_up.catch_up(1, later) > 0

    assert _late(later) <= 4
    assert one("SELECT max(placed_at) FROM orders") <= later.timestamp() * 1e6
    assert_whole()


def test_a_demo_is_never_mixed_into_a_shop(app):
    shop(north_A=5)
    place(("A", 1))
    with pytest.raises(Conflict):
        build.build(10, 1, UNTIL)
    assert one("SELECT count(*) FROM orders") == 1


def test_it_keeps_playing_by_the_rules(demo):
    before = one("SELECT count(*) FROM event")
    said: list[str] = []
    live.keep_playing(1, 0, said.append, most=60)
    assert len(said) == 60
    assert one("SELECT count(*) FROM event") > before
    database().write(lambda tx: None)
    assert_whole()
