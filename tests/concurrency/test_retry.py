"""PostgreSQL: what loses a deadlock runs again, whichever way its statement went; nobody sees it."""

import threading

import sqlalchemy as sa

from dashboard.kernel import db
from dashboard.kernel.statements import Prepared
from tests.concurrency.crowd import crowd
from tests.factories import balance, shop

_ADD = Prepared(
    sqlite="UPDATE stock_balance SET on_hand = on_hand + 1 WHERE sku_id = :sku",
    postgresql="UPDATE stock_balance SET on_hand = on_hand + 1 WHERE sku_id = %(sku)s",
)


def test_a_circle_of_locks_is_broken_and_both_are_done(pg_app):
    shop(north_A=5, north_B=5)
    met = threading.Barrier(2)

    def both(caller, _):
        tries = []

        def work(tx):
            tries.append(1)
            first, second = (1, 2) if caller else (2, 1)
            tx.run(_ADD, sku=first)
            if len(tries) == 1:
                met.wait()
            tx.run(_ADD, sku=second)
            return "done"

        return db.database().write(work)

    assert crowd(pg_app, 2, 1, both) == {"done": 2}
    assert (balance("A", "north"), balance("B", "north")) == ((7, 0), (7, 0))


def test_the_writer_starts_once(app):
    ids = []

    def writer_thread(tx):
        ids.append(threading.get_ident())
        return tx.execute(sa.text("SELECT 1")).scalar()

    assert crowd(app, 16, 1, lambda caller, number: db.database().write(writer_thread)) == {1: 16}
    assert len(set(ids)) == 1
