"""Notes, tags, consent and corrections of a customer; what cannot be kept is refused."""

import json

import pytest

from dashboard.customers import rules, store
from dashboard.customers.actions import MOST_TAGS, add_note, edit_customer, record_consent, set_tag
from dashboard.customers.commands import AddNote, EditCustomer, RecordConsent, SetTag
from dashboard.customers.matching import follow_orders
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from tests import factories
from tests.customers.helpers import ADDRESS, order, record_of


@pytest.fixture
def ada(shop) -> int:
    return record_of(order("Ada Byron", "ada@example.com", "020 7946 0958"))


def found(text: str = "", **more: str) -> list[int]:
    with db.db.engine.connect() as connection:
        return [row.id for row in store.customers(connection, store.ListQuery(text, **more))]


def test_each_change_is_kept_with_who_and_counts_the_version(ada):
    factories.do(add_note, AddNote(ada, "Rang, card 4111 1111 1111 1111"))
    factories.do(set_tag, SetTag(ada, "  VIP  Customer "))
    factories.do(record_consent, RecordConsent(ada, "email", True, "web"))
    factories.do(record_consent, RecordConsent(ada, "email", False, "phone"))
    factories.do(set_tag, SetTag(ada, "vip customer", present=False))
    saved = factories.do(edit_customer, EditCustomer(ada, "Ada King", "ada@example.com", "", 6))

    assert saved.version == 7
    with db.db.engine.connect() as connection:
        kinds = [entry.kind for entry in store.entries(connection, ada)]
        note = store.entries(connection, ada)[-1].body
        assert [(said.granted, said.newest) for said in store.consents(connection, ada)] == [(False, True), (True, False)]
        assert store.tags(connection, ada) == []
        assert store.customer(connection, ada).name == "Ada King"
        assert store.entries(connection, ada)[0].body == "Name: Ada Byron → Ada King\nPhone: 020 7946 0958 → –"
    assert kinds == ["edit", "untag", "consent", "consent", "tag", "note"]
    assert "4111 1111" not in note
    assert factories.read("SELECT type, version FROM event WHERE entity = 'customer' ORDER BY id")[-1] == ("CustomerChanged", 7)
    assert found("king byr") == [ada]


def test_the_list_is_searched_by_name_e_mail_phone_and_order_number(ada):
    tom_order = order("Tom Wood", "tom@example.com", ship_to=ADDRESS)
    tom = record_of(tom_order)
    number = factories.order_row(tom_order).number

    assert found() == [tom, ada]
    assert found("byr") == found("ADA byron") == found("ada@example.com") == found("Ada@") == [ada]
    assert found("+44 20 7946 0958") == found("020 7946 0958") == found("+4420") == [ada]
    assert found(number) == found(f"#{number}") == [tom]
    assert found("nobody") == found("ada wood") == found("999999") == found("'; DROP TABLE customer --") == found("%") == []


def test_filters_by_tag_and_by_the_newest_word_on_consent(ada):
    tom = record_of(order("Tom Wood", "tom@example.com"))
    factories.do(set_tag, SetTag(ada, "vip"))
    factories.do(record_consent, RecordConsent(ada, "email", True, "web"))
    factories.do(record_consent, RecordConsent(tom, "email", True, "web"))
    factories.do(record_consent, RecordConsent(tom, "email", False, "web"))

    assert found(tag="vip") == found(consent="email") == [ada]
    assert found(tag="none") == found(consent="sms") == []


def test_the_same_again_changes_nothing(ada):
    factories.do(set_tag, SetTag(ada, "vip"))
    saved = factories.do(edit_customer, EditCustomer(ada, "Ada King", "", ""))
    told = factories.one("SELECT count(*) FROM event")

    assert factories.do(set_tag, SetTag(ada, " VIP ")) == saved
    assert factories.do(set_tag, SetTag(ada, "never given", present=False)) == saved
    assert factories.do(edit_customer, EditCustomer(ada, " Ada King ", "", "", saved.version)) == saved
    factories.refused(Conflict, edit_customer, EditCustomer(ada, "Ada King", "", "", 1), version=saved.version, seen=1)
    assert factories.one("SELECT count(*) FROM event") == told
    with db.db.engine.connect() as connection:
        assert [entry.kind for entry in store.entries(connection, ada)] == ["edit", "tag"]


def test_refusals_change_nothing(ada):
    factories.refused(Invalid, add_note, AddNote(ada, "  "))
    factories.refused(Invalid, add_note, AddNote(ada, "a\x00b"))
    factories.refused(NotFound, add_note, AddNote(99, "x"))
    factories.refused(Invalid, set_tag, SetTag(ada, ""))
    factories.refused(Invalid, set_tag, SetTag(ada, "x" * 41))
    factories.refused(Invalid, record_consent, RecordConsent(ada, "spam", True, "web"))
    factories.refused(Invalid, record_consent, RecordConsent(ada, "email", True, "telepathy"))
    factories.refused(Invalid, edit_customer, EditCustomer(ada, "Ada", "no address", ""))
    factories.refused(Invalid, edit_customer, EditCustomer(ada, " ", "", ""))
    factories.refused(Conflict, edit_customer, EditCustomer(ada, "Ada", "", "", 7), version=1, seen=7)


def test_a_customer_has_a_bounded_number_of_tags(app):
    factories.shop(north_A=5)
    ada = record_of(order("Ada Byron", "ada@example.com"))
    for number in range(MOST_TAGS):
        factories.do(set_tag, SetTag(ada, f"tag {number}"))

    factories.refused(Invalid, set_tag, SetTag(ada, "one more"))


def test_naughty_names_and_notes_are_kept_as_they_came_or_refused(app, shared_data):
    factories.shop(north_A=2000)
    texts = json.loads((shared_data / "evil" / "blns" / "blns.json").read_text(encoding="utf-8"))
    names = [text for text in texts if isinstance(text, str) and text.strip() and len(text) < 180 and "\x00" not in text][:150]
    ids = [order(name, f"n{number}@example.com", match=False) for number, name in enumerate(names)]
    db.database().write(lambda tx: follow_orders(tx, ids))

    ada = record_of(ids[0])
    for name in names:
        factories.do(add_note, AddNote(ada, name))
        rules.words_of(name)
        found(name[:100])

    assert None not in [record_of(id_) for id_ in ids]
