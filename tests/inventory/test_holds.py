"""Timed holds: units are kept for one cart, used once, given back once."""

import concurrent.futures
import datetime as dt
import itertools

import flask
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.channels.actions import place_order
from dashboard.inventory import holds, jobs
from dashboard.inventory.commands import SetLevels
from dashboard.inventory.hold_commands import ExtendHold, HoldStock, ReleaseStockHold
from dashboard.inventory.planning import set_levels
from dashboard.kernel.errors import Conflict, DomainError, InsufficientStock, Invalid, NotFound
from tests.factories import NOW, command, do, dump, locations, one, place, read, refused, shop, skus, stock
from tests.invariants import assert_whole
from tests.kits import kit

LATER = NOW + dt.timedelta(minutes=20)


def hold(*lines, minutes=15, channel="web", now=NOW):
    return do(holds.hold_stock, HoldStock(channel, lines, minutes), now)


def buckets(code, place_):
    """(on hand, allocated, held)."""
    return one(
        "SELECT b.on_hand, b.allocated, b.held FROM stock_balance b JOIN sku s ON s.id = b.sku_id JOIN location l"
        " ON l.id = b.location_id WHERE s.code = :code AND l.code = :place", code=code, place=place_,
    )  # fmt: skip


def state(held):
    return one("SELECT state FROM stock_hold WHERE id = :id", id=held.id)


def test_a_hold_keeps_units_from_everybody_else(any_app):
    shop(north_A=2, south_A=1)
    hold(("A", 1), ("A", 1))

    assert buckets("A", "north") == (2, 0, 2)
    refused(InsufficientStock, place_order, command(("A", 2)), short=[{"sku": "A", "wanted": 2, "available": 1}])
    assert place(("A", 1)).created
    assert_whole()


def test_the_last_unit_goes_to_one_of_two_carts(any_app):
    shop(north_A=1, north_B=5)
    hold(("A", 1))

    refused(InsufficientStock, holds.hold_stock, HoldStock("web", (("B", 2), ("A", 1)), 5), short=[
        {"sku": "A", "wanted": 1, "available": 0}])  # fmt: skip
    assert buckets("B", "north") == (5, 0, 0)


def test_an_order_takes_what_was_held_for_it_and_leaves_the_rest(any_app):
    shop(north_A=3, north_B=2)
    held = hold(("A", 3), ("B", 1))
    placed = place(("A", 2), ("B", 2), stock_hold=held.token)

    assert buckets("A", "north") == (3, 2, 0)
    assert buckets("B", "north") == (2, 2, 0)
    assert one("SELECT state, order_id FROM stock_hold") == ("used", placed.id)
    refused(Conflict, place_order, command(("A", 1), stock_hold=held.token), state="used")
    refused(Conflict, holds.release_hold, ReleaseStockHold(held.token), state="used")
    assert_whole()


def test_what_was_held_is_promised_whatever_safety_stock_says_by_then(any_app):
    shop(north_A=3)
    held = hold(("A", 2))
    do(set_levels, [SetLevels("A", "north", 0, 3, (0, 0))])

    refused(InsufficientStock, place_order, command(("A", 1)))
    assert place(("A", 2), stock_hold=held.token).created
    assert_whole()


def test_the_same_order_sent_again_is_the_order_that_used_the_hold(any_app):
    shop(north_A=1)
    held = hold(("A", 1))
    first = place(("A", 1), stock_hold=held.token, external_id="X-1")

    assert place(("A", 1), stock_hold=held.token, external_id="X-1").id == first.id


def test_an_expired_hold_is_no_promise_but_its_units_are_ordinary_stock_again(any_app):
    shop(north_A=2)
    held = hold(("A", 1))
    do(set_levels, [SetLevels("A", "north", 0, 1, (0, 0))])
    placed = place(("A", 1), stock_hold=held.token, now=LATER)

    assert placed.created
    assert (state(held), buckets("A", "north")) == ("expired", (2, 1, 0))
    assert_whole()


def test_an_expired_hold_whose_units_are_gone_is_the_ordinary_refusal(any_app):
    shop(north_A=1)
    held = hold(("A", 1))
    do(holds.expire_holds, 10, LATER)
    place(("A", 1), now=LATER)

    before = dump()
    with pytest.raises(InsufficientStock):
        place(("A", 1), stock_hold=held.token, now=LATER)
    assert dump() == before


def test_a_refused_order_leaves_the_hold_as_it_was(any_app):
    shop(north_A=1, north_B=0)
    held = hold(("A", 1))

    refused(InsufficientStock, place_order, command(("A", 1), ("B", 1), stock_hold=held.token))
    assert state(held) == "held"
    assert place(("A", 1), stock_hold=held.token).created


