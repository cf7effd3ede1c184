"""Which orders are one person's, and which are not."""

import threading

import pytest

from dashboard.customers import jobs, matching
from dashboard.customers.matching import follow_orders
from dashboard.customers.reactions import follow
from dashboard.editing.actions import edit_order
from dashboard.editing.commands import EditOrder, SetAddress
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.kernel import db, outbox
from dashboard.kernel.jobs import Leased
from tests import factories
from tests.customers.helpers import ADDRESS, order, person_of, record_of, sums

ADA = ("Ada Byron", "ada@example.com", "+44 20 7946 0958")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ADA, ("ada byron", "ADA@Example.com ", "")),
        (ADA, ("", "ada@example.com", "")),
        (ADA, ("Ada Lovelace", "ada@example.com", "")),
        (ADA, ("A. Byron", "other@example.com", "020 7946 0958")),
        (ADA, ("Byron, Ada", "", "0044 20 7946 0958".replace("00", "+", 1))),
        (("Mr A. Byron", "", "020 7946 0958"), ("Byron", "", "+44 (0)20 7946 0958")),
        (("山田太郎", "yamada@example.com", ""), ("山田 太郎", "yamada@example.com", "")),
        (("李 明", "li@example.com", ""), ("李明", "LI@example.com", "")),
        (("Céline Ibáñez", "", "020 7946 0001"), ("Celine Ibanez", "", "+442079460001")),
    ],
)
def test_one_person_over_channels(shop, first, second):
    one = order(*first)
    other = order(*second, channel="phone")

    assert record_of(one) == record_of(other) is not None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ADA, ("Tom Wood", "ada@example.com", "")),
        (ADA, ("Charles Byron", "", "+44 20 7946 0958")),
        (("Ada Byron", "x1@marketplace.amazon.co.uk", ""), ("Ada Byron", "x1@marketplace.amazon.co.uk", "")),
        (("Ada Byron", "noreply@example.com", ""), ("Ada Byron", "no-reply@example.com", "")),
        (("Mr Wood", "office@example.com", ""), ("Mr Stone", "office@example.com", "")),
        (("John Smith", "", "0000000000"), ("John Smith", "", "0000000000")),
        (("John Smith", "", "+44 1234567890"), ("John Smith", "", "01234567890")),
        (("John Smith", "test@test.com", ""), ("John Smith", "test@test.com", "")),
        (
            ("Ada Byron", "a@privaterelay.appleid.com", "+442079460958"),
            ("Tom Wood", "a@privaterelay.appleid.com", "+442079460111"),
        ),
    ],
)
def test_different_people_stay_apart(shop, first, second):
    one, other = order(*first, ship_to=ADDRESS), order(*second)

    assert record_of(one) != record_of(other)


def test_a_third_order_finds_the_one_of_two_that_share_an_address(shop):
    ada = order("Ada Byron", "office@firm.example")
    tom = order("Tom Wood", "office@firm.example")

    assert record_of(order("Tom Wood", "office@firm.example")) == record_of(tom) != record_of(ada)


def test_a_channels_own_name_joins_and_is_of_that_channel_alone(shop):
    one, two = order("Ada", ref="17"), order("A. B.", ref="17")
    other = order("Ada", ref="17", channel="phone")

    assert record_of(one) == record_of(two) != record_of(other)


def test_the_same_name_at_the_same_address_joins_nothing(shop):
    one, other = order("Ada Byron", ship_to=ADDRESS), order("Ada Byron", ship_to=ADDRESS)

    assert None is not record_of(one) != record_of(other) is not None


def test_who_cannot_be_recognised_again_is_no_customer(shop):
    assert record_of(order("Walk-in")) is None
    assert factories.one("SELECT count(*) FROM customer") == 0


def test_sums_follow_the_orders(shop):
    first = order(*ADA)
    order(*ADA)
    customer = record_of(first)
    before = sums(customer)

    factories.do(cancel_order, CancelOrder(first, "customer"))
    db.database().write(lambda tx: jobs.recount(tx, [first]))

    assert before == {"GBP": (2, 2000)}
    assert sums(customer) == {"GBP": (1, 1000)}


