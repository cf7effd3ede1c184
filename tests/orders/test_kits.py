"""Kits on orders: their parts are summed with other lines before the guard, and whole kits move, on both databases."""

import re
import threading

import pytest

from dashboard.channels.actions import place_order
from dashboard.fulfilment import actions as fulfilment
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
from dashboard.fulfilment.rules import REJECT_REASONS
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.kernel import db
from dashboard.kernel.errors import InsufficientStock, Invalid
from dashboard.returns.actions import receive_return, request_return
from dashboard.returns.commands import ReceiveReturn, RequestReturn, ReturnItem
from tests.accounts.helpers import sign_in
from tests.factories import MIA, NOW, balance, command, do, line_rows, one, place, read, refused, shop, stock, walk, work_of
from tests.invariants import assert_whole
from tests.kits import change_kit, kit

COUNTERS = ("ordered", "cancelled", "backordered", "allocated", "picked", "packed", "shipped", "delivered", "returned")


def counters(order_id: int, position: int = 1) -> dict[str, int]:
    """The line's counters that are not 0."""
    row = line_rows(order_id)[position - 1]
    return {name: value for name in COUNTERS if (value := getattr(row, name))}


def tied(order_id: int) -> list[tuple]:
    return read(
        "SELECT s.code, p.code, a.units FROM allocation a JOIN sku s ON s.id = a.sku_id JOIN location p ON p.id = a.location_id"
        " WHERE a.order_id = :id AND a.units > 0 ORDER BY s.code, p.code",
        id=order_id,
    )


def lines_of_work(work_id: int) -> dict[str, tuple[int, int, int]]:
    """{part: (id, units, picked)}."""
    rows = read(
        "SELECT s.code, f.id, f.units, f.picked FROM fulfilment_line f JOIN sku s ON s.id = f.sku_id"
        " WHERE f.fulfilment_order_id = :id ORDER BY s.code",
        id=work_id,
    )
    return {code: (id_, units, picked) for code, id_, units, picked in rows}


def test_a_line_counts_kits_and_ties_parts(any_app):
    shop(north_A=10, north_B=5)
    kit("K", A=2, B=1)
    placed = place(("K", 3))
    assert counters(placed.id) == {"ordered": 3, "allocated": 3}
    assert tied(placed.id) == [("A", "north", 6), ("B", "north", 3)]
    assert {code: units for code, (_, units, _) in lines_of_work(work_of(placed.id)).items()} == {"A": 6, "B": 3}
    assert read("SELECT count(*) FROM stock_balance b JOIN sku s ON s.id = b.sku_id WHERE s.kind = 'kit'") == [(0,)]
    assert_whole()


@pytest.mark.parametrize("lines", [(("K", 2), ("A", 2)), (("A", 2), ("K", 2))])
def test_a_kit_and_a_line_on_its_part_are_summed(any_app, lines):
    shop(north_A=5, north_B=9)
    kit("K", A=2, B=1)
    error = refused(InsufficientStock, place_order, command(*lines))
    assert error.facts["short"] == [{"sku": "A", "wanted": 6, "available": 5}]
    stock(north_A=1)
    place(*lines)
    assert (balance("A", "north"), balance("B", "north")) == ((6, 6), (9, 2))
    assert_whole()


def test_a_kit_never_leaves_from_two_places(any_app):
    shop(north_A=1, south_B=1)
    kit("K", A=1, B=1)
    error = refused(InsufficientStock, place_order, command(("K", 1)))
    assert error.facts["short"] == [{"sku": "K", "wanted": 1, "available": 0}]
    stock(south_A=2, south_B=1, north_B=1)
    placed = place(("K", 3))
    assert tied(placed.id) == [("A", "north", 1), ("A", "south", 2), ("B", "north", 1), ("B", "south", 2)]
    assert counters(placed.id) == {"ordered": 3, "allocated": 3}
    assert_whole()


def test_a_kit_goes_before_a_line_that_has_another_place(any_app):
    shop(north_A=1, north_B=1, south_A=1)
    kit("K", A=1, B=1)
    placed = place(("A", 1), ("K", 1))
    assert tied(placed.id) == [("A", "north", 1), ("A", "south", 1), ("B", "north", 1)]
    assert_whole()


def test_half_a_kit_is_backordered_whole_and_filled_when_the_part_comes(any_app):
    shop(north_A=4, north_B=1)
    kit("K", A=2, B=1)
    first, second = (place(("K", 2), on_shortage="backorder") for _ in range(2))
    assert counters(first.id) == {"ordered": 2, "backordered": 1, "allocated": 1}
    assert counters(second.id) == {"ordered": 2, "backordered": 2}
    assert balance("A", "north") == (4, 2)
    do(receive_stock, ReceiveStock("B", "north", 2))
    fill("B")
    assert counters(first.id) == {"ordered": 2, "allocated": 2}
    assert counters(second.id) == {"ordered": 2, "backordered": 2}
    do(receive_stock, ReceiveStock("A", "north", 2))
    fill("A")
    assert counters(second.id) == {"ordered": 2, "backordered": 1, "allocated": 1}
    assert_whole()


