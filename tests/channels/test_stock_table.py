"""Stock from a CSV: every row has its outcome, the same file twice changes nothing, nobody's work is overwritten."""

import json
from dataclasses import replace

import pytest

from dashboard.channels.tables import sheet, waiting
from dashboard.kernel import db
from dashboard.kernel.errors import Invalid
from dashboard.kernel.jobs import Leased
from tests.channels.tables import IMPORTER, Tables
from tests.checking import assert_clean
from tests.factories import one, place, read, shop, skus, stock

BALANCES = (
    "SELECT s.code, l.code, b.on_hand, b.safety, b.reorder_point FROM stock_balance b JOIN sku s ON s.id = b.sku_id"
    " JOIN location l ON l.id = b.location_id ORDER BY 1, 2"
)


@pytest.fixture
def tables(any_app, tmp_path):
    yield Tables(tmp_path)
    assert_clean()


def test_rows_set_what_they_say_and_leave_the_rest(tables):
    shop(north_A=5, north_B=7, south_B=1)
    text = "sku,location,on_hand,safety,reorder_point\na,north,9,2,4\nB,north,7,,\nB,south,0,,3\nA,south,4,,\n"

    report = tables.stock(text)

    assert report.outcomes == {"changed": 3, "unchanged": 1}
    assert read(BALANCES) == [("A", "north", 9, 2, 4), ("A", "south", 4, 0, 0), ("B", "north", 7, 0, 0), ("B", "south", 0, 0, 3)]
    movements = read("SELECT kind, on_hand, reason, cause, key FROM stock_movement WHERE reason = 'import' ORDER BY id")
    assert movements == [
        ("adjusted", 4, "import", "import:1", "import:1:2"),
        ("adjusted", -1, "import", "import:1", "import:1:4"),
        ("adjusted", 4, "import", "import:1", "import:1:5"),
    ]
    assert read("SELECT type, count(*) FROM event WHERE type = 'LevelsSet' GROUP BY type") == [("LevelsSet", 2)]

    again = tables.stock(text)
    assert (again.outcomes, one("SELECT count(*) FROM stock_movement WHERE reason = 'import'")) == ({"unchanged": 4}, 3)


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        ("Z,north,5,", "sku", "there is no SKU Z"),
        ("FEE,north,5,", "sku", "FEE is a service"),
        ("A,moon,5,", "location", "there is no location moon"),
        (",north,5,", "sku", "is empty"),
        ("A,,5,", "location", "is empty"),
        ("A,north,-1,", "on_hand", "'-1' is not a whole number"),
        ("A,north,1.5,", "on_hand", "'1.5' is not a whole number"),
        ("A,north,2147483648,", "on_hand", "'2147483648' is not a whole number"),
        ("A,north,x,", "on_hand", "'x' is not a whole number"),
        ("A,north,1,", "on_hand", "2 units are allocated or set aside"),
        ("A,north,9,4", "on_hand", "on hand is 5 now"),
        ("A,north,,4", "expected", "is given without on_hand"),
        ("A,south,3,1", "on_hand", "on hand is 0 now"),
        ("A,north,9,,1,2", "", "the row has 6 cells"),
        ("A" * 70 + ",north,9,", "sku", "at most 64 characters"),
        ("A,north,5\x00,", "on_hand", "is not a whole number"),
    ],
)
def test_a_row_that_cannot_be_granted_is_refused_alone_with_its_field(tables, row, field, says):
    shop(north_A=5, north_B=7, south_B=1)
    skus("FEE", kind="service")
    place(("A", 2))

    report = tables.stock(f"sku,location,on_hand,expected\n{row}\nB,north,8,7\n")

    assert report.outcomes == {"error": 1, "changed": 1}
    (refused,) = tables.refused()
    assert refused[:2] == ("2", field) and says in refused[2]
    assert read(BALANCES) == [("A", "north", 5, 0, 0), ("B", "north", 8, 0, 0), ("B", "south", 1, 0, 0)]


