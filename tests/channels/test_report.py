"""The figures of a channel, recomputed by SQL, on a history small enough to add up by hand."""

import pytest

from dashboard.channels import report
from dashboard.kernel.db import db
from tests.channels.conftest import Importer

TEXT = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
500001,10001,MUG,3,2011-03-31 23:30:00,2.00,7,EIRE
500001,10001,MUG,1,2011-03-31 23:31:00,2.00,7,EIRE
500001,POST,POSTAGE,1,2011-03-31 23:30:00,0.001,7,EIRE
500002,10002a,LAMP,5,2011-04-01 00:30:00,1.00,8,France
500003,10001,MUG,1,2011-04-02 10:00:00,2.00,7,EIRE
500004,10002,LAMP,9,2011-04-02 10:00:00,1.00,,France
500005,10002,LAMP,-1,2011-04-03 10:00:00,0,,France
500006,10002,LAMP,1,2011-04-03 11:00:00,0,9,France
C500007,10001,MUG,-2,2011-04-04 10:00:00,2.00,7,EIRE
"""


@pytest.fixture
def connection(any_app, clean_check, tmp_path):
    stock = tmp_path / "stock.csv"
    stock.write_text("sku,opening\n10001,5\n10002,2\n10002A,5\n", "utf-8")
    Importer(tmp_path).run(TEXT, "online_retail", channel="uk", opening_stock=stock)
    Importer(tmp_path).run(TEXT, "online_retail", channel="other", location="OTHER")
    with db.engine.connect() as connection:
        yield connection


def test_figures_are_those_of_this_channel_alone(connection):
    found = report.figures(connection, "uk", "Europe/London")

    assert found["rows"] == 9
    assert found["row_classes"] == {"sale": 7, "return": 1, "stock_adjustment": 1}
    assert found["invoices_by_type"] == {"order": 6, "cancel": 1}
    assert (found["customers"], found["sku"]) == (3, 4)
    assert found["valid_sales"] == {"rows": 6, "orders": 4, "units": 20, "revenue_e4": 240_010, "customers": 2}
    assert (found["repeat_customers"], found["repeat_rate"]) == (1, 0.5)
    assert found["top10_by_units"] == [["10002", 9, 90_000], ["10001", 5, 100_000], ["10002A", 5, 50_000]]
    assert found["span"] == ["2011-03-31T22:30:00.000Z", "2011-04-04T09:00:00.000Z"]


def test_a_month_begins_at_midnight_of_the_channels_zone(connection):
    march = {"orders": 1, "cancellations": 0, "gross_e4": 80_010, "cancelled_e4": 0, "net_e4": 80_010}
    april = {"orders": 5, "cancellations": 1, "gross_e4": 160_000, "cancelled_e4": -40_000, "net_e4": 120_000}

    assert report.by_month(connection, "uk", "Europe/London") == {"2011-03": march, "2011-04": april}
    assert report.by_month(connection, "uk", "UTC")["2011-03"]["orders"] == 2
    assert report.by_month(connection, "nobody", "UTC") == {}


def test_the_replay_counts_goods_only_and_the_closing_stock_is_the_shelf(connection):
    found = report.replay(connection, "uk", "UK")

    assert found["allocated_lines"] == 5 and found["short_lines"] == 1 and found["orders_with_short"] == 1
    assert (found["opening"], found["closing"], found["min"]) == (12, 3, 0)
    assert report.closing(connection, "UK") == {"10001": 2, "10002": 1, "10002A": 0}
    assert report.replay(connection, "other", "OTHER")["short_lines"] == 6