def test_a_kit_that_lacks_another_part_does_not_hold_up_the_queue(any_app):
    shop(north_A=0, north_B=0)
    kit("K", A=1, B=1)
    waits, plain = place(("K", 1), on_shortage="backorder"), place(("A", 1), on_shortage="backorder")
    do(receive_stock, ReceiveStock("A", "north", 1))
    fill("A")
    assert counters(waits.id) == {"ordered": 1, "backordered": 1}
    assert counters(plain.id) == {"ordered": 1, "allocated": 1}
    assert_whole()


def fill(code: str) -> None:
    do(fill_backorders, FillBackorders(one("SELECT id FROM sku WHERE code = :code", code=code)))


def test_parts_are_picked_and_kits_are_counted(any_app):
    shop(north_A=9, north_B=9)
    kit("K", A=2, B=1)
    placed = place(("K", 2), ("A", 1))
    work = work_of(placed.id)
    do(fulfilment.release_work, ReleaseWork(work))
    rows = read(
        "SELECT f.id, s.code, f.units FROM fulfilment_line f JOIN sku s ON s.id = f.sku_id WHERE fulfilment_order_id = :id"
        " ORDER BY s.code, f.units DESC",
        id=work,
    )
    (a, _, _), (loose, _, _), (b, _, _) = rows
    do(fulfilment.pick_units, PickUnits(work, {a: 3, loose: 1}))
    assert counters(placed.id) == {"ordered": 2, "allocated": 2}
    assert counters(placed.id, 2) == {"ordered": 1, "picked": 1}
    do(fulfilment.pick_units, PickUnits(work, {b: 2}))
    assert counters(placed.id) == {"ordered": 2, "allocated": 1, "picked": 1}
    do(fulfilment.pick_units, PickUnits(work))
    assert counters(placed.id) == {"ordered": 2, "picked": 2}
    do(fulfilment.pack_units, PackUnits(work, {b: 2, a: 2}))
    assert counters(placed.id) == {"ordered": 2, "picked": 1, "packed": 1}
    do(fulfilment.pack_units, PackUnits(work))
    do(fulfilment.ship_parcel, ShipParcel(work, "DHL", "T1"))
    walk(placed.id, "delivered")
    assert counters(placed.id) == {"ordered": 2, "shipped": 2, "delivered": 2}
    assert (balance("A", "north"), balance("B", "north")) == ((4, 0), (7, 0))
    assert_whole()


def test_a_part_that_is_not_found_backorders_whole_kits(any_app):
    shop(north_A=6, north_B=3)
    kit("K", A=2, B=1)
    placed = place(("K", 3))
    work = work_of(placed.id)
    do(fulfilment.release_work, ReleaseWork(work))
    lines = lines_of_work(work)
    do(fulfilment.pick_units, PickUnits(work, {lines["A"][0]: 6, lines["B"][0]: 2}))
    do(fulfilment.short_pick, ShortPick(work, "not_found"))
    assert counters(placed.id) == {"ordered": 3, "backordered": 1, "picked": 2}
    assert {code: row[1:] for code, row in lines_of_work(work).items()} == {"A": (4, 4), "B": (2, 2)}
    assert (balance("A", "north"), balance("B", "north")) == ((6, 4), (3, 2))
    assert one("SELECT quarantine FROM stock_balance b JOIN sku s ON s.id = b.sku_id WHERE s.code = 'B'") == 1
    for action, given in ((fulfilment.pack_units, PackUnits(work)), (fulfilment.ship_parcel, ShipParcel(work, "DHL", "T1"))):
        do(action, given)
    assert counters(placed.id) == {"ordered": 3, "backordered": 1, "shipped": 2}
    assert_whole()


def test_a_kit_of_which_no_part_is_complete_is_rejected(any_app):
    shop(north_A=2, north_B=1)
    kit("K", A=2, B=1)
    placed = place(("K", 1))
    work = work_of(placed.id)
    do(fulfilment.release_work, ReleaseWork(work))
    do(fulfilment.pick_units, PickUnits(work, {lines_of_work(work)["A"][0]: 2}))
    do(fulfilment.short_pick, ShortPick(work, "damaged"))
    assert one("SELECT status FROM fulfilment_order WHERE id = :id", id=work) == "rejected"
    assert counters(placed.id) == {"ordered": 1, "backordered": 1}
    assert (balance("A", "north"), balance("B", "north")) == ((2, 0), (1, 0))
    assert_whole()


def test_cancelling_gives_the_parts_back(any_app):
    shop(north_A=6, north_B=3)
    kit("K", A=2, B=1)
    placed = place(("K", 3))
    do(cancel_order, CancelOrder(placed.id, "customer"))
    assert counters(placed.id) == {"ordered": 3, "cancelled": 3}
    assert (balance("A", "north"), balance("B", "north")) == ((6, 0), (3, 0))
    assert_whole()


