"""Picking what has lots or serial numbers, on the page: it says what to take, and keeps what was taken."""

import datetime as dt

import pytest

from dashboard.kernel import clock
from tests.accounts.helpers import sign_in
from tests.factories import dump, one, place, step_work, work_of
from tests.inventory.tracking import in_lots, lots, numbered, receive, serials, shop
from tests.pages import open_page, submit

IN_DAYS = [clock.now().date() + dt.timedelta(days=365 * years) for years in (1, 2)]


def pick_form(client, order):
    return open_page(client, "/pick?status=released").form(f"/fulfilment-orders/{order.number}-1/pick")


@pytest.fixture
def lot_client(app):
    """A, kept by lot: 2 units of L1, 3 of L2, which expires later."""
    shop()
    receive(5, lots(("L2", 3, IN_DAYS[1]), ("L1", 2, IN_DAYS[0])))
    client = app.test_client()
    sign_in(client)
    return client


def test_two_works_are_told_different_units_and_get_what_they_were_told(lot_client):
    first, second = place(("A", 2)), place(("A", 2))
    for order in (first, second):
        step_work(work_of(order.id), "released")
    late_form = pick_form(lot_client, second)

    submit(lot_client, late_form)

    assert in_lots() == {"L1": (2, 0, 0), "L2": (3, 2, 0)}
    page = lot_client.get(f"/orders/{second.number}").get_data(as_text=True)
    assert "L2" in page and "taken, expires" in page


def test_a_picker_may_say_another_lot_and_a_taken_one_is_refused(lot_client):
    first, second, third = (place(("A", 1)) for _ in range(3))
    for order in (first, second, third):
        step_work(work_of(order.id), "released")
    forms = [pick_form(lot_client, order) for order in (first, second, third)]
    line = one("SELECT id FROM fulfilment_line WHERE fulfilment_order_id = :id", id=work_of(first.id))
    submit(lot_client, forms[0], **{f"{line}-lot": "l2"})
    submit(lot_client, forms[1])
    submit(lot_client, forms[2])
    assert in_lots() == {"L1": (2, 1, 0), "L2": (3, 2, 0)}

    fourth = place(("A", 1))
    step_work(work_of(fourth.id), "released")
    line = one("SELECT id FROM fulfilment_line WHERE fulfilment_order_id = :id", id=work_of(fourth.id))
    before = dump()
    answer = lot_client.post(f"/fulfilment-orders/{fourth.number}-1/pick", data={f"{line}-told": "2 L1"})
    other = lot_client.post(f"/fulfilment-orders/{fourth.number}-1/pick", data={f"{line}-lot": "L9"})
    assert (answer.status_code, other.status_code) == (422, 422)
    assert dump() == before


def test_serial_numbers_are_asked_for_and_shown(app):
    shop("serials")
    receive(3, serials("S1", "S2", "S3"))
    client = app.test_client()
    sign_in(client)
    order = place(("A", 2))
    step_work(work_of(order.id), "released")
    line = one("SELECT id FROM fulfilment_line")
    address = f"/fulfilment-orders/{order.number}-1/pick"
    before = dump()
    for typed in ("", "S1", "S1\nS9", "S1\nS1"):
        assert client.post(address, data={f"{line}-serials": typed}).status_code == 422, typed
    assert dump() == before

    client.post(address, data={f"{line}-serials": "s3\r\nS1\r\n"})

    assert numbered()["S3"] == ("picked", "north")
    page = client.get(f"/orders/{order.number}").get_data(as_text=True)
    assert all(f">{code}</a>" in page for code in ("S1", "S3")) and ">S2</a>" not in page
