"""Any sequence of edits, undos, cancellations, shipments and payments conserves units and money; on both databases."""

import os

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dashboard.catalog.actions import create_sku
from dashboard.catalog.commands import CreateSku
from tests.checking import assert_clean
from tests.editing.playing import Play, assert_conserved, assert_shared, deed
from tests.factories import do, locations, place, skus, stock
from tests.quick import fresh_seed

EXAMPLES = int(os.environ.get("ORDERDECK_EDIT_EXAMPLES", "12"))
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    print_blob=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


def test_any_sequence_of_edits_conserves_units_and_money(any_app):
    locations("north", "south")
    skus("A", "B", "C")
    skus("FEE", kind="service")
    do(create_sku, CreateSku("K", "Kit", unit_price_e4=250_000, kind="kit", components=(("A", 2), ("B", 1))))
    seed = fresh_seed()
    print(f"seed {seed}")

    @hypothesis.seed(seed)
    @SETTINGS
    @given(st.lists(deed, min_size=4, max_size=14), st.integers(0, 12))
    def play(deeds, units):
        if units:
            stock(north_A=units, south_A=3, north_B=units, south_C=4)
        orders = [place(("A", 3), ("FEE", 1), on_shortage="backorder").id, place(("B", 2), ("K", 1), on_shortage="backorder").id]
        shop = Play([*orders, place(("C", 4), ("A", 1), paid=False, on_shortage="backorder").id])
        for one in deeds:
            shop.act(one)
            assert_conserved()
            assert_shared(shop.orders)
        shop.finish()
        assert_conserved()

    play()
    assert_clean()
