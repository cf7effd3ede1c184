"""Lots whatever is done in whatever order: no unit of a lot is made or lost, and nobody gets an expired one.

MACHINE_EXAMPLES=2000 MACHINE_STEPS=50 runs it for real.
"""

import datetime as dt
import itertools
import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from dashboard.catalog.actions import create_skus
from dashboard.catalog.commands import CreateSku
from dashboard.check import tracked
from dashboard.fulfilment import actions as work
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, PickUnits, ReleaseWork, ShipParcel, ShortPick
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.inventory.expiry import AT_ONCE, WriteOffLot, expire_lots, write_off_lot
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict, DomainError, InsufficientStock
from dashboard.returns.actions import receive_return, request_return
from dashboard.returns.commands import ReceiveReturn, RequestReturn, ReturnItem
from dashboard.transfers.actions import dispatch_transfer, receive_transfer, send_back
from dashboard.transfers.commands import Arrival, DispatchTransfer, DraftedLine, DraftTransfer, ReceiveTransfer, SendBack
from dashboard.transfers.drafts import draft_transfer
from tests.checking import assert_clean
from tests.factories import NOW, do, locations, place, read, step_work
from tests.inventory.tracking import lots

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "5"))
STEPS = int(os.environ.get("MACHINE_STEPS", "25"))
PLACES = ("north", "south")
DAY = dt.timedelta(days=1)
NAMES = {"L1": 3, "L2": 6, "L3": 40}
"""Lots and for how many days they are good."""
_shop = itertools.count(1)
at = st.sampled_from(PLACES)
name = st.sampled_from(list(NAMES))
few = st.integers(1, 4)
which = st.integers(0, 30)