def test_a_returned_kit_is_booked_back_as_the_parts_it_was_sold_with(any_app):
    shop(north_A=6, north_B=3, north_C=1)
    kit("K", A=2, B=1)
    placed = place(("K", 2))
    walk(placed.id, "delivered")
    change_kit("K", A=1, C=1)
    found = do(request_return, RequestReturn(placed.id, "damaged", (ReturnItem(line_rows(placed.id)[0].id, 1),)))
    do(receive_return, ReceiveReturn(found, "north"))
    assert counters(placed.id) == {"ordered": 2, "shipped": 2, "delivered": 2, "returned": 1}
    assert (balance("A", "north"), balance("B", "north"), balance("C", "north")) == ((4, 0), (2, 0), (1, 0))
    assert_whole()


def test_an_order_keeps_the_recipe_it_was_sold_with(any_app):
    shop(north_A=2, north_B=0, north_C=9)
    kit("K", A=1, B=1)
    placed = place(("K", 1), on_shortage="backorder")
    change_kit("K", A=1, C=1)
    do(receive_stock, ReceiveStock("B", "north", 1))
    fill("B")
    assert tied(placed.id) == [("A", "north", 1), ("B", "north", 1)]
    assert tied(place(("K", 1)).id) == [("A", "north", 1), ("C", "north", 1)]
    assert_whole()


def test_a_kit_has_no_stock_of_its_own(any_app):
    shop(north_A=2, north_B=1)
    kit("K", A=1, B=1)
    for action, given in (
        (adjust_stock, AdjustStock("K", "north", "found", change=1)),
        (receive_stock, ReceiveStock("K", "north", 1)),
    ):
        error = refused(Invalid, action, given)
        assert "A, B" in error.message
        assert error.facts["fields"]["sku"]


def test_a_kit_that_was_sold_is_taken_and_reported(any_app):
    shop(north_A=1, north_B=0)
    kit("K", A=1, B=1)
    placed = place(("K", 2), sold=True)
    assert counters(placed.id) == {"ordered": 2, "backordered": 2}
    assert read("SELECT kind FROM order_exception") == [("oversold",)]
    assert_whole()


def test_orders_without_kits_ask_for_nothing_more(app):
    shop(north_A=9, north_B=9)
    kit("K", A=1, B=1)
    plain, with_kit = (statements(command(line)) for line in (("A", 1), ("K", 1)))
    assert not [text for text in plain if "kit_component" in text or "order_line_part" in text]
    assert [text.split()[0] for text in with_kit if "kit_component" in text or "order_line_part" in text] == ["SELECT", "INSERT"]


def statements(given) -> list[str]:
    found = []

    def action(tx, command, actor, now):
        run, run_many = tx.run, tx.run_many
        tx.run = lambda prepared, **values: found.append(prepared.on("sqlite").text) or run(prepared, **values)
        tx.run_many = lambda prepared, rows: found.append(prepared.on("sqlite").text) or run_many(prepared, rows)
        return place_order(tx, command, actor, now).id

    do(action, given)
    return found


def test_sixteen_buyers_of_kits_and_parts_never_oversell(any_app):
    shop(north_A=60, north_B=100, south_A=20, south_B=5)
    kit("K", A=2, B=1)
    taken: list[int] = []

    def buy(caller: int) -> None:
        with any_app.app_context():
            for _ in range(6):
                lines = (("K", 1), ("A", 1)) if caller % 2 else (("A", 1), ("K", 1))
                try:
                    db.write(place_order, command(*lines), MIA, NOW)
                    taken.append(3)
                except InsufficientStock:
                    pass

    threads = [threading.Thread(target=buy, args=(caller,)) for caller in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    allocated = one("SELECT sum(allocated) FROM stock_balance b JOIN sku s ON s.id = b.sku_id WHERE s.code = 'A'")
    assert sum(taken) == allocated
    assert 72 <= allocated <= 80
    assert_whole()


def test_the_order_page_counts_kits_and_names_parts(app):
    shop(north_A=9, north_B=9)
    kit("K", A=2, B=1)
    placed = place(("K", 3))
    client = app.test_client()
    sign_in(client)
    page = client.get(f"/orders/{placed.number}").get_data(as_text=True)
    assert re.search(r'data-label="North"><b>3</b>', page)
    assert '<b>6 ×</b> Item A <span class="sku">A</span> <span class="muted">for kit K</span>' in page
    walk(placed.id, "shipped")
    assert re.search(r'data-label="North"><b>3</b>', client.get(f"/orders/{placed.number}").get_data(as_text=True))
    tracked = client.get(f"/t/{placed.tracking_token}").get_data(as_text=True)
    assert "Kit K" in tracked
    assert "Item A" not in tracked


def test_a_rejected_kit_goes_whole_to_another_place_and_never_back(any_app):
    shop(north_A=4, north_B=2, south_A=3, south_B=1)
    kit("K", A=2, B=1)
    placed = place(("K", 2))
    assert tied(placed.id) == [("A", "north", 4), ("B", "north", 2)]
    do(reject_work, RejectWork(work_of(placed.id), sorted(REJECT_REASONS)[0]))
    assert tied(placed.id) == [("A", "south", 2), ("B", "south", 1)]
    assert counters(placed.id) == {"ordered": 2, "backordered": 1, "allocated": 1}
    assert_whole()
