"""PostgreSQL runs reactions side by side: whoever comes last, the promises are those of one rule."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from dashboard.promises.actions import recompute
from dashboard.promises.commands import Recompute
from tests.checking import assert_clean
from tests.factories import do, one, shop
from tests.kits import kit
from tests.promises.helpers import comes, days, react, waits
from tests.purchasing.helpers import supplier

FIRST = dt.date(2026, 12, 1)


def test_recomputations_at_the_same_time_end_right(pg_app):
    shop(north_A=0, north_B=0)
    supplier()
    kit("SET", A=1, B=1)
    for place in range(6):
        waits(("SET", 1), ("A", 1), ("B", 1), minutes=place)
    comes(FIRST, ("A", 5), ("B", 7))
    comes(FIRST + dt.timedelta(days=7), ("A", 7), ("B", 5))
    skus = [one("SELECT id FROM sku WHERE code = :code", code=code) for code in ("A", "B")]

    def again(turn):
        with pg_app.app_context():
            asked = (Recompute((skus[turn % 2],)), Recompute(order_ids=(1 + turn % 6,)), Recompute(tuple(skus[::-1])))
            return do(recompute, asked[turn % 3])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(again, range(36)))

    found = days()
    early, late = "2026-12-02", "2026-12-09"
    assert found == [early] * 7 + [late, early] + [late] * 9
    for turn in range(3):
        assert do(recompute, Recompute(tuple(skus), (turn + 1,))) == 0
    assert one("SELECT count(*) FROM event WHERE type = 'PromiseChanged'") <= 36
    react()
    assert days() == found
    assert_clean()
