"""Mode orders: rows become open orders, sold orders are never refused, every row has its outcome."""

import csv

import pytest

from dashboard.catalog.actions import create_skus
from dashboard.catalog.commands import CreateSku
from dashboard.channels import mapping
from dashboard.channels.opening import OpenPlace, open_place
from dashboard.inventory.actions import receive_stock
from dashboard.inventory.commands import ReceiveStock
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from dashboard.kernel.errors import Invalid
from tests.channels.conftest import Importer

HEAD = "external_id,sku,quantity,unit_price,customer_name\n"
CONSOLE = system("test")


@pytest.fixture
def importer(any_app, clean_check, tmp_path):
    """On SQLite and on PostgreSQL; every invariant holds afterwards."""
    return Importer(tmp_path)


@pytest.fixture
def stocked(importer):
    """SKU MUG with 5 units at N; LAMP with none; GIFT is a service."""
    now = clock.now()
    db.write(
        create_skus, [CreateSku("MUG", "Mug"), CreateSku("LAMP", "Lamp"), CreateSku("GIFT", "Card", kind="service")], CONSOLE, now
    )
    db.write(open_place, OpenPlace("N", "North", "Europe/London"), CONSOLE, now)
    db.write(receive_stock, ReceiveStock("MUG", "N", 5), CONSOLE, now)


def test_rows_of_one_order_become_one_order_wherever_they_stand(stocked, importer, rows_of):
    report = importer.run(HEAD + "A-1,MUG,2,3.50,Ada\nA-2,MUG,1,3.50,Bob\nA-1,GIFT,1,1.00,\n")

    assert +report.outcomes == {"taken": 3}
    assert rows_of("SELECT external_id, customer_name, total, line_count, status FROM orders ORDER BY id") == [
        ("A-1", "Ada", 800, 2, "open"),
        ("A-2", "Bob", 350, 1, "open"),
    ]
    assert rows_of("SELECT on_hand, allocated FROM stock_balance WHERE on_hand > 0") == [(5, 3)]


def test_what_is_short_or_unknown_is_taken_with_an_exception(stocked, importer, rows_of):
    report = importer.run(HEAD + "A-1,mug,4,1,\nA-2,MUG,3,1,\nA-3,NO-SUCH,1,1,\n")

    assert report.outcomes["taken"] == 1
    assert report.outcomes["backordered"] == 1
    assert report.outcomes["unknown_sku"] == 1
    assert rows_of("SELECT kind FROM order_exception ORDER BY id") == [("oversold",), ("unknown_sku",)]
    assert rows_of("SELECT allocated, backordered FROM order_line ORDER BY id") == [(4, 0), (1, 2), (0, 1)]


def test_the_same_file_twice_changes_nothing(stocked, importer, rows_of):
    text = HEAD + "A-1,MUG,2,3.50,Ada\nA-1,LAMP,1,3.50,\n"
    importer.run(text)
    before = rows_of("SELECT max(seq) FROM event")
    report = importer.run(text)

    assert report.outcomes["known"] == report.accounted == report.rows_read == 2
    assert not report.made["orders"]
    assert rows_of("SELECT max(seq) FROM event") == before


def test_a_wrong_row_refuses_its_whole_order_and_only_that(stocked, importer, rows_of):
    first, second = "A-1,MUG,two,3.50,Ada\nA-1,MUG,1,3.50,\n", "A-2,MUG,1,3.50,=cmd()\nA-2,MUG,0,1,\n"
    report = importer.run(f"{HEAD}{first}\n{second}A-3,MUG,1,1,x,y\n,MUG,1,1,\n")

    assert +report.outcomes == {"error": 4, "refused_with_document": 2, "blank": 1}
    assert report.accounted == report.rows_read == 7
    with importer.errors.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [(row["line"], row["field"]) for row in found] == [
        ("2", "quantity"),
        ("3", ""),
        ("5", ""),
        ("6", "quantity"),
        ("7", ""),
        ("8", "external_id"),
    ]
    assert found[2]["customer_name"] == "'=cmd()"
    assert "line 2 of the same document" in found[1]["reason"]
    assert rows_of("SELECT count(*) FROM orders") == [(0,)]


def test_a_dry_run_says_the_same_and_writes_nothing(stocked, importer, rows_of):
    text = HEAD + "A-1,MUG,4,1,\nA-2,MUG,4,1,\nA-3,MUG,x,1,\n"
    before = rows_of("SELECT max(seq) FROM event")

    rehearsed = importer.run(text, dry_run=True)

    assert rows_of("SELECT count(*) FROM orders") == [(0,)]
    assert rows_of("SELECT max(seq) FROM event") == before
    real = importer.run(text)
    assert +rehearsed.outcomes == +real.outcomes == {"taken": 1, "backordered": 1, "error": 1}
    assert +rehearsed.made == +real.made == {"orders": 2}


def test_rows_of_one_order_may_not_disagree_about_its_currency(stocked, importer):
    report = importer.run("external_id,sku,quantity,unit_price,currency\nA-1,MUG,1,1,GBP\nA-1,MUG,1,1,EUR\n")

    assert report.outcomes["error"] == 2
    assert "disagree: currency" in importer.errors.read_text("utf-8")


def test_an_order_that_place_order_refuses_is_refused_with_its_reason(stocked, importer, rows_of):
    report = importer.run("external_id,sku,quantity,unit_price,discount\nA-1,MUG,1,1,99\nA-2,MUG,1,1,0.50\n")

    assert (report.outcomes["error"], report.outcomes["taken"]) == (1, 1)
    assert rows_of("SELECT external_id, discount FROM orders") == [("A-2", 50)]


def test_decimal_commas_dates_and_payment_come_through(stocked, importer, rows_of):
    mine = mapping.Mapping.model_validate(
        {
            "name": "German shop",
            "format": {"decimal": ",", "thousands": ".", "dates": ["%d.%m.%Y %H:%M"], "time_zone": "Europe/Berlin"},
            "fields": {
                "external_id": "Bestellung", "sku": "Artikel", "quantity": "Menge", "unit_price": "Preis", "placed_at": "Datum",
                "authorized": "Bezahlt", "currency": {"constant": "EUR"},
            },
        }
    )  # fmt: skip
    importer.run("Bestellung;Artikel;Menge;Preis;Datum;Bezahlt\n7;MUG;1;1.234,50;01.07.2026 12:00;1.234,50\n", mine)

    assert rows_of("SELECT total, currency, placed_at / 1000000, payment_status FROM orders") == [
        (123450, "EUR", 1782900000, "authorized")
    ]


def test_a_file_without_its_columns_is_refused_before_anything_is_written(stocked, importer, rows_of):
    with pytest.raises(Invalid, match="lacks the columns external_id, quantity"):
        importer.run("sku,price\nMUG,1\n")
    with pytest.raises(Invalid, match="more than once"):
        importer.run("external_id,sku,SKU,quantity\n1,MUG,MUG,1\n")
    with pytest.raises(Invalid, match="more than 2 rows"):
        importer.run(HEAD + "1,MUG,1,1,\n" * 3, most_rows=2)
    assert rows_of("SELECT count(*) FROM orders") == [(0,)]
