"""The pages of customers without JavaScript, their parts for htmx, and two people at one customer."""

import json

import pytest

from dashboard.customers.actions import add_note
from dashboard.customers.commands import AddNote
from dashboard.web import livepage
from tests import factories
from tests.accounts.helpers import sign_in
from tests.customers.helpers import ADDRESS, order, person_of, record_of
from tests.factories import dump, one
from tests.pages import Page, open_page, submit

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def ada(app) -> int:
    """Ada, who is known under two addresses; returns her first record."""
    factories.shop(north_A=100)
    order("Ada Byron", "ada@elsewhere.example", ship_to=ADDRESS)
    return record_of(order("Ada Byron", "ada@example.com", "020 7946 0958", ship_to=ADDRESS))


@pytest.fixture
def person(app, ada):
    client = app.test_client()
    sign_in(client)
    return client


def refused(client, path: str, status: int, data: dict[str, str], **headers: str) -> Page:
    before = dump()
    answer = client.post(path, data=data, headers=headers)
    assert answer.status_code == status, answer.get_data(as_text=True)[:1000]
    assert dump() == before
    return Page(answer.get_data(as_text=True))


def test_a_person_finds_notes_tags_merges_and_takes_it_back_with_forms_alone(person, ada):
    listed = open_page(person, "/customers?q=ada+byr")
    assert "2 records" not in listed.html
    page = open_page(person, f"/customers/{ada}")
    assert "Probably the same person" in page.html
    assert "the same name and address" in page.html

    page = submit(person, page.form(f"/customers/{ada}/notes"), body="Rang about <b>blue</b>")
    assert "Rang about &lt;b&gt;blue&lt;/b&gt;" in page.html
    page = submit(person, page.form(f"/customers/{ada}/tags"), tag="VIP")
    page = submit(person, page.form(f"/customers/{ada}/consents"), purpose="email", granted="yes", how="phone")
    assert "written by" in page.html
    page = submit(person, page.get(f"match-{ada - 1}").all("form")[0])
    assert "Undo merge" in page.html
    assert one("SELECT count(*) FROM customer WHERE parent_id IS NOT NULL") == 1
    assert "2 records" in open_page(person, "/customers?tag=vip&consent=email").html
    page = submit(person, page.form(f"/customers/{ada}/merges/1/reversal"))
    assert one("SELECT count(*) FROM customer WHERE parent_id IS NOT NULL") == 0
    page = submit(person, page.form(f"/customers/{ada}/distinctions"))
    assert "Probably the same person" not in page.html
    page = submit(person, page.form(f"/customers/{ada}"), name="Ada King", email="ada@example.com", phone="")
    assert "Ada King" in page.html
    page = submit(person, page.form(f"/customers/{ada}/tags/removal"))
    assert "No tag" in page.html


def test_a_merged_record_leads_to_its_person(person, ada):
    other = ada - 1
    assert person.post(f"/customers/{ada}/merges", data={"other": str(other)}).status_code == 303

    answer = person.get(f"/customers/{other}")

    assert (answer.status_code, answer.location) == (303, f"/customers/{ada}")


def test_bad_input_is_answered_beside_its_field_and_changes_nothing(person, ada):
    path = f"/customers/{ada}"
    assert refused(person, f"{path}/notes", 422, {"body": " "}, **PART).get("note-error")
    assert refused(person, f"{path}/tags", 422, {"tag": "x" * 41}).get("new-tag-error")
    assert refused(person, path, 422, {"name": "Ada", "email": "nonsense", "phone": ""}).get("person-email-error")
    assert refused(person, f"{path}/merges", 422, {"other": str(ada)}).get("merge-other-error")
    assert refused(person, f"{path}/merges", 422, {"other": "99999999999999999999"}).get("merge-other-error")
    assert refused(person, f"{path}/merges", 422, {"other": "777"}).get("merge-other-error")
    assert "Tick the box" in refused(person, f"{path}/erasure", 422, {}).html
    assert person.get("/customers/999999").status_code == 404
    assert person.get("/customers/99999999999999999999999").status_code == 404
    assert person.get("/customers?before=nonsense").status_code == 422
    assert person.get("/customers?q=%00%ff&tag=%00&consent=x").status_code == 200


def test_two_people_at_one_customer(person, ada):
    page = open_page(person, f"/customers/{ada}")
    form = page.form(f"/customers/{ada}")
    factories.do(add_note, AddNote(ada, "meanwhile"))

    sent = {name: value for name, value in form.fields().items() if name != "_key"} | {"name": "Ada King"}
    answer = refused(person, f"/customers/{ada}", 409, sent, **PART)

    assert "changed this customer meanwhile" in answer.html
    assert answer.get("person-name").attributes["value"] == "Ada King"
    assert "Saved meanwhile: Ada Byron" in answer.html
    again = submit(person, answer.form(f"/customers/{ada}"))
    assert "Ada King" in again.html


def test_export_and_erasure(person, ada):
    order_id = factories.read("SELECT order_id FROM customer_order WHERE customer_id = :id", id=ada)[0][0]
    open_one = refused(person, f"/customers/{ada}/erasure", 409, {"sure": "yes"})
    assert "still open" in open_one.html
    factories.walk(order_id, "shipped")

    answer = person.post(f"/customers/{ada}/exports")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=customer-{ada}.json"
    assert json.loads(answer.get_data())["records"][0]["email"] == "ada@example.com"

    page = submit(person, open_page(person, f"/customers/{ada}").form(f"/customers/{ada}/erasure"), sure="yes")
    assert "was erased" in page.html
    assert "ada@example.com" not in page.html
    assert person_of(order_id) == ada


@pytest.mark.parametrize(
    ("role", "reads", "writes"), [("support", 200, 303), ("finance", 200, 403), ("warehouse", 403, 403), ("analyst", 403, 403)]
)
def test_who_may_see_and_change_customers(app, ada, role, reads, writes):
    client = app.test_client()
    sign_in(client, role)

    assert client.get("/customers").status_code == client.get(f"/customers/{ada}").status_code == reads
    assert client.post(f"/customers/{ada}/notes", data={"body": "x"}).status_code == writes


def test_the_list_pages_by_key(person):
    for number in range(5):
        order(f"Person {number}", f"p{number}@example.com")

    first = person.get("/customers?limit=4").get_data(as_text=True)
    link = [a.attributes["href"] for a in Page(first).root.all("a", rel="next")][0]
    second = person.get(link).get_data(as_text=True)

    assert first.count("<tr id=") == 4
    assert second.count("<tr id=") == 3


def test_a_new_order_changes_its_row_on_the_customers_page(app, ada):
    order_id = factories.read("SELECT order_id FROM customer_order WHERE customer_id = :id", id=ada)[0][0]
    with app.test_request_context():
        payload = livepage.payload_for(livepage.Changes(livepage.parse(f"order:{order_id}:full")))
    assert any(row.k == f"customer-order-{order_id}" for row in payload.rows)