def test_a_token_is_good_in_its_own_channel_only(any_app):
    shop(north_A=1)
    held = hold(("A", 1), channel="amazon")

    refused(Invalid, place_order, command(("A", 1), stock_hold=held.token), fields={"stock_hold": "unknown"})
    refused(Invalid, place_order, command(("A", 1), stock_hold="nonsense"))
    refused(NotFound, holds.extend_hold, ExtendHold(held.token, 5, channel="web"))
    refused(NotFound, holds.release_hold, ReleaseStockHold(held.token, channel="web"))


def test_a_hold_is_extended_while_it_lasts(any_app):
    shop(north_A=1)
    held = hold(("A", 1), minutes=15)
    half = NOW + dt.timedelta(minutes=14)
    do(holds.extend_hold, ExtendHold(held.token, 15, version=1), half)

    assert do(holds.expire_holds, 10, LATER) == 0
    refused(Conflict, holds.extend_hold, ExtendHold(held.token, 15, version=1), version=2)
    late = half + dt.timedelta(minutes=15)
    before = dump()
    with pytest.raises(Conflict):
        do(holds.extend_hold, ExtendHold(held.token, 15), late)
    assert dump() == before
    assert do(holds.expire_holds, 10, late) == 1
    assert_whole()


def test_released_units_are_for_sale_at_once_and_releasing_twice_changes_nothing(any_app):
    shop(north_A=1)
    held = hold(("A", 1))
    do(holds.release_hold, ReleaseStockHold(held.token))
    before = dump()
    do(holds.release_hold, ReleaseStockHold(held.token))

    assert dump() == before
    assert (state(held), buckets("A", "north")) == ("released", (1, 0, 0))
    assert place(("A", 1), stock_hold=held.token).created


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (HoldStock("web", (("A", 1),), 0), "minutes"),
        (HoldStock("web", (("A", 1),), 121), "minutes"),
        (HoldStock("", (("A", 1),), 5), "channel"),
        (HoldStock("web", (), 5), "lines"),
        (HoldStock("web", (("A", 1),) * 101, 5), "lines"),
        (HoldStock("web", (("A", 0),), 5), "lines.0.quantity"),
        (HoldStock("web", (("A", -1),), 5), "lines.0.quantity"),
        (HoldStock("web", (("A", 2**31),), 5), "lines.0.quantity"),
        (HoldStock("web", (("A", 1), ("NOPE", 1)), 5), "lines.1.sku"),
        (HoldStock("web", (("FEE", 1),), 5), "lines.0.sku"),
        (HoldStock("web", (("OLD", 1),), 5), "lines.0.sku"),
        (HoldStock("web", (("A\0", 1),), 5), "lines.0.sku"),
    ],
)
def test_a_bad_wish_names_the_field_and_changes_nothing(app, asked, field):
    shop(north_A=5)
    skus("FEE", kind="service")
    skus("OLD", active=False)

    assert field in refused(Invalid, holds.hold_stock, asked).facts["fields"]


def test_holds_and_orders_at_once_never_sell_a_unit_twice(any_app):
    shop(north_A=20, south_A=20, north_B=40)
    app = flask.current_app._get_current_object()

    def cart(number):
        done = 0
        with app.app_context():
            for step in range(6):
                try:
                    if (number + step) % 3:
                        place(("B", 1), ("A", 1))
                    else:
                        held = hold(("A", 1), ("B", 1))
                        if step % 2:
                            do(holds.release_hold, ReleaseStockHold(held.token))
                            continue
                        place(("A", 1), ("B", 1), stock_hold=held.token)
                    done += 1
                except InsufficientStock:
                    pass
        return done

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        sold = sum(pool.map(cart, range(16)))

    assert sold <= 40
    assert one("SELECT sum(units) FROM allocation") == 2 * sold
    assert one("SELECT sum(held) FROM stock_balance") == 0
    assert_whole()


def test_a_hold_is_used_by_one_of_many_orders_at_once(any_app):
    shop(north_A=1)
    held = hold(("A", 1))
    app = flask.current_app._get_current_object()

    def buy(_):
        with app.app_context():
            try:
                return place(("A", 1), stock_hold=held.token).created
            except Conflict:
                return False

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(buy, range(8))) == 1
    assert_whole()


def test_each_hold_expires_once_however_many_workers_look(any_app, monkeypatch):
    shop(north_A=30)
    for _ in range(30):
        hold(("A", 1))
    monkeypatch.setattr(jobs.clock, "now", lambda: LATER)
    monkeypatch.setattr(holds, "AT_ONCE", 7)
    app = flask.current_app._get_current_object()

    def worker(_):
        with app.app_context():
            return jobs.expire_stock_holds(None)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(worker, range(4))) == 30

    assert buckets("A", "north") == (30, 0, 0)
    assert one("SELECT count(*) FROM stock_movement WHERE kind = 'unheld'") == 30
    assert read("SELECT DISTINCT version FROM stock_hold") == [(2,)]
    assert_whole()


