"""/locations and /skus as a person uses them."""

import datetime as dt
import re
from types import SimpleNamespace

from dashboard.inventory.views import places
from tests.accounts.helpers import sign_in
from tests.factories import one
from tests.pages import Page

LOCATION = {
    "code": "east",
    "name": "East",
    "kind": "store",
    "time_zone": "Europe/Berlin",
    "cutoff": "15:00",
    "working_days": list("12345"),
    "priority": "3",
    "active": "y",
}
SKU = {
    "code": "mug-9",
    "name": "Mug",
    "kind": "stock",
    "price": "2.55",
    "currency": "GBP",
    "barcode": "4006381333931",
    "weight_grams": "300",
    "active": "y",
}


def hidden(text: str, name: str) -> str:
    import html

    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', text).group(1))


def test_a_location_is_created_listed_and_changed(person):
    assert person.post("/locations", data=LOCATION).status_code == 303
    text = person.get("/locations").get_data(as_text=True)
    assert "EAST" in text
    assert "15:00 Europe/Berlin" in text

    form = person.get("/locations/EAST/edit").get_data(as_text=True)
    changed = {**LOCATION, "name": "Far East", "version": hidden(form, "version"), "base": hidden(form, "base")}
    assert person.post("/locations/EAST", data=changed).status_code == 303
    assert "Far East" in person.get("/locations").get_data(as_text=True)


def test_bad_locations_are_refused_beside_their_field(person):
    for change, word in (
        ({"code": "?"}, "letters"),
        ({"time_zone": "Mars/Base"}, "time zone"),
        ({"cutoff": "25:00"}, "valid time"),
        ({"code": "N"}, "already"),
    ):
        answer = person.post("/locations", data={**LOCATION, **change})
        assert answer.status_code == 422
        assert word in answer.get_data(as_text=True)


def test_two_people_editing_one_location_see_the_difference(person):
    form = person.get("/locations/N/edit").get_data(as_text=True)
    seen = {"version": hidden(form, "version"), "base": hidden(form, "base")}
    base = {**LOCATION, "kind": "warehouse", "time_zone": "Europe/London", "cutoff": "16:30", "priority": "1"}
    assert person.post("/locations/N", data={**base, **seen, "name": "Theirs"}).status_code == 303

    refused = person.post("/locations/N", data={**base, **seen, "name": "Mine"})
    text = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert ("Theirs" in text, "Mine" in text) == (True, True)

    again = {**base, "version": hidden(text, "version"), "base": hidden(text, "base"), "name": "Mine", "keep_name": "yours"}
    assert person.post("/locations/N", data=again).status_code == 303
    assert "Mine" in person.get("/locations").get_data(as_text=True)


def test_a_sku_is_created_found_and_changed(person):
    created = person.post("/skus", data=SKU)
    assert created.headers["Location"].endswith("/stock/MUG-9")
    for query in ("mug", "MUG-9", "4006381333931"):
        assert "MUG-9" in person.get(f"/skus?q={query}").get_data(as_text=True)

    form = person.get("/skus/MUG-9/edit").get_data(as_text=True)
    sent = {**SKU, "price": "3", "version": hidden(form, "version"), "base": hidden(form, "base")}
    assert person.post("/skus/MUG-9", data=sent).status_code == 303
    assert "£3.00" in person.get("/skus?q=mug-9").get_data(as_text=True)


def test_a_sku_changed_by_two_keeps_what_each_chose(person):
    person.post("/skus", data=SKU)
    form = person.get("/skus/MUG-9/edit").get_data(as_text=True)
    seen = {"version": hidden(form, "version"), "base": hidden(form, "base")}
    person.post("/skus/MUG-9", data={**SKU, **seen, "name": "Theirs"})

    refused = person.post("/skus/MUG-9", data={**SKU, **seen, "name": "Mine", "price": "9"})
    text = refused.get_data(as_text=True)
    assert refused.status_code == 409
    again = {
        **SKU,
        "name": "Mine",
        "price": "9",
        "version": hidden(text, "version"),
        "base": hidden(text, "base"),
        "keep_name": "theirs",
    }
    assert person.post("/skus/MUG-9", data=again).status_code == 303
    listed = person.get("/skus?q=mug-9").get_data(as_text=True)
    assert ("Theirs" in listed, "£9.00" in listed) == (True, True)


def test_bad_skus_are_refused_beside_their_field(person):
    for change, word in (
        ({"barcode": "4006381333932"}, "check digit"),
        ({"price": "1.23456"}, "more than 4 digits"),
        ({"code": "A-1"}, "already"),
        ({"name": ""}, "needs a name"),
    ):
        answer = person.post("/skus", data={**SKU, **change})
        assert answer.status_code == 422, change
        assert word in answer.get_data(as_text=True)


def test_roles_without_the_permission_are_refused(shop):
    client = shop.test_client()
    sign_in(client, "warehouse")

    assert client.get("/skus").status_code == 200
    for path in ("/skus/new", "/skus/A-1/edit", "/locations/new", "/locations/N/edit"):
        assert client.get(path).status_code == 403
    assert client.post("/skus", data=SKU).status_code == 403


def test_the_list_says_when_a_location_works_in_its_own_time(person, monkeypatch):
    friday_late = dt.datetime(2026, 12, 18, 14, 30, tzinfo=dt.UTC)  # 15:30 in Berlin, after its cut-off
    monkeypatch.setattr(places, "clock", SimpleNamespace(now=lambda: friday_late))
    holidays = "2026-12-25\n2026-12-21\n2026-01-01"
    assert person.post("/locations", data={**LOCATION, "holidays": holidays}).status_code == 303

    row = Page(person.get("/locations").get_data(as_text=True)).get(f"location-{one('SELECT id FROM location WHERE code = :c', c='EAST')}")

    assert "15:00 Europe/Berlin Next: Tue 22 Dec" in row.text
    assert "Mon Tue Wed Thu Fri Off on Mon 21 Dec 2026 and 1 more" in row.text
    assert "no limit" in row.text
