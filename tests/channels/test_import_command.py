"""`flask import`: its report, its files, its refusals."""

import pytest

from dashboard.channels.commands_cli import import_command

TEXT = "external_id,sku,quantity,unit_price\nA-1,MUG,2,3.50\nA-2,MUG,x,1\n"


@pytest.fixture
def flask_import(app, tmp_path):
    (tmp_path / "rows.csv").write_text(TEXT, "utf-8")
    runner = app.test_cli_runner()
    return lambda *options: runner.invoke(import_command, [str(tmp_path / "rows.csv"), *options])


def test_the_report_accounts_for_every_row_and_refused_rows_lie_where_asked(flask_import, tmp_path, rows_of):
    result = flask_import("--channel", "web", "--errors", str(tmp_path / "mine.csv"))

    assert result.exit_code == 0, result.output
    assert "2 rows (utf-8, separated by comma), mapping 'plain'" in result.output
    assert "1  Unknown SKU: an order line" in result.output
    assert "1  Refused: the row is wrong" in result.output
    assert "2  in all" in result.output
    assert "quantity 'x' is not a number" in (tmp_path / "mine.csv").read_text("utf-8")
    assert rows_of("SELECT status, rows_read FROM import_run") == [("done", 2)]


def test_a_dry_run_says_would_and_writes_no_order(flask_import, rows_of):
    result = flask_import("--channel", "web", "--dry-run")

    assert "What would become of each row" in result.output
    assert "Would write: 1 orders" in result.output
    assert rows_of("SELECT count(*) FROM orders") == [(0,)]
    assert rows_of("SELECT dry_run, status FROM import_run") == [(1, "done")]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--channel", "web", "--map", "nonsense"), "Shipped mappings: online_retail, plain"),
        (("--channel", "Big Shop"), "lower-case letters"),
        (("--channel", "web", "--map", "online_retail"), "lacks the columns InvoiceNo"),
        ((), "Missing option '--channel'"),
    ],
)
def test_a_refusal_is_one_line_and_not_a_traceback(flask_import, options, says):
    result = flask_import(*options)

    assert result.exit_code != 0
    assert says in result.output
    assert "Traceback" not in result.output


def test_a_mapping_of_ones_own_is_a_file(flask_import, tmp_path, rows_of):
    mine = tmp_path / "mine.json"
    mine.write_text(
        '{"name": "Mine", "fields": {"external_id": "external_id", "sku": "sku", "quantity": {"constant": "1"},'
        ' "currency": {"constant": "EUR"}}}',
        "utf-8",
    )
    result = flask_import("--channel", "web", "--map", str(mine))

    assert result.exit_code == 0, result.output
    assert rows_of("SELECT currency, count(*) FROM orders GROUP BY currency") == [("EUR", 2)]