def test_an_address_changed_on_an_order_is_kept_with_its_customer(shop):
    found = order(*ADA, ship_to=ADDRESS)
    ada = record_of(found)
    factories.do(edit_order, EditOrder(found, (SetAddress({"line1": "9 Quay Street", "city": "York", "postal_code": "YO1 7HH"}),)))
    data = {"changes": [["ship_line1", "", None, None]]}
    edited = outbox.Recorded(9, "OrderEdited", "order", str(found), 2, found, "user:1", "Mia", factories.NOW, data)
    priced = edited._replace(data={"changes": [["shipping", "", 1, 2]]})

    db.database().write(lambda tx: follow(tx, [priced]))
    assert len(places(ada)) == 1
    db.database().write(lambda tx: follow(tx, [edited]))

    assert places(ada) == ["9 Quay Street", "1 Fern Lane"]
    assert factories.one("SELECT count(*) FROM customer_key WHERE kind = 'address'") == 2
    before = factories.dump()
    db.database().write(lambda tx: follow(tx, [edited]))
    assert factories.dump() == before


def places(customer_id):
    rows = factories.read("SELECT line1 FROM customer_address WHERE customer_id = :id ORDER BY used_at DESC, id DESC", id=customer_id)
    return [row[0] for row in rows]


def test_matching_twice_changes_nothing(shop):
    ids = [order(*ADA), order("Tom Wood", "tom@example.com")]
    before = factories.dump()

    db.database().write(lambda tx: follow_orders(tx, ids))

    assert factories.dump() == before


def test_the_job_matches_what_is_here_and_says_how_far_it_is(shop, monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 2)
    ids = [order("Ada", f"a{number % 3}@example.com", match=False) for number in range(7)]

    assert jobs.match_orders(Leased(1, jobs.TASK, {}, 1)) == "7 of 7 orders have a new customer link"
    assert len({record_of(id_) for id_ in ids}) == 3
    assert jobs.match_orders(Leased(1, jobs.TASK, {}, 1)) == "0 of 7 orders have a new customer link"


def test_two_at_once_make_one_customer(pg_app):
    factories.shop(north_A=1000)
    ids = [order(name, "ada@example.com", match=False) for name in ("Ada Byron", "Tom Wood") * 4]
    start = threading.Barrier(len(ids))

    def match(order_id):
        with pg_app.app_context():
            start.wait()
            db.database().write(lambda tx: follow_orders(tx, [order_id]))

    threads = [threading.Thread(target=match, args=(id_,)) for id_ in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    records = [record_of(id_) for id_ in ids]
    assert None not in records
    assert len(set(records)) == 2
    assert records[0::2] == [records[0]] * 4
    assert person_of(ids[1]) == records[1]
    assert sum(count for record in set(records) for count, _ in sums(record).values()) == 8


def test_a_key_that_is_taken_between_looking_and_reading_is_waited_for(pg_app, monkeypatch):
    """Two of one name read a third one's key that neither had locked: they are one new customer, not two."""
    factories.shop(north_A=1000)
    ada, *toms = (order(name, "ada@example.com", match=False) for name in ("Ada Byron", "Tom Wood", "Tom Wood"))
    looked, taken = threading.Barrier(3), threading.Event()
    locked = matching._locked

    def lock(tx, asked):
        found = locked(tx, asked)
        if not taken.is_set() and threading.current_thread() is not threading.main_thread():
            looked.wait()
            taken.wait()
        return found

    monkeypatch.setattr(matching, "_locked", lock)

    def match(order_id):
        with pg_app.app_context():
            db.database().write(lambda tx: follow_orders(tx, [order_id]))

    threads = [threading.Thread(target=match, args=(id_,)) for id_ in toms]
    for thread in threads:
        thread.start()
    looked.wait()
    match(ada)
    taken.set()
    for thread in threads:
        thread.join()

    assert record_of(toms[0]) == record_of(toms[1]) != record_of(ada)
