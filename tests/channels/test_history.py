"""Mode history: rows replayed at their own time, line-atomic, returns linked, nothing dropped silently."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.channels import importing, mapping
from dashboard.channels.staging import staging
from dashboard.kernel.errors import Invalid
from tests.channels.conftest import Importer

HEAD = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
OPENING = "sku,opening\n10001,10\n10002,0\n"


def row(invoice, sku="10001", quantity=1, time="08:00", price="2.00", customer="7", text="MUG"):
    return f"{invoice},{sku},{text},{quantity},2011-03-01 {time}:00,{price},{customer},EIRE\n"


@pytest.fixture
def importer(any_app, clean_check, tmp_path):
    """On SQLite and on PostgreSQL; every invariant holds afterwards."""
    return Importer(tmp_path)


@pytest.fixture
def replay(importer, tmp_path):
    def run(*rows, opening=OPENING, channel="uk", **options):
        stock = None
        if opening:
            stock = tmp_path / "opening.csv"
            stock.write_text(opening, "utf-8")
        return importer.run(HEAD + "".join(rows), "online_retail", channel=channel, opening_stock=stock, **options)

    return run


def test_a_sale_is_an_order_that_was_paid_shipped_and_delivered_then(replay, rows_of):
    report = replay(row("500001", quantity=3), row("500001", "POST", price="1.995"), row("500001", "10001a", 1))

    assert +report.outcomes == {"taken": 2, "short": 1}
    assert rows_of(
        "SELECT status, phase, fulfilment_status, payment_status, total, captured, customer_ref, ship_country,"
        " placed_at = shipped_at FROM orders"
    ) == [("completed", "delivered", "delivered", "partially_paid", 600 + 200 + 200, 800, "7", "Ireland", 1)]
    assert rows_of("SELECT sku_code, ordered, shipped, cancelled, delivered, total FROM order_line ORDER BY position") == [
        ("10001", 3, 3, 0, 3, 600),
        ("POST", 1, 1, 0, 1, 200),
        ("10001A", 1, 0, 1, 0, 200),
    ]
    assert rows_of("SELECT code, kind FROM sku ORDER BY code") == [
        ("10001", "stock"),
        ("10001A", "stock"),
        ("10002", "stock"),
        ("POST", "service"),
    ]
    assert rows_of("SELECT status, count(*) FROM fulfilment_order GROUP BY status") == [("closed", 1)]


def test_a_sale_of_a_fee_alone_left_from_nowhere(replay, rows_of):
    replay(row("500002", "POST", price="1.995"))

    assert rows_of("SELECT status, location_id FROM orders") == [("completed", None)]


def test_a_sale_takes_its_whole_quantity_or_none_and_the_next_may_still_fit(replay, rows_of):
    report = replay(row("500001", quantity=7), row("500002", quantity=4, time="08:01"), row("500003", quantity=3, time="08:02"))

    assert (report.outcomes["taken"], report.outcomes["short"]) == (2, 1)
    assert rows_of("SELECT external_id, status, captured FROM orders ORDER BY id") == [
        ("500001", "completed", 1400),
        ("500002", "cancelled", 0),
        ("500003", "completed", 600),
    ]
    assert rows_of("SELECT on_hand FROM stock_balance WHERE on_hand <> 0 UNION ALL SELECT min(on_hand) FROM stock_balance") == [
        (0,)
    ]


def test_rows_are_taken_in_order_of_time_not_of_the_file(replay, rows_of):
    report = replay(row("500002", quantity=8, time="09:00"), row("500001", quantity=8, time="08:00"))

    assert report.outcomes["short"] == 1
    assert rows_of("SELECT external_id, status FROM orders ORDER BY id") == [("500001", "completed"), ("500002", "cancelled")]


def test_a_return_goes_back_on_the_shelf_linked_to_the_latest_earlier_sale_and_refunded(replay, rows_of):
    report = replay(
        row("500001", quantity=2, time="08:00"),
        row("500002", quantity=2, time="09:00"),
        row("C500003", quantity=-2, time="10:00"),
        row("C500004", quantity=-2, time="11:00"),
        row("C500005", quantity=-1, time="12:00"),  # more than was ever sold
        row("C500006", quantity=-1, time="12:00", customer=""),
        row("C500007", "M", quantity=-1, time="12:00", price="50"),
    )

    assert +report.outcomes == {"taken": 2, "returned_linked": 2, "returned_unlinked": 3}
    assert rows_of("SELECT external_id, refunded, payment_status FROM orders ORDER BY id") == [
        ("500001", 400, "refunded"),
        ("500002", 400, "refunded"),
    ]
    linked = rows_of("SELECT r.external_id, o.external_id FROM return_ r LEFT JOIN orders o ON o.id = r.order_id ORDER BY r.id")
    assert linked == [("C500003", "500002"), ("C500004", "500001"), ("C500005", None), ("C500006", None), ("C500007", None)]
    assert rows_of("SELECT on_hand FROM stock_balance WHERE on_hand > 0") == [(12,)]
    assert rows_of("SELECT count(*) FROM stock_movement WHERE kind = 'returned'") == [(4,)]


def test_rows_that_are_no_order_are_kept_beside_them_once(replay, rows_of):
    rows = (
        row("A500001", "B", price="-11062.06", customer="", text="Adjust bad debt"),
        row("500002", quantity=-5, price="0", customer="", text="damages?"),
        row("500002", quantity=-5, price="0", customer="", text="damages?"),
        row("500003", quantity=-5, price="1"),
        row("500004", quantity=1, price="0"),
    )
    report = replay(*rows)
    again = replay(*rows)

    assert report.classes == {"adjust_A": 1, "stock_adjustment": 2, "other": 1, "sale": 1}
    assert +report.outcomes == {"set_aside": 4, "taken": 1}
    assert rows_of("SELECT row_class, units FROM import_set_aside ORDER BY id") == [
        ("adjust_A", 1),
        ("stock_adjustment", -5),
        ("stock_adjustment", -5),
        ("other", -5),
    ]
    assert +again.outcomes == {"known": 5}
    assert rows_of("SELECT on_hand FROM stock_balance WHERE on_hand > 0") == [(9,)]
    assert rows_of("SELECT payment_status, total FROM orders") == [("paid", 0)]


def test_ledger_and_balances_agree_and_every_order_has_its_payment_and_event(replay, rows_of):
    replay(*(row(f"5000{place:02}", quantity=place % 4 + 1, time=f"08:{place:02}") for place in range(12)))

    assert (
        rows_of(
            "SELECT b.on_hand, (SELECT sum(on_hand) FROM stock_movement m WHERE m.sku_id = b.sku_id) FROM stock_balance b WHERE on_hand > 0"
        )
        == []
    )  # ten units are gone to the last one
    assert rows_of("SELECT sum(on_hand), sum(allocated) FROM stock_movement") == [(0, 0)]
    assert rows_of("SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT 1 FROM payment p WHERE p.order_id = o.id)") == [(0,)]
    assert rows_of("SELECT count(*) FROM event WHERE type = 'OrderImported'") == [(12,)]
    assert rows_of("SELECT view, sum(count) FROM order_facet WHERE view = 'all' GROUP BY view") == [("all", 12)]


def test_a_document_with_a_wrong_row_is_refused_whole(replay, rows_of):
    rows = (row("500001"), row("500001", quantity="x"), row("500002", time="25:00"), row("500003", "\u2028"))
    report = replay(*rows, row("500004", price="1e300"))

    assert +report.outcomes == {"error": 4, "refused_with_document": 1}
    assert rows_of("SELECT count(*) FROM orders") == [(0,)]


def test_amounts_beyond_what_can_be_kept_are_refused(replay, rows_of):
    report = replay(row("500001", quantity=2147483647, price="900719925474"), row("500002"))

    assert (report.outcomes["error"], report.outcomes["taken"]) == (1, 1)


@pytest.mark.parametrize(
    ("opening", "says"),
    [
        ("a,b\n1,2\n", "lacks the column sku"),
        ("sku,opening\n1,-1\n", "less than 0"),
        ("sku,opening\nx,1\nX,2\n", "named twice"),
        ("sku,opening\nx\n", "line 2"),
    ],
)
def test_a_wrong_opening_stock_says_what_is_wrong(replay, opening, says):
    with pytest.raises(Invalid, match=says):
        replay(row("500001"), opening=opening)


def test_skus_are_not_created_unless_the_mapping_says_so(importer, rows_of):
    mine = mapping.load("online_retail").model_copy(update={"create_skus": False})
    report = importer.run(HEAD + row("500001"), mine)

    assert report.outcomes["error"] == 1
    assert "unknown SKU 10001" in importer.errors.read_text("utf-8")


CHANNELS = itertools.count()
ROWS = st.lists(
    st.tuples(
        st.integers(0, 5), st.booleans(), st.integers(1, 6), st.integers(0, 9), st.sampled_from(["10001", "10002", "POST"])
    ),
    max_size=25,
)


@settings(max_examples=15, deadline=None)
@given(rows=ROWS, documents=st.integers(1, 4))
def test_any_history_replays_as_the_rule_says_whatever_the_size_of_a_batch(rows, documents, replay, rows_of, monkeypatch):
    """The rule, written again in eight lines, is the oracle; every example is a channel of its own."""
    monkeypatch.setitem(importing.DOCUMENTS_AT_ONCE, "history", documents)
    shelf = dict.fromkeys(["10001", "10002", "POST"], 0)
    shelf.update(rows_of("SELECT s.code, b.on_hand FROM stock_balance b JOIN sku s ON s.id = b.sku_id"))
    timed = [(minute, place, back, units, sku) for place, (document, back, units, minute, sku) in enumerate(rows)]
    short = 0
    for _minute, _place, back, units, sku in sorted(timed):
        if sku == "POST":
            continue
        fits = back or shelf[sku] >= units
        short += not fits
        shelf[sku] += (units if back else -units) if fits else 0

    report = replay(
        *(
            row(f"{'C' if back else ''}50000{document}", sku, -units if back else units, f"08:0{minute}")
            for document, back, units, minute, sku in rows
        ),
        opening=None,
        channel=f"uk-{next(CHANNELS)}",
    )

    assert report.outcomes["short"] == short
    assert report.accounted == report.rows_read == len(rows)
    assert dict(rows_of("SELECT s.code, b.on_hand FROM stock_balance b JOIN sku s ON s.id = b.sku_id")).items() <= shelf.items()


def test_a_scattered_document_is_taken_whole_at_its_first_row(tmp_path, importer):
    rows = (
        [row("500001", time="08:00")]
        + [row(f"6{place:05}", time="08:01") for place in range(600)]
        + [row("500001", time="08:02")]
    )
    seen = []

    def spy(action, command, *rest):
        if hasattr(command, "steps"):
            seen.append([step.row.values["external_id"] for step in command.steps])
        from dashboard.kernel import db

        return db.write(action, command, *rest)

    importer.run(HEAD + "".join(rows), "online_retail", write=spy)

    assert seen[0][:2] == ["500001", "500001"]
    assert max(map(len, seen)) < 200


def test_the_staging_file_is_gone_afterwards(tmp_path):
    with staging(tmp_path / "room") as stage:
        assert stage.settle("orders") == (0, 0)
    assert list((tmp_path / "room").iterdir()) == []
