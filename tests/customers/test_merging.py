"""Merging two records of one person, and giving each back exactly as it was."""

import random
import threading

import pytest

from dashboard.customers import store
from dashboard.customers.actions import add_note, record_consent, set_tag
from dashboard.customers.commands import AddNote, KeepApart, MergeCustomers, RecordConsent, SetTag, UndoMerge
from dashboard.customers.merging import keep_apart, merge_customers, undo_merge
from dashboard.kernel import clock, db
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from tests import factories
from tests.customers.helpers import ADDRESS, order, person_of, record_of

PEOPLE = ("Ada Byron", "A. Byron", "Tom Wood", "Sam Fox", "Zoë Ng")


def five_people() -> list[int]:
    found = [record_of(order(name, f"{number}@example.com", ship_to=ADDRESS)) for number, name in enumerate(PEOPLE)]
    for id_ in found:
        factories.do(set_tag, SetTag(id_, f"tag {id_ % 2}"))
        factories.do(record_consent, RecordConsent(id_, "email", id_ % 2 == 0, "web"))
        factories.do(add_note, AddNote(id_, f"note of {id_}"))
    return found


def seen(ids: list[int]) -> dict[int, object]:
    """Everything a page shows of each person, but for versions and the timeline's lines about merging."""
    with db.db.engine.connect() as connection:
        return {id_: shown(connection, id_) for id_ in ids}


def shown(connection, id_: int) -> object:
    row = store.customer(connection, id_)
    told = [entry for entry in store.entries(connection, id_) if entry.kind not in ("merge", "unmerge")]
    return (
        row._replace(version=0),
        store.totals(connection, id_),
        store.order_ids(connection, id_),
        [(place.line1, place.customer_id) for place in store.addresses(connection, id_)],
        store.tags(connection, id_),
        store.consents(connection, id_),
        told,
        [(merge.gone_id, merge.name) for merge in store.merges(connection, id_)],
    )


def test_a_merged_customer_has_both_peoples_orders_sums_tags_and_notes(shop):
    ada, other, *_ = ids = five_people()

    factories.do(merge_customers, MergeCustomers(ada, other))

    with db.db.engine.connect() as connection:
        assert store.totals(connection, ada) == [("GBP", 2, 2000)]
        assert len(store.order_ids(connection, ada)) == 2
        assert store.tags(connection, ada) == ["tag 0", "tag 1"]
        assert len(store.addresses(connection, ada)) == 2
        assert [said.newest for said in store.consents(connection, ada)] == [True, False]
        assert [merge.gone_id for merge in store.merges(connection, ada)] == [other]
        rows = store.customers(connection, store.ListQuery())
    assert [row.id for row in rows] == sorted(set(ids) - {other}, reverse=True)
    assert rows[-1].orders == 2
    assert rows[-1].records == 2


@pytest.mark.parametrize("seed", range(6))
def test_merges_undone_in_any_order_leave_everybody_as_before(app, seed):
    factories.shop(north_A=1000)
    ids, dice = five_people(), random.Random(seed)
    before, open_merges = seen(ids), []

    for _ in range(12):
        tops = [id_ for id_ in ids if factories.one("SELECT parent_id IS NULL FROM customer WHERE id = :id", id=id_)]
        if len(tops) > 1 and dice.random() < 0.6:
            kept, gone = dice.sample(tops, 2)
            factories.do(merge_customers, MergeCustomers(kept, gone))
            open_merges.append(factories.one("SELECT max(id) FROM customer_merge"))
        elif open_merges:
            factories.do(undo_merge, UndoMerge(open_merges.pop(dice.randrange(len(open_merges)))))
    dice.shuffle(open_merges)
    for merge_id in open_merges:
        factories.do(undo_merge, UndoMerge(merge_id))

    assert seen(ids) == before


def test_an_order_taken_while_merged_goes_with_the_record_it_was_matched_to(shop):
    ada, other, *_ = five_people()
    factories.do(merge_customers, MergeCustomers(ada, other))

    later = order("A. Byron", "1@example.com")
    merged = person_of(later)
    factories.do(undo_merge, UndoMerge(1))

    assert merged == ada
    assert person_of(later) == other


def test_refusals_change_nothing(shop):
    ada, other, third, *_ = five_people()
    factories.do(merge_customers, MergeCustomers(ada, other, 4, 4))

    factories.refused(Invalid, merge_customers, MergeCustomers(ada, ada))
    factories.refused(NotFound, merge_customers, MergeCustomers(ada, 999))
    factories.refused(Conflict, merge_customers, MergeCustomers(third, other), into=ada)
    factories.refused(Conflict, merge_customers, MergeCustomers(ada, third, 4), version=5)
    factories.refused(Conflict, merge_customers, MergeCustomers(ada, third, 5, 1), version=4)
    factories.refused(NotFound, undo_merge, UndoMerge(99))
    factories.do(undo_merge, UndoMerge(1))
    factories.refused(Conflict, undo_merge, UndoMerge(1), undone_by="Mia Ops")
    factories.refused(NotFound, keep_apart, KeepApart(ada, 999))
    factories.refused(Invalid, keep_apart, KeepApart(ada, ada))


def test_two_people_merge_at_once_and_one_of_them_hears_of_it(pg_app):
    factories.shop(north_A=1000)
    ada, other, *_ = five_people()
    start, answers = threading.Barrier(2), []

    def merge(kept, gone):
        with pg_app.app_context():
            start.wait()
            try:
                db.write(merge_customers, MergeCustomers(kept, gone, 4, 4), factories.MIA, clock.now())
                answers.append("merged")
            except Conflict as error:
                answers.append(error.status)

    threads = [threading.Thread(target=merge, args=pair) for pair in ((ada, other), (other, ada))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers, key=str) == [409, "merged"]
    assert factories.one("SELECT count(*) FROM customer WHERE parent_id IS NOT NULL") == 1


def test_probably_the_same_person_until_somebody_says_otherwise(shop):
    ada = record_of(order("Ada Byron", "ada@example.com", "020 7946 0958", ship_to=ADDRESS))
    other = record_of(order("Ada Byron", "ada@elsewhere.example", ship_to=ADDRESS))
    family = record_of(order("Charles Byron", "c@example.com", "020 7946 0958"))
    order("Tom Wood", "tom@example.com", "020 7946 0958")

    with db.db.engine.connect() as connection:
        found = {match.id: match.reasons for match in store.suggestions(connection, ada)}
    factories.do(keep_apart, KeepApart(other, ada))

    assert found == {other: ("the same name and address",), family: ("the same phone number",)}
    with db.db.engine.connect() as connection:
        assert [match.id for match in store.suggestions(connection, ada)] == [family]
        assert store.suggestions(connection, other) == []
