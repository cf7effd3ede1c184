"""Pages of stock and catalogue tables: upload, dry run, import for good, export, and back in."""

import io

import flask
import pytest

from dashboard.channels import conduct, runs
from dashboard.channels.commands_cli import import_command
from dashboard.channels.jobs import import_upload
from dashboard.kernel import clock, db
from dashboard.kernel.jobs import Leased
from tests.acting import EVERYTHING, act_as
from tests.channels.tables import Tables
from tests.factories import place, read, shop, skus

STOCK = b"sku,location,on_hand\nA,north,9\nZ,north,1\n"


@pytest.fixture
def operator(app, client):
    act_as(app, *EVERYTHING, "imports.write", "exports.read")
    return client


def upload(client, kind="stock", content=STOCK, **fields):
    data = {"_key": "k1", "file": (io.BytesIO(content), "levels.csv"), **fields}
    return client.post(f"/imports/new/{kind}", data=data, content_type="multipart/form-data")


def work_off():
    for job_id, payload in read("SELECT id, payload FROM job WHERE task = 'channels.import' ORDER BY id"):
        import_upload(Leased(job_id, runs.TASK, flask.json.loads(payload), 1))


def test_a_table_is_rehearsed_then_imported_for_good(operator):
    shop(north_A=5)
    assert upload(operator, dry_run="1").location == "/imports/1"
    work_off()
    page = operator.get("/imports/1").text
    assert "What would become of each row" in page and "Stock levels" in page and "Rules that sorted" not in page
    assert read("SELECT on_hand FROM stock_balance") == [(5,)]

    assert operator.post("/imports/1/runs", data={"_key": "k2"}).location == "/imports/2"
    work_off()
    assert "what the row says is written" in operator.get("/imports/2").text
    assert operator.get("/imports/2/errors").text.splitlines()[1] == "3,sku,there is no SKU Z; create it first,Z,north,1"
    assert read("SELECT on_hand FROM stock_balance") == [(9,)]
    assert "Stock levels" in operator.get("/imports").text
    assert list(conduct.room().glob("*[0-9a-f].csv")) == []


def test_the_running_page_shows_how_far_it_is(operator, app):
    upload(operator)
    db.write(runs.begin_import, 1, Tables, clock.now())
    db.write(runs.advance_import, runs.AdvanceImport(1, 500, 2_000), Tables, clock.now())
    page = operator.get("/imports/1").text
    assert 'hx-trigger="every 1s"' in page and 'value="500"' in page and 'max="2000"' in page


@pytest.mark.parametrize(("content", "says"), [(b"", "This file is empty"), (b"PK\x03\x04zip", "an Excel workbook")])
def test_a_wrong_upload_is_shown_again_and_leaves_nothing(operator, content, says):
    answer = upload(operator, content=content)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert (read("SELECT count(*) FROM import_run"), list(conduct.room().iterdir())) == ([(0,)], [])


def test_too_many_rows_are_refused_whole(operator, monkeypatch):
    monkeypatch.setattr(conduct, "TABLE_ROWS", 1)
    shop(north_A=5)
    upload(operator)
    work_off()
    assert "more than 1 rows" in operator.get("/imports/1").text
    assert read("SELECT on_hand FROM stock_balance") == [(5,)]


def test_what_is_exported_goes_in_again_unchanged(operator, tmp_path):
    shop(north_A=5, south_B=3)
    skus("-1+1", "O'CLOCK")
    Tables(tmp_path).catalogue("code,name\nA,=SUM(1)\nB,''=quoted\nC,\"Ünï, \"\"two\"\" words\"\n")
    place(("A", 2))

    stock, catalogue = operator.get("/exports/stock.csv"), operator.get("/exports/catalogue.csv")

    assert stock.mimetype == "text/csv" and "attachment" in stock.headers["Content-Disposition"]
    assert stock.text.removeprefix("\ufeff").splitlines() == [
        "sku,location,on_hand,expected,safety,reorder_point,allocated,available", "A,north,5,5,0,0,2,3", "B,south,3,3,0,0,0,3",
    ]  # fmt: skip
    rows = catalogue.text.removeprefix("\ufeff").splitlines()
    assert rows[1:3] == ["'-1+1,Item -1+1,stock,,10.00,GBP,0,yes,,", "A,'=SUM(1),stock,,10.00,GBP,0,yes,,"]
    assert rows[3] == "B,''=quoted,stock,,10.00,GBP,0,yes,,"
    before = read("SELECT * FROM sku ORDER BY id"), read("SELECT * FROM stock_balance ORDER BY id")
    tables = Tables(tmp_path)
    assert tables.stock(stock.text).outcomes == {"unchanged": 2}
    assert tables.catalogue(catalogue.text).outcomes == {"unchanged": 5}
    assert (read("SELECT * FROM sku ORDER BY id"), read("SELECT * FROM stock_balance ORDER BY id")) == before


def test_an_edited_export_does_not_undo_what_was_sold_meanwhile(operator, tmp_path):
    shop(north_A=5)
    edited = operator.get("/exports/stock.csv").text.replace("A,north,5,5", "A,north,6,5")
    Tables(tmp_path).stock("sku,location,on_hand\nA,north,3\n")
    assert Tables(tmp_path).stock(edited).outcomes == {"error": 1}
    assert read("SELECT on_hand FROM stock_balance") == [(3,)]


@pytest.mark.parametrize(
    ("permissions", "open_", "shut"),
    [
        (("stock.read", "exports.read"), ("/exports/stock.csv",), ("/exports/catalogue.csv", "/imports/new/stock")),
        (("imports.write", "catalog.write"), ("/imports/new/catalogue",), ("/imports/new/stock", "/exports/stock.csv")),
        (("stock.read", "stock.adjust"), (), ("/imports/new/stock", "/exports/stock.csv")),
    ],
)
def test_a_table_needs_what_its_kind_needs(app, client, permissions, open_, shut):
    act_as(app, *permissions)
    assert [client.get(path).status_code for path in open_] == [200] * len(open_)
    assert [client.get(path).status_code for path in shut] == [403] * len(shut)


def test_stock_of_every_location_is_not_for_who_works_at_one(app, client):
    act_as(app, *EVERYTHING, "imports.write", role="warehouse")
    shop(north_A=5)
    assert upload(client).status_code == 403
    assert read("SELECT count(*) FROM import_run") == [(0,)]


def test_buttons_stand_where_they_lead_somewhere(app, client):
    act_as(app, *EVERYTHING, "imports.write", "exports.read")
    for page, kind in (("/inventory", "stock"), ("/skus", "catalogue")):
        assert f"/exports/{kind}.csv" in client.get(page).text and f"/imports/new/{kind}" in client.get(page).text
    act_as(app, *EVERYTHING)
    assert "/exports/" not in client.get("/inventory").text and "/imports/new" not in client.get("/skus").text


@pytest.mark.parametrize("path", ["/imports/new/orders", "/exports/orders.csv"])
def test_another_kind_is_a_404(operator, path):
    assert operator.get(path).status_code == 404


def test_the_command_line_imports_tables(app, tmp_path):
    shop(north_A=5)
    (tmp_path / "levels.csv").write_bytes(STOCK)
    run = app.test_cli_runner().invoke
    result = run(import_command, [str(tmp_path / "levels.csv"), "--map", "stock"])
    assert result.exit_code == 0, result.output
    assert "table 'stock'" in result.output and "1  Changed" in result.output and "1  Refused" in result.output
    assert "has no channel" in run(import_command, [str(tmp_path / "levels.csv"), "--map", "stock", "--channel", "web"]).output
