"""Bins and lots of one SKU: both say where its units are, and neither is disturbed by the other."""

from dashboard.inventory.actions import adjust_stock
from dashboard.inventory.bin_commands import CreateBins, MoveUnits, PutAway
from dashboard.inventory.bins import create_bins
from dashboard.inventory.commands import AdjustStock
from dashboard.inventory.putting import move_units, put_away
from tests.factories import do, place, read, walk
from tests.invariants import assert_whole
from tests.inventory.tracking import LATER, SOON, lots, receive, shop


def test_units_kept_by_lot_are_put_away_set_aside_picked_and_lost(any_app):
    shop()
    receive(3, lots(("L1", 3, SOON)))
    receive(7, lots(("L2", 7, LATER)))
    at = read("SELECT code FROM location ORDER BY id")[0][0]
    do(create_bins, CreateBins(at, ("P-1",)))
    do(create_bins, CreateBins(at, ("CAGE",), pickable=False))
    do(put_away, PutAway("A", at, "P-1", 8))
    do(move_units, MoveUnits("A", at, "P-1", "CAGE", 4))
    assert_whole()

    do(move_units, MoveUnits("A", at, "CAGE", "P-1", 1))
    order = place(("A", 5))
    walk(order.id, "shipped")
    do(adjust_stock, AdjustStock("A", at, "lost", change=-2))

    assert read("SELECT b.code, s.units FROM bin_stock s JOIN bin b ON b.id = s.bin_id WHERE s.units > 0") == [("CAGE", 3)]
    assert read("SELECT on_hand, quarantine FROM stock_balance WHERE on_hand > 0") == [(3, 3)]
    assert_whole()
