"""Each condition is clean on a shop that has seen everything, and reports the row that breaks it."""

import json
import shutil

import pytest

from dashboard.check import run
from dashboard.check.run import CONDITIONS
from dashboard.config import Config
from dashboard.kernel import clock, seal
from dashboard.kernel.db import database, db
from dashboard.kernel.engines import sqlite
from tests.checking import assert_clean
from tests.conftest import SECRET, filled, running
from tests.life import live

PURCHASE = (
    "INSERT INTO purchase_order (id, number, supplier_id, location_id, status, expected_on, currency, note, created_at, created_by,"
    " version)"
)
PURCHASE_LINE = (
    "INSERT INTO purchase_order_line (id, purchase_order_id, position, sku_id, ordered, received, surplus, cancelled, unit_cost_e4)"
)
TRANSFER = (
    "INSERT INTO transfer (id, number, from_location_id, to_location_id, note, created_at, status, version) VALUES (1, 'T1', 1, 2, '', 1,"
)
TRANSFER_LINE = (
    "INSERT INTO transfer_line (id, transfer_id, position, sku_id, damaged, lost, returned, units, sent, received)"
    " VALUES (1, 1, 0, 1, 0, 0, 0,"
)
FOLLOWED = "INSERT OR REPLACE INTO meta (key, value) SELECT 'cursor:reactions', max(seq) FROM event"
"""Every reaction has run: promises have nothing left to follow."""

CUSTOMER = "INSERT INTO customer (id, root_id, parent_id, name, email, phone, created_at, version) VALUES"

EXCEPTION = (
    "INSERT INTO order_exception (id, kind, summary, facts, occurrence, times, version, cleared, opened_at, resolved_at, snoozed_until)"
)

BULK_RUN = (
    "INSERT INTO bulk_run (id, action, choice, query, status, total, done, skipped, undoes_id, actor_ref, actor_name, created_at, message,"
    " version) VALUES"
)
BULK_ROW = "INSERT INTO bulk_row (run_id, place, order_id, state, effect) VALUES"