class LotMachine(RuleBasedStateMachine):
    """Each run has a SKU of its own. away: units that left for good; every other unit must be in a lot somewhere or on its way."""

    @initialize()
    def open_shop(self):
        self.sku, self.now = f"LOT{next(_shop):06d}", NOW
        do(create_skus, [CreateSku(self.sku, "By lot", unit_price_e4=100_000, tracks="lots")])
        self.came, self.away = 10, 0
        self.orders, self.legs = [], []
        for units, lot in ((4, "L2"), (6, "L3")):
            given = lots((lot, units, NOW.date() + NAMES[lot] * DAY))
            do(receive_stock, ReceiveStock(self.sku, PLACES[0], units, given=given))

    def do(self, action, command):
        return do(action, command, self.now)

    def tried(self, action, command, expected=DomainError):
        try:
            self.do(action, command)
        except expected:
            return False
        return True

    @rule(name=name, at=at, units=few)
    def receive(self, name, at, units):
        expires_on = NOW.date() + NAMES[name] * DAY
        given = lots((name, units, expires_on))
        granted = self.tried(receive_stock, ReceiveStock(self.sku, at, units, given=given))
        assert granted == (self.now.date() <= expires_on)
        self.came += units * granted

    @rule(at=at, name=st.sampled_from([*NAMES, ""]), units=few)
    def lose(self, at, name, units):
        given = lots((name, units)) if name else lots()
        if self.tried(adjust_stock, AdjustStock(self.sku, at, "lost", change=-units, given=given)):
            self.away += units

    @rule(units=few)
    def order(self, units):
        try:
            self.orders.append(place((self.sku, units), now=self.now, on_shortage="refuse").id)
        except InsufficientStock:
            return

    @precondition(lambda self: self.orders)
    @rule(which=which, fate=st.sampled_from(("ship", "pick", "ship", "short", "cancel", "return")), units=few)
    def go_on(self, which, fate, units):
        order = self.orders[which % len(self.orders)]
        if fate == "cancel":
            self.tried(cancel_order, CancelOrder(order, "customer"), Conflict)
        elif fate == "return":
            self.come_back(order)
        else:
            for work_id, status in read("SELECT id, status FROM fulfilment_order WHERE order_id = :id ORDER BY id", id=order):
                self.work(work_id, status, fate, units)

    def work(self, work_id, status, fate, units):
        if status == "allocated":
            self.do(work.release_work, ReleaseWork(work_id))
            status = "released"
        if fate == "short" and status in ("released", "picking"):
            self.tried(work.short_pick, ShortPick(work_id, "not_found"), Conflict)
        elif fate == "pick" and status in ("released", "picking"):
            line, left = read("SELECT id, units - picked FROM fulfilment_line WHERE fulfilment_order_id = :id", id=work_id)[0]
            self.picked(work_id, {line: min(units, left)})
        elif fate == "ship":
            if status in ("released", "picking") and not self.picked(work_id, None):
                return
            step_work(work_id, "packed", self.now)
            if self.status(work_id) == "packed":
                self.do(work.ship_parcel, ShipParcel(work_id, "DHL", "T"))

    def status(self, work_id):
        return read("SELECT status FROM fulfilment_order WHERE id = :id", id=work_id)[0][0]

    def picked(self, work_id, units):
        """What is picked has not expired."""
        before = dict(read("SELECT lot_id, units FROM lot_pick WHERE fulfilment_order_id = :id", id=work_id))
        granted = self.tried(work.pick_units, PickUnits(work_id, units), InsufficientStock)
        query = "SELECT p.lot_id, p.units, l.code FROM lot_pick p JOIN lot l ON l.id = p.lot_id WHERE p.fulfilment_order_id = :id"
        for lot_id, count, code in read(query, id=work_id):
            assert count == before.get(lot_id, 0) or self.now.date() <= NOW.date() + NAMES[code] * DAY
        return granted

    def come_back(self, order):
        rows = read("SELECT id, shipped - returned FROM order_line WHERE order_id = :id AND shipped > returned", id=order)
        if rows:
            back = self.do(request_return, RequestReturn(order, "changed_mind", (ReturnItem(rows[0][0], 1),)))
            self.do(receive_return, ReceiveReturn(back, PLACES[0]))

    @rule(units=few, there=st.booleans())
    def dispatch(self, units, there):
        here, target = PLACES if there else PLACES[::-1]
        number = self.do(draft_transfer, DraftTransfer(here, target, (DraftedLine(self.sku, units),))).number
        if self.tried(dispatch_transfer, DispatchTransfer(number), InsufficientStock):
            self.legs.append(number)

    @precondition(lambda self: self.legs)
    @rule(which=which, units=few, is_back=st.booleans())
    def arrive(self, which, units, is_back):
        number = self.legs[which % len(self.legs)]
        if is_back:
            self.do(send_back, SendBack(number))
            self.legs.remove(number)
        else:
            self.tried(receive_transfer, ReceiveTransfer(number, (Arrival(self.sku, units),)))
        if read("SELECT status FROM transfer WHERE number = :number", number=number) == [("received",)]:
            self.legs = [leg for leg in self.legs if leg != number]

    @rule(days=st.integers(1, 3))
    def sleep(self, days):
        self.now += days * DAY
        self.do(expire_lots, AT_ONCE)
        assert self.do(expire_lots, AT_ONCE) == 0

    @rule(name=name, at=at)
    def write_off(self, name, at):
        try:
            self.away += self.do(write_off_lot, WriteOffLot(self.sku, name, at))
        except DomainError:
            return

    @invariant()
    def every_unit_is_somewhere(self):
        sku = {"sku": self.sku}
        here = read("SELECT coalesce(sum(u.units), 0) FROM lot_stock u JOIN sku s ON s.id = u.sku_id WHERE s.code = :sku", **sku)[0][0]
        out = read("SELECT coalesce(sum(l.shipped - l.returned), 0) FROM order_line l WHERE l.sku_code = :sku", **sku)[0][0]
        moving = "SELECT coalesce(sum(l.sent - l.received - l.damaged - l.lost - l.returned), 0) FROM transfer_line l"
        way = read(f"{moving} JOIN sku s ON s.id = l.sku_id WHERE s.code = :sku", **sku)[0][0]
        assert here + out + way + self.away == self.came
        with db.db.engine.connect() as connection:
            assert {one.name: found for one in tracked.CONDITIONS if (found := one.offending(connection, 3))} == {}


def test_no_unit_of_a_lot_is_made_or_lost(any_app):
    locations(*PLACES)
    machine = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, database=None, derandomize=EXAMPLES < 100,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink], print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(LotMachine, settings=machine)
    assert read("SELECT count(*) FROM lot_pick")[0][0] > 0
    assert_clean()