def test_a_file_that_says_two_things_about_one_balance_is_refused_there(tables):
    shop(north_A=5)
    report = tables.stock("sku,location,on_hand\nA,north,6\n a ,north,7\n\nA,north,6\n")

    assert report.outcomes == {"changed": 1, "error": 2, "blank": 1}
    assert [row[0] for row in tables.refused()] == ["3", "5"]
    assert read(BALANCES) == [("A", "north", 6, 0, 0)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sku,on_hand\nA,1\n", "lacks the columns location"),
        ("sku,location\nA,north\n", "says nothing to set"),
        ("sku,location,on_hand,ON_HAND\nA,north,1,2\n", "names the column on_hand twice"),
        ("\n", "no header row"),
    ],
)
def test_a_file_of_another_kind_is_refused_whole(tables, text, says):
    shop(north_A=5)
    with pytest.raises(Invalid, match=says):
        tables.stock(text)
    assert (read(BALANCES), one("SELECT status FROM import_run")) == ([("A", "north", 5, 0, 0)], "failed")


def test_a_dry_run_tells_all_and_writes_nothing(tables):
    shop(north_A=5)
    report = tables.stock("sku,location,on_hand\nA,north,6\nA,south,2\n", dry_run=True)

    assert report.outcomes["changed"] + report.outcomes["error"] == 2
    assert read(BALANCES) == [("A", "north", 5, 0, 0)]
    assert one("SELECT count(*) FROM stock_movement WHERE reason = 'import'") == 0


def test_what_was_committed_before_the_process_died_is_not_done_again(tables, monkeypatch):
    """Two chunks of two; the first was committed, and then five units of A were sold and one of B found."""
    monkeypatch.setattr(sheet, "CHUNK", 2)
    shop(north_A=5, north_B=7, north_C=1, north_D=1)
    text = "sku,location,on_hand\nA,north,9\nB,north,7\nC,north,3\nD,north,1\n"
    real, calls = db.write, []

    def dies(action, *args):
        if calls:
            raise ConnectionError("the process is gone")
        calls.append(args)
        return real(action, *args)

    order = sheet.TableFile(tables.folder / "table.csv", "table.csv", "stock", 1, tables.errors)
    order.path.write_text(text, "utf-8")
    with pytest.raises(ConnectionError):
        sheet.run_table(order, dies, tables.folder, IMPORTER, lambda *_: None)
    stock(north_A=5, north_B=1)

    report = sheet.run_table(replace(order, done=2), real, tables.folder, IMPORTER, lambda *_: None)

    assert report.outcomes == {"changed": 2, "unchanged": 2}
    assert [row[2] for row in read(BALANCES)] == [14, 8, 3, 1]


def test_progress_moves_with_every_chunk(tables, monkeypatch):
    monkeypatch.setattr(sheet, "CHUNK", 10)
    shop(north_A=1)
    skus(*(f"S{place}" for place in range(35)))
    tables.stock("sku,location,on_hand\n" + "".join(f"S{place},north,3\n" for place in range(35)))

    assert [word[1:] for word in tables.told] == [(10, 35), (20, 35), (30, 35), (35, 35)]
    assert read("SELECT rows_read, rows_total, status FROM import_run") == [(35, 35, "done")]


def test_who_waits_gets_what_comes_in_by_one_job_per_chunk(tables):
    shop(north_A=1, north_B=1)
    waits = place(("A", 3), on_shortage="backorder")
    tables.stock("sku,location,on_hand\nA,north,8\nB,north,9\n")

    ((payload,),) = read("SELECT payload FROM job WHERE task = 'channels.fill_waiting'")
    assert not [row for row in read("SELECT payload FROM job WHERE task = 'reaction'") if "fill_waiting_orders" in row[0]]
    waiting.fill_waiting(Leased(1, waiting.TASK, json.loads(payload), 1))
    assert one("SELECT allocated FROM order_line WHERE order_id = :id", id=waits.id) == 3
    assert one("SELECT backordered FROM order_line WHERE order_id = :id", id=waits.id) == 0