CORRUPTIONS = {
    "bulk_counted": f"{BULK_RUN} (1, 'hold', '{{}}', '', 'running', 2, 1, 0, NULL, 'user:1', 'Mia', 1, '', 1);"
    f" {BULK_ROW} (1, 1, 1, 'waiting', NULL), (1, 2, 2, 'done', '{{}}')",
    "bulk_undoes": f"{BULK_RUN} (1, 'hold', '{{}}', '', 'done', 1, 1, 0, NULL, 'user:1', 'Mia', 1, '', 1),"
    " (2, 'hold', '{}', '', 'done', 1, 1, 0, 1, 'user:1', 'Mia', 1, '', 1);"
    f" {BULK_ROW} (1, 1, 1, 'done', '{{}}'), (2, 1, 2, 'done', '{{}}')",
    "bulk_effects": f"{BULK_RUN} (1, 'hold', '{{}}', '', 'done', 1, 1, 0, NULL, 'user:1', 'Mia', 1, '', 1);"
    f" {BULK_ROW} (1, 1, 1, 'done', NULL)",
    "ledger_sum": "UPDATE stock_balance SET on_hand = on_hand + 1 WHERE id = 1",
    "ledger_running": "UPDATE stock_movement SET on_hand_after = on_hand_after + 1 WHERE id = 2",
    "ledger_versions": "UPDATE stock_balance SET version = version + 1 WHERE id = 1",
    "movement_once": "DROP INDEX uq_stock_movement_key; UPDATE stock_movement SET key = 'twice' WHERE id IN (1, 2)",
    "named_amounts": "INSERT INTO order_line_amount (order_line_id, kind, position, name, amount)"
    " SELECT id, 'tax', 0, 'VAT', tax + 1 FROM order_line WHERE id = 1",
    "message_has_job": "INSERT INTO order_message (order_id, kind, cause, recipient, facts, subject, body, status, attempts, error,"
    " by_name, queued_at, version) VALUES (1, 'order_cancelled', 'cancelled:1', 'a@b.co', '{}', 's', 'b', 'queued', 0, '', 'Mia', 1, 1)",
    "allocated_sum": "UPDATE allocation SET units = units + 1 WHERE id = 1",
    "held_sum": "UPDATE stock_balance SET held = 1 WHERE id = 1",
    "hold_has_lines": "INSERT INTO stock_hold (channel, token, state, expires_at, created_at, version)"
    " VALUES ('web', 't', 'held', 1, 1, 1)",
    "routed_by_rules": "UPDATE routing_decision SET rule_set_id = 99 WHERE order_id = (SELECT max(order_id) FROM routing_decision)",
    "routing_replayed": "UPDATE routing_decision SET chosen = '[[1,1,9999]]' WHERE sequence = 1",
    "waiting_counted": "INSERT INTO sku_backorder (sku_id, policy, open_units, version) VALUES (1, 'default', 0, 1)"
    " ON CONFLICT (sku_id) DO NOTHING; UPDATE sku_backorder SET open_units = open_units + 1 WHERE sku_id = 1",
    "levels_current": "INSERT INTO sku_level (sku_id, level, code) VALUES (1, 'low', 'A')"
    " ON CONFLICT (sku_id) DO UPDATE SET level = CASE level WHEN 'low' THEN 'out' ELSE 'low' END",
    "lots_on_hand": "UPDATE stock_balance SET on_hand = on_hand + 1 WHERE sku_id = (SELECT id FROM sku WHERE tracks = 'lots')",
    "lot_ledger": "UPDATE lot_stock SET units = units + 1",
    "lot_picked": "UPDATE lot_stock SET picked = picked + 1",
    "lot_set_aside": "UPDATE lot_stock SET set_aside = set_aside + 1 WHERE set_aside > 0",
    "lot_pick_of_line": "UPDATE lot_pick SET units = units + 1",
    "serials_on_hand": "DELETE FROM serial WHERE state = 'in_stock'",
    "serial_life": "UPDATE serial SET state = 'in_stock' WHERE state = 'picked'",
    "serial_picked": "UPDATE fulfilment_line SET picked = 0 WHERE id IN (SELECT fulfilment_line_id FROM serial)",
    "bin_units": "UPDATE bin_stock SET units = 1000 WHERE bin_id = 1",
    "bin_quarantine": "UPDATE bin SET pickable = 0",
    "bin_ledger": "UPDATE bin_stock SET units = units - 1 WHERE bin_id = 1",
    "exception_open": f"{EXCEPTION} VALUES (99, 'late', 'x', '{{}}', '', 1, 1, 0, 1, 1, 2)",
    "exception_steps": f"{EXCEPTION} VALUES (99, 'late', 'x', '{{}}', '', 2, 1, 0, 1, NULL, NULL);"
    " INSERT INTO order_exception_step (exception_id, at, actor_name, what, said) VALUES (99, 1, 'x', 'opened', '')",
    "mention_of_order": "INSERT INTO order_note (order_id, body, author, at) SELECT max(id), 'x', 'Mia', 1 FROM orders;"
    " INSERT INTO user_account (id, email, name, active, fs_uniquifier, theme, failed_sign_ins, created_at, version)"
    " VALUES (77, 'x@y', 'X', 1, 'x', 'auto', 0, 1, 1);"
    " INSERT INTO mention (user_id, note_id, order_id, at) SELECT 77, max(id), 1, 1 FROM order_note",
    "bin_in_use": "UPDATE bin SET active = 0",
    "not_oversold": "UPDATE stock_balance SET allocated = on_hand + 1 WHERE id = 1",
    "allocation_of_line": "UPDATE order_line SET allocated = allocated - 1, backordered = backordered + 1 WHERE order_id = 1",
    "allocation_orphan": "UPDATE allocation SET order_id = 2 WHERE id = 1",
    "kit_recipe": "DELETE FROM kit_component",
    "kit_stock": "INSERT INTO stock_balance (sku_id, location_id, on_hand, allocated, held, damaged, quarantine, safety, reorder_point,"
    " version) SELECT id, 1, 0, 0, 0, 0, 0, 0, 0, 1 FROM sku WHERE kind = 'kit'",
    "kit_line": "DELETE FROM order_line_part",
    "kit_tied": "UPDATE order_line_part SET units = units + 1",
    "kit_together": "UPDATE fulfilment_line SET units = units + 1 WHERE sku_id = 1 AND order_line_id IN"
    " (SELECT order_line_id FROM order_line_part)",
    "customer_totals": f"{CUSTOMER} (1, 1, NULL, 'Ada', '', '', 1, 1); INSERT INTO customer_total VALUES (1, 'GBP', 1, 100, 1)",
    "customer_orders": f"{CUSTOMER} (1, 1, NULL, 'Ada', '', '', 1, 1); INSERT INTO customer_total VALUES (1, 'GBP', 1, 5, 1);"
    " INSERT INTO customer_order VALUES (1, 1, 'new', 'GBP', 5, 1); INSERT INTO meta VALUES ('cursor:customers', '999999')",
    "customer_records": f"{CUSTOMER} (1, 1, NULL, 'Ada', '', '', 1, 1), (2, 1, 1, 'Ada', '', '', 1, 1)",
    "order_total": "UPDATE orders SET total = total + 1 WHERE id = 1",
    "order_sums": "UPDATE orders SET line_count = line_count + 1 WHERE id = 1",
    "line_total": "UPDATE order_line SET total = total + 1 WHERE id = 1",
    "line_credited": "UPDATE order_line SET credited = cancelled + 1 WHERE id = 1",
    "line_counters": "UPDATE order_line SET ordered = ordered + 1 WHERE id = 1",
    "line_work": "UPDATE fulfilment_line SET units = units + 1 WHERE id = 1",
    "line_returns": "UPDATE order_line SET returned = 0 WHERE returned = 1",
    "external_once": "DROP INDEX uq_orders_channel_external_id; UPDATE orders SET external_id = 'X-1' WHERE id = 2",
    "order_numbers": "UPDATE orders SET number = '77' WHERE id = 1",
    "answered": "INSERT INTO idempotency_key VALUES ('api:token:1', 'k', 'f', 0, '', 1)",
    "order_work": "UPDATE orders SET open_holds = open_holds + 1 WHERE id = 1",
    "holds_have_open_orders": "UPDATE orders SET status = 'cancelled' WHERE open_holds > 0",
    "order_moments": "UPDATE orders SET shipped_at = NULL WHERE fulfilment_status = 'shipped'",
    "order_decided": "DELETE FROM payment WHERE order_id = 1",
    "work_has_lines": "DELETE FROM fulfilment_line WHERE fulfilment_order_id = 1",
    "views_counted": "UPDATE order_facet SET count = count + 1 WHERE view = 'open' AND shard = 1",
    "derived": "UPDATE orders SET phase = 'completed' WHERE id = 1",
    "payment_bounds": "UPDATE payment SET refunded = captured + 1 WHERE id = 1",
    "payment_sums": "UPDATE payment_transaction SET amount = amount + 1 WHERE id = 1",
    "order_payments": "UPDATE orders SET authorized = authorized + 1 WHERE id = 1",
    "repaid_bounds": "UPDATE orders SET repaid = refunded + 1 WHERE id = 1",
    "carried_sums": "UPDATE orders SET carried = carried + 1 WHERE id = 1",
    "transaction_owner": "UPDATE payment_transaction SET order_id = 2 WHERE order_id = 1",
    "one_event_each": "UPDATE fulfilment_order SET version = version + 1 WHERE status = 'picked'",
    "stock_events": "DELETE FROM event WHERE entity = 'allocation'",
    "order_events": "DELETE FROM event WHERE type = 'OrderCaptured' AND entity_id = '1'",
    "log_gap_free": "DELETE FROM event WHERE seq = 3",
    "jobs_due": "INSERT INTO job (task, payload, title, actor, status, run_at, attempts, done_count, total_count, created_at)"
    " VALUES ('x', '{}', '', 'system', 'running', 1, 1, 0, 0, 1)",
    "history_fold": "UPDATE event SET data = replace(data, '\"to_pick\"', '\"in_transit\"') WHERE type = 'OrderProgressed'",
    "counted_once": "UPDATE count_line SET counted = counted + 1 WHERE state = 'approved'",
    "counted_by_count": "UPDATE stock_movement SET key = 'count-line:99' WHERE kind = 'counted'",
    "count_schedule": "INSERT INTO count_schedule (location_id, sku_id, class, last_counted, due_at) VALUES (1, 1, 'C', 5, 5)",
    "count_status": "UPDATE stock_count SET status = 'cancelled'",
    "purchase_bounds": f"{PURCHASE} VALUES (1, 'PO-1', 1, 1, 'draft', '2026-11-23', 'GBP', '', 1, '', 1);"
    f" {PURCHASE_LINE} VALUES (1, 1, 1, 1, 5, 0, 0, 5, 0)",
    "purchase_receipts": f"{PURCHASE_LINE} VALUES (1, 1, 1, 1, 5, 5, 0, 0, 0)",
    "purchase_ledger": f"{PURCHASE} VALUES (1, 'PO-1', 1, 1, 'received', '2026-11-23', 'GBP', '', 1, '', 1);"
    f" {PURCHASE_LINE} VALUES (1, 1, 1, 1, 5, 5, 0, 0, 0); INSERT INTO purchase_receipt (id, purchase_order_id, line_id, units, damaged,"
    " surplus, received_at, actor, actor_name) VALUES (1, 1, 1, 5, 0, 0, 1, '', '')",
    "transfer_ledger": f"{TRANSFER} 'received', 1); {TRANSFER_LINE} 5, 5, 5)",
    "transfer_in_transit": f"{TRANSFER} 'received', 1); {TRANSFER_LINE} 5, 5, 3)",
    "transfer_steps": f"{TRANSFER} 'draft', 1); {TRANSFER_LINE} 5, 0, 0)",
    "promise_made": f"{FOLLOWED}; INSERT INTO order_promise (order_line_id, order_id, units, preorder, basis, made_at)"
    " SELECT l.id, l.order_id, l.backordered + 1, 0, 'none', 1 FROM order_line l JOIN orders o ON o.id = l.order_id"
    " WHERE o.status = 'open' LIMIT 1",
    "promise_told": f"{FOLLOWED}; UPDATE orders SET promise_moved = 'later' WHERE id = 1",
    "promise_supply": f"{FOLLOWED}; INSERT INTO promise_source (order_line_id, sku_id, place, units, basis, purchase_order_line_id,"
    " ready_on) VALUES (1, 1, 0, 5, 'purchase', 77, '2026-12-01')",
    "seal": "UPDATE event SET actor_name = 'Nobody' WHERE seq = 2",
    "guards": "DROP TRIGGER stock_movement_no_delete",
}


