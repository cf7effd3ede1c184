"""A kit waits for the last of its parts; a preorder is sold before it can be had, up to its own cap."""

import datetime as dt

from dashboard.channels.actions import place_order
from dashboard.channels.tables.exporting import catalogue_csv
from dashboard.inventory.preorder import set_preorder
from dashboard.inventory.selling_commands import SetPreorder
from dashboard.kernel.errors import Conflict, InsufficientStock, Invalid, NotFound
from tests.channels.tables import Tables
from tests.checking import assert_clean
from tests.factories import NOW, command, do, read, refused, shop, skus, stock
from tests.kits import kit
from tests.promises.helpers import comes, days, promises, react, told, waits
from tests.purchasing.helpers import supplier

RELEASE = dt.date(2026, 12, 11)
AFTER = RELEASE + dt.timedelta(days=1)


def _preorder(day=RELEASE, cap=None, base=None):
    return do(set_preorder, SetPreorder("A", day, cap, base))


def test_a_kit_is_promised_for_the_day_its_last_part_comes(any_app):
    shop(north_A=0, north_B=0)
    supplier()
    kit("SET", A=2, B=1)
    order_id = waits(("SET", 2))
    comes(dt.date(2026, 12, 1), ("A", 4))
    seq = react()
    assert days() == [None]

    late = comes(dt.date(2026, 12, 8), ("B", 2))
    seq = react(seq)

    assert promises() == [(order_id, 2, "2026-12-09", "purchase", late)]
    assert read("SELECT s.code, p.units FROM promise_source p JOIN sku s ON s.id = p.sku_id ORDER BY 1") == [("A", 4), ("B", 2)]
    stock(north_A=4, north_B=2)
    react(seq)
    assert promises() == []
    assert_clean()


def test_a_preorder_has_its_own_cap_whatever_the_policy(any_app):
    shop(north_A=0)
    _preorder(cap=3)
    waits(("A", 2))

    error = refused(InsufficientStock, place_order, command(("A", 2), on_shortage="backorder"))

    assert error.facts["short"] == [{"sku": "A", "wanted": 2, "available": 0, "backorder": 1}]
    waits(("A", 1))
    assert_clean()


def test_a_preorder_is_promised_for_its_day_until_a_delivery_says_otherwise(any_app):
    shop(north_A=0)
    supplier()
    _preorder()
    first, second = waits(("A", 2)), waits(("A", 2), minutes=1)
    seq = react()
    assert [row[1:] for row in promises()] == [(2, str(RELEASE), "release", None)] * 2
    assert [bool(row[0]) for row in read("SELECT preorder FROM order_promise")] == [True, True]

    early = comes(dt.date(2026, 12, 1), ("A", 2))
    seq = react(seq)
    assert [row[2:] for row in promises()] == [(str(RELEASE), "purchase", early), (None, "none", None)]
    assert [len(told(order_id)) for order_id in (first, second)] == [1, 2]

    _preorder(day=AFTER, base=(RELEASE, None))
    react(seq)
    assert days() == [str(AFTER), None]
    assert told(first)[-1].data["because"] == "A is available from 12 Dec 2026"
    assert_clean()


def test_once_its_day_has_come_a_sku_is_on_preorder_no_more(any_app):
    shop(north_A=0)
    _preorder(day=NOW.date(), cap=0)
    waits(("A", 5))
    react()

    assert [bool(row[0]) for row in read("SELECT preorder FROM order_promise")] == [False]
    assert days() == [None]


def test_what_cannot_be_a_preorder_is_refused(any_app):
    shop(north_A=0)
    skus("FEE", kind="service")
    _preorder(cap=3)

    assert refused(Conflict, set_preorder, SetPreorder("A", AFTER, 3, (None, None))).facts["theirs"]["cap"] == 3
    bad = refused(Invalid, set_preorder, SetPreorder("A", dt.date(1900, 1, 1), -1))
    assert set(bad.facts["fields"]) == {"available_from", "preorder_cap"}
    assert "preorder_cap" in refused(Invalid, set_preorder, SetPreorder("A", None, 3)).facts["fields"]
    refused(Invalid, set_preorder, SetPreorder("FEE", AFTER))
    refused(NotFound, set_preorder, SetPreorder("NOPE", AFTER))
    assert not do(set_preorder, SetPreorder("a", RELEASE, 3))
    assert do(set_preorder, SetPreorder("A", None))


def test_a_catalogue_file_puts_skus_on_preorder_and_comes_out_as_it_went_in(any_app, tmp_path):
    skus("OLD", "FEE", kind="stock")
    tables = Tables(tmp_path)
    text = "code,name,kind,available_from,preorder_cap\nOLD,,,2026-12-11,40\nNEW,A new one,stock,2026-12-24,\n"

    assert tables.catalogue(text).outcomes == {"changed": 1, "created": 1}
    assert tables.catalogue(text).outcomes == {"unchanged": 2}
    exported = "".join(catalogue_csv())
    assert "OLD,Item OLD,stock,,10.00,GBP,0,yes,2026-12-11,40" in exported and "yes,2026-12-24,\r\n" in exported
    assert tables.catalogue(exported.lstrip("\ufeff")).outcomes == {"unchanged": 3}

    assert tables.catalogue("code,preorder_cap\nOLD,none\nNEW,5\nFEE,5\n").outcomes == {"changed": 2, "error": 1}
    assert [row[1] for row in tables.refused()] == ["preorder_cap"]
    assert tables.catalogue("code,available_from\nOLD,none\nNEW,soon\nFEE,1900-01-01\n").outcomes == {"changed": 1, "error": 2}
    assert read("SELECT s.code, p.preorder_cap FROM sku_backorder p JOIN sku s ON s.id = p.sku_id WHERE preorder_from IS NOT NULL") == [
        ("NEW", 5)
    ]
