"""The whole Online Retail file through `flask import`, against the reference: every figure recomputed from our own database.

Imports run at the same time, each into a database of its own: with the full opening stock and half of it; the reference has
nine tenths too: RETAIL_SHARES="1/1 9/10 1/2" imports all three.
"""

import json
import os
import subprocess
import sys
from fractions import Fraction
from typing import NamedTuple

import pytest

from dashboard.channels import report
from dashboard.check import run
from dashboard.config import ROOT, Config
from dashboard.factory import create_app
from dashboard.kernel.db import db
from tests.conftest import SECRET

CHANNEL, LOCATION, ZONE = "uk-store", "UK", "Europe/London"
SHARES = {name: Fraction(name) for name in os.environ.get("RETAIL_SHARES", "1/1 1/2").split()}
SECONDS = 600


class Imported(NamedTuple):
    """What one finished import left behind. output: what the command said."""

    instance: object
    output: str


@pytest.fixture(scope="module")
def reference(shared_data):
    return json.loads((shared_data / "reference" / "online_retail_dev.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def stock(shared_data):
    """SKU -> (opening, closing) of the reference."""
    lines = (shared_data / "reference" / "online_retail_dev_stock.csv").read_text("utf-8").splitlines()[1:]
    return {sku: (int(opening), int(closing)) for sku, opening, closing in (line.split(",") for line in lines)}


@pytest.fixture(scope="module")
def imported(shared_data, stock, migrated, tmp_path_factory):
    """The imports, by share of the opening stock."""
    running = {}
    for name, share in SHARES.items():
        instance = tmp_path_factory.mktemp("retail")
        (instance / "orderdeck.sqlite3").write_bytes(migrated.read_bytes())
        opening = "\n".join(["sku,opening", *(f"{sku},{int(units * share)}" for sku, (units, _) in stock.items())])
        (instance / "stock.csv").write_text(opening, "utf-8")
        running[name] = (instance, _start(shared_data, instance))
    found = {}
    for name, (instance, process) in running.items():
        output = process.communicate(timeout=SECONDS)[0]
        assert process.returncode == 0, output
        found[name] = Imported(instance, output)
    return found


def _start(shared_data, instance):
    source = next((shared_data / "orders" / "online_retail").glob("*.csv.gz"))
    arguments = ["--app", str(ROOT / "wsgi.py"), "import", str(source), "--channel", CHANNEL, "--map", "online_retail"]
    command = [sys.executable, "-m", "flask", *arguments, "--opening-stock", str(instance / "stock.csv")]
    return subprocess.Popen(
        command, env=_environment(instance), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _environment(instance):
    return {**os.environ, "ORDERDECK_INSTANCE": str(instance), "ORDERDECK_SECRET_KEY": SECRET}


@pytest.fixture
def connected(imported):
    """A connection to the database of one import."""
    opened = []

    def to(name):
        app = create_app(Config(instance=imported[name].instance, secret_key=SECRET))
        with app.app_context():
            connection = db.engine.connect()
            opened.append((connection, db.engine))
        return connection

    yield to
    for connection, engine in opened:
        connection.close()
        engine.dispose()


def pounds(e4):
    return e4 / 10_000


def test_every_figure_of_the_reference_comes_out_of_our_own_database(connected, reference):
    found = report.figures(connected("1/1"), CHANNEL, ZONE)

    assert found["rows"] == reference["rows"]
    assert found["span"] == ["2010-12-01T08:26:00.000Z", "2011-05-31T14:53:00.000Z"]  # 15:53 British Summer Time
    for name in ("invoices_by_type", "customers", "sku", "repeat_customers", "repeat_rate"):
        assert found[name] == reference[name], name
    assert {"adjust_A": 0, **found["row_classes"]} == reference["row_classes"]
    valid = found["valid_sales"]
    assert {name: valid[name] for name in ("rows", "orders", "units", "customers")} == {
        name: reference["valid_sales"][name] for name in ("rows", "orders", "units", "customers")
    }
    assert valid["revenue_e4"] == 40_647_265_910
    assert pounds(valid["revenue_e4"]) == reference["valid_sales"]["revenue"]
    assert round(pounds(valid["revenue_e4"]) / valid["orders"], 4) == reference["valid_sales"]["aov"]


def test_the_months_and_the_top_tens_are_those_of_the_reference(connected, reference):
    found = report.figures(connected("1/1"), CHANNEL, ZONE)

    assert {
        name: {
            "orders": month["orders"],
            "cancellations": month["cancellations"],
            **{kind: pounds(month[f"{kind}_e4"]) for kind in ("gross", "cancelled", "net")},
        }
        for name, month in found["by_month"].items()
    } == reference["by_month"]
    for name in ("top10_by_units", "top10_by_revenue"):
        assert [[code, units, pounds(worth)] for code, units, worth in found[name]] == reference[name], name


def test_the_full_opening_stock_leaves_no_line_short_and_the_closing_stock_of_every_sku(connected, stock, reference):
    connection = connected("1/1")
    shelf = report.closing(connection, LOCATION)

    assert shelf == {sku: closing for sku, (_, closing) in stock.items()}
    assert sum(shelf.values()) == reference["stock_replay"]["sum_closing"]
    assert report.replay(connection, CHANNEL, LOCATION)["opening"] == reference["stock_replay"]["sum_opening"]


@pytest.mark.parametrize("share", SHARES)
def test_the_replay_is_line_atomic_with_any_share_of_the_opening_stock(connected, reference, share):
    found = report.replay(connected(share), CHANNEL, LOCATION)

    assert {name: found[name] for name in reference["oversell"][share]} == reference["oversell"][share]


@pytest.mark.parametrize("share", SHARES)
def test_every_invariant_holds_after_the_import(connected, share):
    report = run(connected(share).engine)

    assert report.clean, {found.name: found.offending[:5] for found in report.broken}


def test_the_command_accounts_for_every_row_and_states_its_rules(imported, reference):
    output = imported["1/1"].output

    assert "209,029 rows (utf-8, separated by comma), mapping 'online_retail'" in output
    assert "209,029  in all" in output
    for name, rows in reference["row_classes"].items():
        assert f"{rows:,}  {name}: " in output
    assert "Traceback" not in output
    assert "short" not in output.partition("What became of each row")[2].lower()


def test_the_file_again_changes_nothing(shared_data, imported, connected):
    before = _fingerprint(connected("1/1"))
    process = _start(shared_data, imported["1/1"].instance)
    output = process.communicate(timeout=SECONDS)[0]

    assert process.returncode == 0, output
    assert "209,029  Known: from an earlier import: nothing changed" in output
    assert _fingerprint(connected("1/1")) == before


def _fingerprint(connection):
    tables = ("orders", "order_line", "return_", "import_set_aside", "stock_movement", "payment_transaction", "sku")
    return {
        table: tuple(connection.execute(db.text(f"SELECT count(*), max(id), sum(id) FROM {table}")).one()) for table in tables
    }