@pytest.fixture(scope="module")
def life(migrated, tmp_path_factory):
    """A file with a shop that has seen everything, to copy."""
    return filled(tmp_path_factory.mktemp("life"), live_and_seal, migrated)


def live_and_seal() -> None:
    live()
    while seal.extend(database(), db.engine, clock.now()):
        pass


@pytest.fixture
def lived(life, tmp_path):
    shutil.copy(life, tmp_path / "orderdeck.sqlite3")
    with running(Config(instance=tmp_path, secret_key=SECRET)) as app:
        yield app


def corrupt(app, script: str) -> None:
    """Break the file behind the application's back, with its walls down."""
    connection = sqlite.connect(app.instance_path + "/orderdeck.sqlite3")
    connection.executescript("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;")
    if "DROP TRIGGER" not in script:
        for table in ("event", "stock_movement"):
            for verb in ("update", "delete"):
                connection.execute(f"DROP TRIGGER {table}_no_{verb}")
    connection.executescript(script)
    connection.commit()
    connection.close()


def test_a_shop_that_has_seen_everything_is_clean(lived):
    assert_clean()


def test_every_condition_has_its_corruption():
    assert set(CORRUPTIONS) == {condition.name for condition in CONDITIONS}


@pytest.mark.parametrize("name", list(CORRUPTIONS))
def test_what_breaks_a_condition_is_reported_with_its_row(lived, name):
    corrupt(lived, CORRUPTIONS[name])

    broken = {found.name: found.offending for found in run(db.engine).broken}

    assert name in broken
    assert all(isinstance(row, dict) and row for row in broken[name])


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("UPDATE event SET data = replace(data, '\"released\"', '\"packed\"') WHERE type = 'WorkMoved'", "illegal"),
        ("UPDATE parcel SET status = 'lost' WHERE status = 'delivered'", "stored"),
        ("UPDATE event SET data = replace(data, '\"closed\"', '\"requested\"') WHERE type = 'ReturnMoved'", "illegal"),
        ("UPDATE event SET data = replace(data, '\"open\"', '\"discarded\"') WHERE type = 'OrderProgressed'", "known"),
    ],
)
def test_an_illegal_or_missing_step_of_a_history_is_found(lived, script, fault):
    corrupt(lived, script)

    rows = next(found.offending for found in run(db.engine).broken if found.name == "history_fold")
    assert any(fault in row for row in rows), rows


def test_the_command_exits_1_with_the_rows_and_0_without(lived):
    runner = lived.test_cli_runner()
    assert runner.invoke(args=["check"]).exit_code == 0
    assert json.loads(runner.invoke(args=["check", "--json"]).stdout)["clean"] is True

    corrupt(lived, CORRUPTIONS["order_total"])
    told = runner.invoke(args=["check"])
    report = json.loads(runner.invoke(args=["check", "--json"]).stdout)

    assert told.exit_code == 1
    assert "broken  I4  order_total" in told.stdout
    assert report["clean"] is False
    row = next(found for found in report["conditions"] if found["name"] == "order_total")["offending"][0]
    assert row["number"] == "10001"


def test_both_databases_read_alike(any_app):
    live()

    assert_clean()
