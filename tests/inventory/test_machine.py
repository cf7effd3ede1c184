"""Stock against a plain model: whatever is done in whatever order, every balance is what simple arithmetic says.

MACHINE_EXAMPLES=2000 MACHINE_STEPS=50 runs it for real; in parts, MACHINE_EXAMPLES=250 with --hypothesis-seed=1, 2, and so on.
With -s it says how many runs and steps it did, and how often each action was granted.
"""

import dataclasses
import datetime as dt
import itertools
import os
from collections import Counter

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from dashboard.channels.actions import place_order
from dashboard.counts.actions import count_units, open_count
from dashboard.counts.approval import approve_lines
from dashboard.counts.commands import CountUnits, DecideLines, OpenCount
from dashboard.fulfilment import actions as work
from dashboard.fulfilment.backorders import fill_backorders
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import (
    CancelOrder,
    FillBackorders,
    PackUnits,
    PickUnits,
    RejectWork,
    ReleaseWork,
    ShipParcel,
    ShortPick,
)
from dashboard.fulfilment.rejection import reject_work
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.bin_commands import CreateBins, MoveUnits, PutAway
from dashboard.inventory.bins import create_bins
from dashboard.inventory.commands import AdjustStock, ReceiveStock, RepairStock
from dashboard.inventory.hold_commands import HoldStock, ReleaseStockHold
from dashboard.inventory.holds import expire_holds, hold_stock, release_hold
from dashboard.inventory.putting import move_units, put_away
from dashboard.inventory.repairing import repair_stock
from dashboard.inventory.store.standing import standing
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict, DomainError, InsufficientStock
from dashboard.orders.store import reader, refresh
from dashboard.returns.actions import receive_return, request_return
from dashboard.returns.commands import ReceiveReturn, RequestReturn, ReturnItem
from dashboard.transfers.actions import dispatch_transfer, receive_transfer, send_back
from dashboard.transfers.commands import Arrival, DispatchTransfer, DraftedLine, DraftTransfer, ReceiveTransfer, SendBack
from dashboard.transfers.drafts import draft_transfer
from tests.factories import NOW, do, locations, read, skus
from tests.factories import command as order_of
from tests.invariants import assert_whole
from tests.inventory.machine_model import BINS, BUCKETS, PLACES, Model
from tests.kits import kit

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "12"))
STEPS = int(os.environ.get("MACHINE_STEPS", "30"))
_shop = itertools.count(1)
_done: Counter[str] = Counter()
at = st.sampled_from(PLACES)
item = st.integers(0, 2)
few = st.integers(1, 5)
which = st.integers(0, 30)

PLACE = "sku_id = (SELECT id FROM sku WHERE code = :code) AND location_id = (SELECT id FROM location WHERE code = :at)"


def drifting(bucket: str) -> sa.TextClause:
    """A change of a balance without a ledger row, an event or a version."""
    return sa.text(f"UPDATE stock_balance SET {bucket} = {bucket} + :drift WHERE {PLACE}")


