"""A person's data given out and erased: nothing personal stays, and the books stay as they were."""

import json

from dashboard.customers.actions import add_note, set_tag
from dashboard.customers.commands import AddNote, EraseCustomer, MergeCustomers, SetTag
from dashboard.customers.erasing import erase_customer, export_customer
from dashboard.customers.merging import merge_customers
from dashboard.drafts.actions import save_draft
from dashboard.drafts.commands import SaveDraft
from dashboard.drafts.reactions import forget_person
from dashboard.drafts.rules import document_of
from dashboard.editing.actions import edit_order
from dashboard.editing.commands import EditOrder, SetAddress
from dashboard.kernel import outbox
from dashboard.kernel.db import database, db
from dashboard.kernel.errors import Conflict
from dashboard.orders import actions as orders
from dashboard.orders import store
from dashboard.orders.commands import AddNote as AddOrderNote
from dashboard.orders.commands import EditNote, OpenException, PlaceHold, ReleaseHold, ResolveException
from dashboard.orders.comments import edit_note
from dashboard.orders.draft import read_draft
from dashboard.orders.exceptions import open_exception, resolve_exception
from dashboard.payments.actions import capture_payment, refund_payment
from dashboard.payments.commands import CapturePayment, RefundPayment
from dashboard.returns.actions import request_return
from dashboard.returns.commands import RequestReturn, ReturnItem
from dashboard.returns.reactions import forget_notes
from tests import factories
from tests.checking import assert_clean
from tests.customers.helpers import ADDRESS, order, record_of, sums

PERSONAL = ("Byron", "ada@example.com", "7946", "Fern Lane", "LS1", "vip", "blue door", "Leeds")


def a_person() -> tuple[int, list[int]]:
    """Two records merged into one, each with a shipped order."""
    found = [
        order("Ada Byron", "ada@example.com", "020 7946 0958", ship_to=ADDRESS, external_id="X-1"),
        order("A. Byron", "byron@example.com", "", ref="R-7", ship_to=ADDRESS),
    ]
    for order_id in found:
        factories.walk(order_id, "delivered")
    ada, other = map(record_of, found)
    factories.do(merge_customers, MergeCustomers(ada, other))
    factories.do(set_tag, SetTag(ada, "vip"))
    factories.do(add_note, AddNote(ada, "has a blue door"))
    return ada, found


def everywhere(table_names: list[str]) -> str:
    return repr([rows for name, rows in factories.dump().items() if name in table_names])


def test_nothing_personal_stays_and_the_books_do(shop):
    ada, ids = a_person()
    tables = [name for name in factories.dump() if name.startswith(("customer", "orders", "order_note", "routing_decision"))]
    assert all(word in everywhere(tables) for word in PERSONAL)
    totals = [factories.order_row(id_).total for id_ in ids], sums(ada)

    factories.do(erase_customer, EraseCustomer(ada))

    assert [word for word in PERSONAL if word in everywhere(tables)] == []
    assert ([factories.order_row(id_).total for id_ in ids], sums(ada)) == totals
    assert {factories.order_row(id_).ship_country for id_ in ids} == {"GB"}
    assert factories.one("SELECT count(*) FROM order_search WHERE order_search LIKE '%Byron%'" if shop_is_sqlite() else _PG) == 0
    assert record_of(order("Ada Byron", "ada@example.com")) not in (ada, None)
    factories.refused(Conflict, add_note, AddNote(ada, "x"), erased=True)
    assert_clean()


_PG = "SELECT count(*) FROM order_search WHERE person LIKE '%Byron%'"


def shop_is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def test_edits_drafts_and_returns_forget_the_person_too(app):
    factories.shop(north_A=50)
    found = order("Ada Byron", "ada@example.com", ship_to=ADDRESS)
    ada = record_of(found)
    factories.do(edit_order, EditOrder(found, (SetAddress({"line1": "9 Quay Street"}),)))
    document = {"customer_name": "Ada Byron", "ship_line1": "1 Fern Lane", "ship_country": "GB"}
    factories.do(save_draft, SaveDraft(document_of(read_draft(document)), copied_from=found))
    factories.walk(found, "shipped")
    item = ReturnItem(factories.line_rows(found)[0].id, 1)
    factories.do(request_return, RequestReturn(found, "changed_mind", (item,), "Ada rang"))

    factories.do(erase_customer, EraseCustomer(ada))
    event = outbox.Recorded(1, "CustomerErased", "customer", str(ada), 2, None, "user:1", "Mia", factories.NOW, {"orders": 1})
    database().write(lambda tx: (forget_person(tx, event, factories.NOW), forget_notes(tx, event, factories.NOW)))

    text = everywhere(["order_edit", "order_draft", "return_"])
    assert "GB" in text
    assert [word for word in ("Ada", "Quay", "Fern") if word in text] == []


def test_words_of_people_go_from_the_log_and_the_chain_still_holds(shop):
    found = order("Ada Byron", "ada@example.com", ship_to=ADDRESS)
    ada = record_of(found)
    hold = factories.do(orders.place_hold, PlaceHold(found, "address", "Byron moved to the quay"))
    factories.do(orders.release_hold, ReleaseHold(hold, "Byron rang back"))
    note = factories.do(orders.add_note, AddOrderNote(found, "Byron likes blue"))
    factories.do(edit_note, EditNote(note, "Byron likes green"))
    opened = factories.do(open_exception, OpenException("pack_error", "packed wrong", found))
    factories.do(resolve_exception, ResolveException(opened, "Byron sent it back"))
    factories.walk(found, "shipped")
    payment = factories.one("SELECT max(id) FROM payment WHERE order_id = :id", id=found)
    factories.do(capture_payment, CapturePayment(payment, 500))
    factories.do(refund_payment, RefundPayment(payment, 100, "Byron was cross"))
    assert told(found).count("Byron") == 7
    log = factories.dump()["event"]
    assert "Byron" not in repr(log)

    factories.do(erase_customer, EraseCustomer(ada))

    assert ("Byron" in told(found), "likes" in told(found), told(found).count("(erased)")) == (False, False, 7)
    assert [row for row in log if row not in factories.dump()["event"]] == []
    assert "Byron" not in repr(factories.dump())
    assert_clean()


def told(order_id: int) -> str:
    """What a reader of the order's log is told."""
    with db.engine.connect() as connection:
        return repr([entry.data for entry in store.timeline(connection, order_id, limit=200).entries])


def test_an_open_order_needs_its_address(shop):
    ada, _ = a_person()
    waiting = factories.order_row(order("Ada Byron", "ada@example.com", ship_to=ADDRESS)).number

    factories.refused(Conflict, erase_customer, EraseCustomer(ada), orders=[waiting])
    factories.refused(Conflict, erase_customer, EraseCustomer(ada, 1), version=4)


def test_everything_kept_is_given_out(shop):
    ada, ids = a_person()
    factories.do(orders.add_note, AddOrderNote(ids[0], "rang twice"))

    found = factories.do(export_customer, ada)

    text = json.dumps(found)
    assert all(word in text for word in (*PERSONAL, "byron@example.com", "R-7", "rang twice", "X-1"))
    assert len(found["orders"]) == 2
    assert factories.one("SELECT kind FROM customer_entry ORDER BY id DESC LIMIT 1") == "export"