STEP = st.tuples(st.sampled_from(["hold", "extend", "release", "use", "order", "expire"]), st.integers(0, 3), st.integers(1, 4))
_numbers = itertools.count()


class Cart:
    """The plain model of one SKU with 6 units: what each open hold keeps and until when, and what is sold."""

    def __init__(self):
        self.code = f"S{next(_numbers)}"
        skus(self.code)
        stock(**{f"north_{self.code}": 4, f"south_{self.code}": 2})
        self.open, self.sold, self.now = {}, 0, NOW

    @property
    def held(self):
        return sum(units for _, units in self.open.values())

    def step(self, what, which, units):
        """Do it, and hold what the product did against what it should do."""
        self.now += dt.timedelta(minutes=1)
        token = list(self.open)[which % len(self.open)] if self.open else "none"
        until, mine = self.open.get(token, (NOW, 0))
        free = 6 - self.sold - self.held + (mine if what == "use" else 0)
        try:
            getattr(self, what)(token, units)
        except InsufficientStock:
            assert units > free
        except DomainError:
            assert until <= self.now
        else:
            assert what not in ("hold", "use", "order") or units <= free
            assert what != "extend" or until > self.now

    def hold(self, _, units):
        self.open[hold((self.code, units), minutes=3, now=self.now).token] = (self.now + dt.timedelta(minutes=3), units)

    def extend(self, token, _):
        do(holds.extend_hold, ExtendHold(token, 5), self.now)
        self.open[token] = (self.now + dt.timedelta(minutes=5), self.open[token][1])

    def release(self, token, _):
        do(holds.release_hold, ReleaseStockHold(token), self.now)
        self.open.pop(token)

    def use(self, token, units):
        self.order(token, units, stock_hold=token)
        self.open.pop(token)

    def order(self, _, units, **more):
        place((self.code, units), now=self.now, **more)
        self.sold += units

    def expire(self, *_):
        ended = [token for token, (until, _) in self.open.items() if until <= self.now]
        assert do(holds.expire_holds, 200, self.now) == len(ended)
        for token in ended:
            self.open.pop(token)


@settings(max_examples=30, deadline=None)
@given(steps=st.lists(STEP, min_size=1, max_size=14))
def test_units_are_conserved_whatever_is_done(any_app, steps):
    if not read("SELECT id FROM location"):
        locations("north", "south")
    do(holds.expire_holds, 200, NOW + dt.timedelta(days=1))
    cart = Cart()
    for step in steps:
        cart.step(*step)
        sums = "SELECT sum(on_hand), sum(allocated), sum(held) FROM stock_balance b JOIN sku s ON s.id = b.sku_id WHERE s.code = :code"
        assert one(sums, code=cart.code) == (6, cart.sold, cart.held)
    assert_whole()


def test_a_kit_is_held_as_its_parts_and_ordered_as_a_kit(any_app):
    shop(north_A=4, north_B=2)
    kit("SET", A=2, B=1)

    refused(InsufficientStock, holds.hold_stock, HoldStock("web", (("SET", 2), ("A", 1)), 5))
    held = hold(("SET", 2))
    assert (buckets("A", "north"), buckets("B", "north")) == ((4, 0, 4), (2, 0, 2))
    refused(InsufficientStock, place_order, command(("SET", 1)))
    assert place(("SET", 2), stock_hold=held.token).created
    assert (buckets("A", "north"), buckets("B", "north")) == ((4, 4, 0), (2, 2, 0))
    assert_whole()


def test_ended_holds_are_forgotten_after_a_month_and_the_ledger_still_adds_up(any_app):
    shop(north_A=5)
    tokens = [hold(("A", 1)).token for _ in range(4)]
    place(("A", 1), stock_hold=tokens[0])
    do(holds.release_hold, ReleaseStockHold(tokens[1]))
    do(holds.expire_holds, 1, LATER)
    month = NOW + dt.timedelta(days=30)

    assert do(holds.purge_holds, 10, month) == 0
    assert do(holds.purge_holds, 1, month + dt.timedelta(seconds=1)) == 1
    assert do(holds.purge_holds, 10, month + dt.timedelta(seconds=1)) == 1
    assert do(holds.purge_holds, 10, month + dt.timedelta(days=1)) == 1

    assert read("SELECT state FROM stock_hold") == [("held",)]
    assert read("SELECT count(*) FROM stock_hold_line") == [(1,)]
    assert buckets("A", "north") == (5, 1, 1)
    refused(NotFound, holds.release_hold, ReleaseStockHold(tokens[1]))
    assert_whole()