class StockMachine(RuleBasedStateMachine):
    """Each run has SKUs of its own, so that one database serves them all: three items A, B, C, and a kit of two A and one B.

    Some of A and B is there from the start, so that the first orders get something.
    """

    @initialize()
    def open_shop(self):
        shop = f"{next(_shop):06d}"
        self.codes = [f"{name}{shop}" for name in "ABC"]
        self.kit = f"K{shop}"
        self.now = NOW
        skus(*self.codes)
        kit(self.kit, **{self.codes[0]: 2, self.codes[1]: 1})
        self.model = Model(self.codes)
        _done["runs"] += 1
        for item, at, units in ((0, "north", 9), (1, "north", 4), (0, "south", 3)):
            self.receive(item, at, units, "")

    def do(self, action, command):
        given = do(action, command, self.now)
        _done[action.__name__] += 1
        return given

    def tried(self, action, command):
        """Whether it was granted; a refusal must have changed nothing, which the invariant sees."""
        try:
            self.do(action, command)
        except DomainError:
            return False
        return True

    @rule(item=item, at=at, units=st.integers(1, 12), name=st.sampled_from((*BINS, "")))
    def receive(self, item, at, units, name):
        self.do(receive_stock, ReceiveStock(self.codes[item], at, units))
        self.model.cell(self.codes[item], at).on_hand += units
        if name:
            self.put(item, at, name, min(units, 5))

    @rule(item=item, at=at, change=st.sampled_from((-3, -1, 1, 3)))
    def adjust(self, item, at, change):
        cell = self.model.cell(self.codes[item], at)
        command = AdjustStock(self.codes[item], at, "correction", change=change)
        assert self.tried(adjust_stock, command) == (cell.available + change >= 0)
        if cell.available + change >= 0:
            cell.on_hand += change

    @rule(wanted=st.lists(st.tuples(item, few), min_size=1, max_size=3), shortage=st.sampled_from(("refuse", "backorder")))
    def order(self, wanted, shortage):
        lines = [(self.codes[index], units) for index, units in wanted]
        demand = {code: sum(units for other, units in lines if other == code) for code, _ in lines}
        enough = all(units <= self.model.sellable(code) for code, units in demand.items())
        expected = {code: min(units, self.model.sellable(code)) for code, units in demand.items()}
        try:
            placed = self.do(place_order, order_of(*lines, on_shortage=shortage))
        except InsufficientStock:
            assert shortage == "refuse" and not enough
            return
        assert enough or shortage == "backorder"
        order = self.model.placed(placed.id)
        assert {code: self.model.allocated(order, code) for code in demand} == expected

    @rule(units=st.integers(1, 2), more=st.integers(0, 3), shortage=st.sampled_from(("refuse", "backorder")))
    def order_kit(self, units, more, shortage):
        lines = [(self.kit, units)] + ([(self.codes[0], more)] if more else [])
        wanted = {self.codes[0]: 2 * units + more, self.codes[1]: units}
        enough = all(count <= self.model.sellable(code) for code, count in wanted.items())
        try:
            placed = self.do(place_order, order_of(*lines, on_shortage=shortage))
        except InsufficientStock:
            assert shortage == "refuse"
            return
        order = self.model.placed(placed.id)
        if shortage == "refuse":
            assert enough and {code: self.model.allocated(order, code) for code in wanted} == wanted

    @precondition(lambda self: self.model.orders)
    @rule(which=which)
    def cancel(self, which):
        order = self.model.order(which)
        if self.tried(cancel_order, CancelOrder(order, "customer")):
            self.model.read(order)
            assert not self.model.tied(order)

    @precondition(lambda self: self.model.going())
    @rule(which=which, steps=st.sampled_from((4, 4, 4, 3, 2, 1)))
    def fulfil(self, which, steps):
        going = self.model.going()
        order = going[which % len(going)]
        for work_id, status in self.model.works(order):
            for _ in range(steps):
                step = {"allocated": (work.release_work, ReleaseWork(work_id)), "released": (work.pick_units, PickUnits(work_id)),
                        "picking": (work.pick_units, PickUnits(work_id)), "picked": (work.pack_units, PackUnits(work_id)),
                        "packed": (work.ship_parcel, ShipParcel(work_id, "DHL", f"T{work_id}"))}.get(status)  # fmt: skip
                if step is None:
                    break
                leaving = self.model.work_units(work_id) if status == "packed" else {}
                self.do(*step)
                for (code, location), units in leaving.items():
                    self.model.cell(code, location).on_hand -= units
                    self.model.shipped.add(order)
                self.model.read(order)
                status = dict(self.model.works(order))[work_id]

    @precondition(lambda self: self.model.going())
    @rule(which=which, reason=st.sampled_from(("not_found", "damaged")), found=st.booleans())
    def short(self, which, reason, found):
        """Nothing is found, or one unit of the first line and nothing more."""
        going = self.model.going()
        order = going[which % len(going)]
        for work_id, status in self.model.works(order)[-1:]:
            if status == "allocated":
                self.do(work.release_work, ReleaseWork(work_id))
                status = "released"
            lines = self.model.work_lines(work_id)
            if found and status == "released" and sum(lines.values()) > 1:
                self.do(work.pick_units, PickUnits(work_id, {min(lines): 1}))
                status = "picking"
            if status in ("released", "picking"):
                missing = self.model.work_units(work_id, "l.units - l.picked")
                self.do(work.short_pick, ShortPick(work_id, reason))
                bucket = "damaged" if reason == "damaged" else "quarantine"
                for (code, location), units in missing.items():
                    cell = self.model.cell(code, location)
                    setattr(cell, bucket, getattr(cell, bucket) + units)
                    self.model.barred.add((order, location))
                self.model.read(order)

    @precondition(lambda self: self.model.orders)
    @rule(which=which)
    def reject(self, which):
        order = self.model.order(which)
        for work_id, status in self.model.works(order)[-1:]:
            if status in ("allocated", "released"):
                self.model.barred |= {(order, location) for _, location in self.model.work_units(work_id)}
                self.do(reject_work, RejectWork(work_id, "no_stock"))
                self.model.read(order)

    @rule(item=item)
    def fill(self, item):
        code = self.codes[item]
        had = self.model.sellable(code)
        units = self.do(fill_backorders, FillBackorders(self.model.sku_ids[code]))
        for order in self.model.orders:
            self.model.read(order)
        waiting = [order for order in self.model.waiting(code) if not any(barred[0] == order for barred in self.model.barred)]
        if not any(self.model.has_kit(order) for order in self.model.orders):
            assert 0 <= units <= had
            assert not waiting or self.model.sellable(code) == 0, (waiting, had, units)

    @rule(item=item, units=few)
    def hold(self, item, units):
        code = self.codes[item]
        before = self.model.sellable(code)
        try:
            held = self.do(hold_stock, HoldStock("web", ((code, units),), 30))
        except InsufficientStock:
            assert units > before
            return
        assert units <= before
        self.model.held(held)

    @precondition(lambda self: self.model.holds)
    @rule(which=which)
    def release(self, which):
        token = list(self.model.holds)[which % len(self.model.holds)]
        self.do(release_hold, ReleaseStockHold(token))
        self.model.unhold(token)

    @precondition(lambda self: self.model.holds)
    @rule()
    def expire(self):
        self.now += dt.timedelta(minutes=31)
        self.do(expire_holds, 1_000)
        for token in list(self.model.holds):
            self.model.unhold(token)

    @rule(item=item, units=few, there=st.booleans())
    def dispatch(self, item, units, there):
        here, target = PLACES if there else PLACES[::-1]
        cell = self.model.cell(self.codes[item], here)
        number = self.do(draft_transfer, DraftTransfer(here, target, (DraftedLine(self.codes[item], units),))).number
        assert self.tried(dispatch_transfer, DispatchTransfer(number)) == (cell.available >= units)
        if cell.available >= units:
            cell.on_hand -= units
            self.model.legs[number] = [self.codes[item], here, target, units]

    @precondition(lambda self: self.model.legs)
    @rule(which=which, received=st.integers(0, 5), damaged=st.integers(0, 2))
    def arrive(self, which, received, damaged):
        number = list(self.model.legs)[which % len(self.model.legs)]
        code, _here, target, left = self.model.legs[number]
        fits = 0 < received + damaged <= left
        assert self.tried(receive_transfer, ReceiveTransfer(number, (Arrival(code, received, damaged),))) == fits
        if fits:
            cell = self.model.cell(code, target)
            cell.on_hand += received + damaged
            cell.damaged += damaged
            self.model.travelled(number, received + damaged)

    @precondition(lambda self: self.model.legs)
    @rule(which=which)
    def return_to_sender(self, which):
        number = list(self.model.legs)[which % len(self.model.legs)]
        code, here, _target, left = self.model.legs[number]
        self.do(send_back, SendBack(number))
        self.model.cell(code, here).on_hand += left
        self.model.travelled(number, left)

    @rule(item=item, at=at, difference=st.integers(-2, 2))
    def count(self, item, at, difference):
        code, cell = self.codes[item], self.model.cell(self.codes[item], at)
        try:
            number = self.do(open_count, OpenCount(at, (code,))).number
        except Conflict:
            assert (code, at) in {(count[0], count[1]) for count in self.model.counts.values()}
            return
        counted = max(0, cell.on_hand + difference)
        self.do(count_units, CountUnits(number, code, counted))
        self.model.counts[number] = (code, at, counted - cell.on_hand)

    @precondition(lambda self: self.model.counts)
    @rule(which=which)
    def approve(self, which):
        """What moved between the count and its approval stays moved."""
        number = list(self.model.counts)[which % len(self.model.counts)]
        code, location, difference = self.model.counts[number]
        cell = self.model.cell(code, location)
        granted = self.tried(approve_lines, DecideLines(number))
        assert granted == (cell.available + difference >= 0)
        if granted:
            cell.on_hand += difference
            del self.model.counts[number]

    @precondition(lambda self: self.model.sent())
    @rule(which=which, at=at, disposition=st.sampled_from(("restock", "damaged", "quarantine", "scrap")))
    def come_back(self, which, at, disposition):
        sent = self.model.sent()
        order = sent[which % len(sent)]
        for line_id, code in self.model.shipped_lines(order)[:1]:
            back = self.do(request_return, RequestReturn(order, "changed_mind", (ReturnItem(line_id, 1, disposition),)))
            self.do(receive_return, ReceiveReturn(back, at))
            cell = self.model.cell(code, at)
            if disposition != "scrap":
                cell.on_hand += 1
            if disposition in ("damaged", "quarantine"):
                setattr(cell, disposition, getattr(cell, disposition) + 1)

    @rule(item=item, at=at, bucket=st.sampled_from(BUCKETS), drift=st.sampled_from((-2, -1, 1, 2)))
    def repair(self, item, at, bucket, drift):
        """Somebody writes a balance behind the application's back; checking finds it, repairing makes all agree again."""
        code, cell = self.codes[item], self.model.cell(self.codes[item], at)
        drifted = dataclasses.replace(cell, **{bucket: getattr(cell, bucket) + drift})
        if min(drifted.available, getattr(drifted, bucket)) < 0 or not self.version(code, at):
            return
        db.write(lambda tx: tx.execute(drifting(bucket), {"drift": drift, "code": code, "at": at}) and None)
        refresh()
        assert [(place.location, bool(place.sentences())) for place in self.astray(code)] == [(at, True)]
        self.do(repair_stock, RepairStock(code, at, self.version(code, at)))
        refresh()
        assert not self.astray(code)
        if bucket not in ("allocated", "held"):  # what orders and carts have is known from them; the rest is as it was written
            setattr(cell, bucket, getattr(drifted, bucket))

    def put(self, item, at, name, units):
        code, cell = self.codes[item], self.model.cell(self.codes[item], at)
        aside = name == BINS[-1]
        fits = units <= self.model.loose(code, at) and (not aside or units <= cell.available)
        assert self.tried(put_away, PutAway(code, at, name, units)) == fits
        if fits:
            self.model.bins[code, at, name] += units
            cell.quarantine += units * aside
            assert self.model.lying() == +self.model.bins

    @rule(item=item, at=at, names=st.permutations((*BINS, "")), units=few)
    def shift(self, item, at, names, units):
        origin, target = names[:2] if names[0] else names[1:3]
        code, cell = self.codes[item], self.model.cell(self.codes[item], at)
        aside = (target == BINS[-1]) - (origin == BINS[-1])
        fits = units <= self.model.bins[code, at, origin] and (aside <= 0 or units <= cell.available)
        assert self.tried(move_units, MoveUnits(code, at, origin, target, units)) == fits
        if fits:
            self.model.bins[code, at, origin] -= units
            self.model.bins[code, at, target] += units * bool(target)
            cell.quarantine += units * aside
            assert self.model.lying() == +self.model.bins

    def astray(self, code):
        return [place for place in standing(reader(), self.model.sku_ids[code]) if not place.agrees]

    def version(self, code, at) -> int | None:
        found = read(f"SELECT version FROM stock_balance WHERE {PLACE}", code=code, at=at)
        return found[0][0] if found else None

    @invariant()
    def every_balance_is_what_the_model_says(self):
        if hasattr(self, "model"):
            self.model.compare()
            _done["steps"] += 1


def test_stock_is_what_a_plain_model_says(any_app):
    locations(*PLACES)
    for at_ in PLACES:
        do(create_bins, CreateBins(at_, BINS[:-1]))
        do(create_bins, CreateBins(at_, BINS[-1:], 900, pickable=False))
    machine = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, database=None, derandomize=EXAMPLES < 100,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink], print_blob=False,
    )  # fmt: skip
    _done.clear()
    run_state_machine_as_test(StockMachine, settings=machine)
    print({**_done, "steps": _done["steps"] - _done["runs"]})  # the opening is no step
    assert _done["steps"] > EXAMPLES
    assert read("SELECT count(*) FROM stock_movement WHERE reason = 'repair'")[0][0] > 0
    assert read("SELECT count(*) FROM bin_movement WHERE kind = 'put_away'")[0][0] > 0
    assert_whole()
