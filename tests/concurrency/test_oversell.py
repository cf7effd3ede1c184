"""One hundred units, eight hundred buyers: exactly one hundred are sold, on both databases, in whatever order lines come."""

import subprocess
import sys
from pathlib import Path

from dashboard.kernel.errors import InsufficientStock
from tests.concurrency.crowd import crowd
from tests.factories import balance, one, place, read, shop
from tests.invariants import assert_whole

ROOT = Path(__file__).parents[2]


def test_exactly_what_there_is_gets_sold(any_app):
    shop(north_A=60, south_A=40)
    found = crowd(any_app, 16, 50, lambda caller, number: place(("A", 1)).created)
    assert found == {True: 100, InsufficientStock: 700}
    assert (balance("A", "north"), balance("A", "south")) == ((60, 60), (40, 40))
    assert one("SELECT count(*) FROM orders") == 100
    assert_whole()


def test_two_lines_of_one_sku_are_one_demand(any_app):
    shop(north_A=100)
    found = crowd(any_app, 16, 10, lambda caller, number: place(("A", 1), ("A", 1)).created)
    assert found == {True: 50, InsufficientStock: 110}
    assert balance("A", "north") == (100, 100)
    assert_whole()


def test_lines_in_opposite_orders_never_wait_for_each_other(any_app):
    shop(north_A=100, north_B=100, north_C=500)
    orders = [("A", "B", "C"), ("C", "B", "A"), ("B", "A", "C"), ("C", "A", "B")]
    found = crowd(any_app, 16, 15, lambda caller, number: place(*((code, 1) for code in orders[caller % 4])).created)
    assert found == {True: 100, InsufficientStock: 140}
    assert (balance("A", "north"), balance("B", "north"), balance("C", "north")) == ((100, 100), (100, 100), (500, 100))
    assert_whole()


def test_one_external_id_from_many_doors_is_one_order(any_app):
    shop(north_A=100)
    found = crowd(any_app, 16, 4, lambda caller, number: place(("A", 1), external_id=f"W-{number}").created)
    assert found == {True: 4, False: 60}
    assert balance("A", "north") == (100, 4)
    assert_whole()


BUYER = """
import sys
from pathlib import Path
from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.kernel.errors import InsufficientStock
from tests.concurrency.crowd import crowd
from tests.conftest import SECRET
from tests.factories import place

app = create_app(Config(instance=Path(sys.argv[1]), secret_key=SECRET))
with app.app_context():
    found = crowd(app, 4, 25, lambda caller, number: place(("A", 1)).created)
print(found[True], found[InsufficientStock], sum(found.values()))
"""


def test_two_processes_on_one_sqlite_file(app, tmp_path):
    shop(north_A=100)
    command = [sys.executable, "-c", BUYER, str(tmp_path)]
    buyers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    sold, refused, calls = (
        sum(numbers) for numbers in zip(*[map(int, buyer.communicate()[0].split()) for buyer in buyers], strict=True)
    )
    assert (sold, refused, calls) == (100, 100, 200)
    assert balance("A", "north") == (100, 100)
    assert [row[0] for row in read("SELECT id FROM orders ORDER BY id")] == list(range(1, 101))
    assert_whole()
