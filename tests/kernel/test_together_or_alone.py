"""Whether actions are committed together or each alone, the database is the same afterwards, row for row, and so are their answers."""

import os
import random
import shutil

import pytest

from dashboard.channels.actions import place_order
from dashboard.config import Config
from dashboard.editing.actions import edit_order
from dashboard.editing.commands import EditOrder, SetQuantity
from dashboard.fulfilment import actions as work
from dashboard.fulfilment.backorders import fill_backorders
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, FillBackorders, PackUnits, PickUnits, ReleaseWork, ShipParcel
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.inventory.selling import set_channel_rule
from dashboard.inventory.selling_commands import SetChannelRule
from dashboard.kernel import idempotency
from dashboard.kernel.db import database
from dashboard.orders.actions import add_note, place_hold
from dashboard.orders.commands import AddNote, PlaceHold
from dashboard.payments.actions import capture_payment
from dashboard.payments.commands import CapturePayment
from tests.conftest import SECRET, running
from tests.factories import MIA, NOW, command, dump, shop
from tests.invariants import assert_whole
from tests.kernel.test_together import together

SEEDS = range(int(os.environ.get("TOGETHER_SEEDS", "4")))
ACTIONS = 60


class Player:
    """Actions at random, the same for the same seed: their ids are guesses, so that some are refused."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.kinds = [self.order] * 8 + [self.answered] * 3 + [
            self.adjust, self.receive, self.cancel, self.hold, self.note, self.edit, self.pay, self.fill, self.rule,
            self.release, self.pick, self.pack, self.ship,
        ]  # fmt: skip

    def actions(self):
        return [self.chance.choice(self.kinds)() for _ in range(ACTIONS)]

    def some(self):
        return self.chance.randint(1, 12)

    def sku(self):
        return self.chance.choice("AABC")

    def place(self):
        return self.chance.choice(("north", "south"))

    def lines(self):
        return [(self.chance.choice(("A", "A", "B", "C", "NONE")), self.chance.randint(1, 4)) for _ in range(self.chance.randint(1, 3))]

    def order(self):
        known = self.chance.choice((None, f"X-{self.some()}"))
        wanted = command(*self.lines(), external_id=known, on_shortage=self.chance.choice(("refuse", "backorder")))
        return lambda tx: place_order(tx, wanted, MIA, NOW)[:4]

    def answered(self):
        key, wanted = f"K-{self.some()}", command(*self.lines())
        return lambda tx: idempotency.once(tx, "test", key, "", lambda tx: (201, place_order(tx, wanted, MIA, NOW).number), NOW)

    def _doing(self, action, given):
        return lambda tx: bool(action(tx, given, MIA, NOW)) or None

    def adjust(self):
        return self._doing(adjust_stock, AdjustStock(self.sku(), self.place(), "counted", change=self.chance.randint(-6, 6) or 1))

    def receive(self):
        return self._doing(receive_stock, ReceiveStock(self.sku(), self.place(), self.some()))

    def cancel(self):
        return self._doing(cancel_order, CancelOrder(self.some(), "customer"))

    def hold(self):
        return self._doing(place_hold, PlaceHold(self.some(), "manual"))

    def note(self):
        return self._doing(add_note, AddNote(self.some(), "look here"))

    def edit(self):
        return self._doing(edit_order, EditOrder(self.some(), (SetQuantity(self.some(), self.chance.randint(0, 5)),), version=1))

    def pay(self):
        return self._doing(capture_payment, CapturePayment(self.some(), 1000))

    def fill(self):
        return self._doing(fill_backorders, FillBackorders(self.chance.randint(1, 3)))

    def rule(self):
        return self._doing(set_channel_rule, SetChannelRule("web", buffer=self.chance.randint(0, 2)))

    def release(self):
        return self._doing(work.release_work, ReleaseWork(self.some()))

    def pick(self):
        return self._doing(work.pick_units, PickUnits(self.some()))

    def pack(self):
        return self._doing(work.pack_units, PackUnits(self.some()))

    def ship(self):
        return self._doing(work.ship_parcel, ShipParcel(self.some(), "DHL", f"T{self.some()}"))


def alone(*works):
    """The jobs of these works, each with a savepoint and a commit of its own, and with nothing in memory."""
    jobs = [database().submit(work, once=True) for work in works]
    for job in jobs:
        job.exception(30)
    return jobs


def play(seed, migrated, folder, run, sizes):
    """What each action came to, and every row of the database. sizes: how many are run at once, one time after the other."""
    folder.mkdir()
    shutil.copy(migrated, folder / "orderdeck.sqlite3")
    with running(Config(instance=folder, secret_key=SECRET)):
        shop(north_A=12, south_A=9, north_B=8, south_C=10)
        actions, outcomes = Player(seed).actions(), []
        while actions:
            size = sizes()
            for job in run(*actions[:size]):
                outcomes.append(repr(job.value) if job.error is None else f"{type(job.error).__name__}: {job.error}")
            del actions[:size]
        assert_whole()
        return outcomes, dump()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_actions_leave_the_same_rows(migrated, tmp_path, seed):
    chance = random.Random(seed)
    expected, rows = play(seed, migrated, tmp_path / "alone", alone, lambda: ACTIONS)
    outcomes, same = play(seed, migrated, tmp_path / "together", together, lambda: chance.randint(1, 24))
    assert outcomes == expected
    assert len({outcome.split(":")[0] for outcome in outcomes}) > 3  # some were refused, for several reasons
    for table, found in rows.items():
        assert same[table] == found, table
