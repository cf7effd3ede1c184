"""Kits and single items through everything that can happen to them, at random: no unit is made, lost or sold twice, on both databases."""

import random
from collections import Counter

import pytest

from dashboard.channels.actions import place_order
from dashboard.fulfilment import actions as fulfilment
from dashboard.fulfilment.backorders import fill_backorders
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, FillBackorders, PackUnits, PickUnits, ReleaseWork, ShipParcel, ShortPick
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.kernel.errors import DomainError
from dashboard.returns.actions import receive_return, request_return
from dashboard.returns.commands import ReceiveReturn, RequestReturn, ReturnItem
from tests.factories import command, do, one, read, shop
from tests.invariants import assert_whole
from tests.kits import change_kit, kit

PARTS, PLACES = "ABC", ("north", "south")


class Walk:
    """A shop, dice, and what came into it and left it for good."""

    def __init__(self, dice: random.Random):
        self.dice = dice
        self.came: Counter[str] = Counter(A=20, B=10, C=6)
        shop(north_A=12, south_A=8, north_B=4, south_B=6, north_C=6)
        kit("K", A=2, B=1)
        kit("L", B=1, C=3)

    def step(self) -> None:
        others = (self.sell, self.sell, self.sell, self.receive, self.lose, self.cancel, self.bring_back, self.bring_back, self.change)
        try:
            (self.work if self.dice.random() < 0.6 else self.dice.choice(others))()
        except DomainError:
            pass  # refused: nothing may have changed, which the invariants say

    def sell(self) -> None:
        lines = [(self.dice.choice("KLABC"), self.dice.randint(1, 3)) for _ in range(self.dice.randint(1, 3))]
        do(place_order, command(*lines, on_shortage=self.dice.choice(("refuse", "backorder"))))

    def receive(self) -> None:
        code, units = self.dice.choice(PARTS), self.dice.randint(1, 5)
        do(receive_stock, ReceiveStock(code, self.dice.choice(PLACES), units))
        self.came[code] += units
        do(fill_backorders, FillBackorders(one("SELECT id FROM sku WHERE code = :code", code=code)))

    def lose(self) -> None:
        code = self.dice.choice(PARTS)
        do(adjust_stock, AdjustStock(code, self.dice.choice(PLACES), "lost", change=-1))
        self.came[code] -= 1

    def cancel(self) -> None:
        do(cancel_order, CancelOrder(self.some("SELECT id FROM orders WHERE status = 'open'"), "customer"))

    def change(self) -> None:
        change_kit("K", A=self.dice.randint(1, 3), B=1)

    def work(self) -> None:
        work = self.some("SELECT id FROM fulfilment_order WHERE status NOT IN ('shipped', 'closed', 'cancelled', 'rejected')")
        status = one("SELECT status FROM fulfilment_order WHERE id = :id", id=work)
        if status == "allocated":
            do(fulfilment.release_work, ReleaseWork(work))
        elif status in ("released", "picking"):
            if self.dice.random() < 0.3:
                do(fulfilment.short_pick, ShortPick(work, self.dice.choice(("not_found", "damaged"))))
            else:
                do(fulfilment.pick_units, PickUnits(work, self.some_units(work, "units - picked")))
        elif status in ("picked", "packing"):
            do(fulfilment.pack_units, PackUnits(work, self.some_units(work, "picked - packed")))
        else:
            do(fulfilment.ship_parcel, ShipParcel(work, "DHL", f"T{work}"))

    def bring_back(self) -> None:
        line = self.some("SELECT id FROM order_line WHERE shipped > returned")
        order = one("SELECT order_id FROM order_line WHERE id = :id", id=line)
        asked = do(request_return, RequestReturn(order, "damaged", (ReturnItem(line, 1, self.dice.choice(("restock", "damaged"))),)))
        do(receive_return, ReceiveReturn(asked, self.dice.choice(PLACES)))

    def some(self, query: str) -> int:
        rows = read(query + " ORDER BY id")
        if not rows:
            raise DomainError("nothing to do")
        return self.dice.choice(rows)[0]

    def some_units(self, work: int, left: str) -> dict[int, int] | None:
        rows = read(f"SELECT id, {left} FROM fulfilment_line WHERE fulfilment_order_id = :id AND {left} > 0 ORDER BY id", id=work)
        if not rows or self.dice.random() < 0.5:
            return None
        line, most = self.dice.choice(rows)
        return {line: self.dice.randint(1, most)}

    def assert_conserved(self) -> None:
        """On the shelves is what came, less what left, with what came back; a kit left and came back as the parts it was sold with."""
        away = Counter()
        for code, units in read(
            "SELECT s.code, (l.shipped - l.returned) * coalesce(p.units, 1) FROM order_line l LEFT JOIN order_line_part p"
            " ON p.order_line_id = l.id JOIN sku s ON s.id = coalesce(p.sku_id, l.sku_id)"
        ):
            away[code] += units
        kept = dict(read("SELECT s.code, sum(b.on_hand) FROM stock_balance b JOIN sku s ON s.id = b.sku_id GROUP BY s.code"))
        assert {code: int(units) for code, units in kept.items()} == {code: self.came[code] - away[code] for code in PARTS}


@pytest.mark.parametrize("seed", range(3))
def test_no_unit_is_made_or_lost(any_app, seed):
    walk = Walk(random.Random(seed))
    for number in range(150):
        walk.step()
        if number % 50 == 49:
            walk.assert_conserved()
            assert_whole()
    done = dict(read("SELECT kind, count(*) FROM stock_movement GROUP BY kind"))
    assert {"allocated", "shipped", "received", "state_changed"} <= set(done)
