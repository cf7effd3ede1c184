"""/imports: upload, dry run, import for good, refused rows; who may not, and what is no CSV."""

import io

import flask
import pytest

from dashboard.channels import conduct, runs
from dashboard.channels.jobs import import_upload
from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import system
from dashboard.kernel.jobs import Leased
from tests.acting import EVERYTHING, act_as

TEXT = b"external_id,sku,quantity,unit_price,customer_name\nA-1,MUG,2,3.50,Ada\nA-2,MUG,x,1,=evil()\n"


@pytest.fixture
def operator(app, client):
    act_as(app, *EVERYTHING, "imports.write")
    return client


def upload(client, content=TEXT, name="orders.csv", **fields):
    data = {"channel": "web", "mapping": "plain", "_key": "k1", "file": (io.BytesIO(content), name), **fields}
    return client.post("/imports", data=data, content_type="multipart/form-data")


def work_off(rows_of):
    """Run the queued imports as the runner would."""
    for job_id, payload in rows_of("SELECT id, payload FROM job WHERE task = 'channels.import' ORDER BY id"):
        import_upload(Leased(job_id, runs.TASK, flask.json.loads(payload), 1))


def test_an_upload_is_rehearsed_then_imported_for_good(operator, rows_of, app):
    answer = upload(operator, dry_run="1")
    assert (answer.status_code, answer.location) == (303, "/imports/1")
    waiting = operator.get("/imports/1").text
    assert "Waiting for its turn" in waiting and 'hx-trigger="every 1s"' in waiting

    work_off(rows_of)
    page = operator.get("/imports/1").text
    assert "What would become of each row" in page and 'hx-trigger="every' not in page
    assert rows_of("SELECT count(*) FROM orders") == [(0,)]

    again = operator.post("/imports/1/runs", data={"_key": "k2"})
    assert again.location == "/imports/2"
    work_off(rows_of)
    part = operator.get("/imports/2", headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert part.lstrip().startswith('<div id="import-run"')
    assert "What became of each row" in part
    assert rows_of("SELECT external_id FROM orders") == [("A-1",)]
    assert not [path for path in conduct.room().iterdir() if path.name.endswith(".csv") and "errors" not in path.name]


def test_refused_rows_are_a_download_whose_cells_run_nothing(operator, rows_of):
    upload(operator)
    work_off(rows_of)

    answer = operator.get("/imports/1/errors")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "text/csv"
    assert answer.text.splitlines()[1].endswith("A-2,MUG,x,1,'=evil()")
    assert operator.get("/imports/7/errors").status_code == 404


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"channel": ""}, "Name the channel"),
        ({"channel": "Übler Name!"}, "lower-case letters"),
        ({"mapping": "../../etc/passwd"}, "Not a valid choice"),
        ({"file": (io.BytesIO(b""), "empty.csv")}, "This file is empty"),
        ({"file": (io.BytesIO(b"PK\x03\x04zip"), "orders.csv")}, "an Excel workbook"),
        ({"file": (io.BytesIO(b""), "")}, "Choose a file"),
    ],
)
def test_a_wrong_form_is_shown_again_with_the_reason_and_leaves_nothing(operator, rows_of, fields, says):
    answer = upload(operator, **fields)

    assert answer.status_code == 422
    assert says in answer.text
    assert rows_of("SELECT count(*) FROM import_run") == [(0,)]
    assert list(conduct.room().iterdir()) == []


def test_a_double_click_is_one_import(operator, rows_of):
    first, second = upload(operator), upload(operator)

    assert first.location == second.location == "/imports/1"
    assert rows_of("SELECT count(*) FROM import_run") == [(1,)]
    assert len(list(conduct.room().iterdir())) == 1


def test_a_file_that_cannot_be_imported_says_why_on_its_page(operator, rows_of):
    upload(operator, b"a,b\n1,2\n")
    work_off(rows_of)

    page = operator.get("/imports/1").text
    assert "The file lacks the columns external_id, sku, quantity" in page
    assert "Failed" in operator.get("/imports").text


def test_an_upload_of_too_many_rows_is_refused_before_anything_is_written(operator, rows_of, monkeypatch):
    monkeypatch.setattr(conduct, "UPLOAD_ROWS", 1)
    upload(operator)
    work_off(rows_of)

    assert "more than 1 rows" in operator.get("/imports/1").text
    assert rows_of("SELECT count(*) FROM orders") == [(0,)]


def test_an_import_whose_process_died_is_shown_as_stopped(operator, app):
    long_ago = clock.moment(clock.micros(clock.now()) - 120_000_000)
    db.write(runs.start_import, runs.StartImport("web", "big.csv", "plain", "orders"), system("import"), long_ago)

    assert "Stopped" in operator.get("/imports/1").text
    assert "Stopped" in operator.get("/imports").text


def test_a_job_that_runs_twice_imports_once(operator, rows_of):
    upload(operator)
    work_off(rows_of)
    work_off(rows_of)

    assert rows_of("SELECT count(*) FROM orders") == [(1,)]
    assert rows_of("SELECT type, count(*) FROM event WHERE entity = 'import' GROUP BY type ORDER BY type") == [
        ("ImportFinished", 1),
        ("ImportStarted", 1),
    ]


def test_only_who_may_import_sees_imports(app, client, rows_of):
    act_as(app, *EVERYTHING)

    for path in ("/imports", "/imports/new", "/imports/1", "/imports/1/errors"):
        assert client.get(path).status_code == 403
    assert upload(client).status_code == 403
    assert rows_of("SELECT count(*) FROM import_run") == [(0,)]


@pytest.mark.parametrize("run_id", ["0", "99", "-1", "1e3", "9" * 40, "٣"])
def test_an_unknown_import_is_a_404(operator, run_id):
    assert operator.get(f"/imports/{run_id}").status_code == 404


def test_the_list_pages_by_key(operator, app):
    for place in range(55):
        db.write(runs.start_import, runs.StartImport("web", f"{place}.csv", "plain", "orders"), system("import"), clock.now())

    first = operator.get("/imports").text
    assert "54.csv" in first and "4.csv</a>" in first and ">3.csv<" not in first
    cursor = first.partition("?after=")[2].partition('"')[0]
    assert ">3.csv<" in operator.get(f"/imports?after={cursor}").text
    assert operator.get("/imports?after=nonsense").status_code == 422


def test_the_task_is_registered():
    assert jobs.TASKS[runs.TASK] is import_upload
