"""/api/v1/customers: list, search, add, correct, tag, consent, merge, unmerge, erase; each answer as the document says."""

from dashboard.api import customer_schemas
from tests import factories
from tests.api.conftest import Api
from tests.customers.helpers import ADDRESS, order, person_of

LIST, DETAIL = customer_schemas.CustomerList, customer_schemas.CustomerDetail


def valid(answer, schema=DETAIL, status=200):
    assert answer.status_code == status, answer.text
    schema.model_validate(answer.json)
    return answer.json


def test_customers_are_listed_by_keyset_and_searched(app):
    factories.shop(north_A=50)
    for name in ("Ada Byron", "Bob Stone", "Cy Byron"):
        order(name, f"{name.split()[0].lower()}@example.com", "020 7946 0958" if name == "Ada Byron" else "", ship_to=ADDRESS)
    api = Api(app, "support")

    first = valid(api.get("customers?limit=2"), LIST)
    rest = valid(api.get(f"customers?limit=2&cursor={first['next']}"), LIST)

    assert [row["name"] for row in first["items"] + rest["items"]] == ["Cy Byron", "Bob Stone", "Ada Byron"]
    assert (rest["next"], rest["items"][0]["ordered_for"]) == (None, {"GBP": "10.00"})
    for query, names in (("byron", ["Cy Byron", "Ada Byron"]), ("bob@example.com", ["Bob Stone"]), ("02079460958", ["Ada Byron"])):
        assert [row["name"] for row in valid(api.get(f"customers?q={query}"), LIST)["items"]] == names
    for query in ("limit=0", "cursor=x", "consent=x"):
        assert api.get(f"customers?{query}").status_code == 422, query
    for id_ in ("99", "x", str(2**70)):
        assert api.get(f"customers/{id_}").status_code == 404
    ada = rest["items"][0]["id"]
    orders = valid(api.get(f"customers/{ada}/orders"), customer_schemas.CustomerOrderList)
    assert [found["total"] for found in orders["items"]] == ["10.00"]


def test_somebody_is_added_corrected_tagged_and_asked(any_app):
    factories.shop(north_A=50)
    api = Api(any_app, "support")

    person = {"name": "Ada Byron", "email": "Ada@Example.com", "phone": "020 7946 0958", "country": "GB"}
    ada = valid(api.post("customers", person), status=201)
    at = f"customers/{ada['id']}"
    known = api.post("customers", {"name": "Another", "email": "ada@example.com"})
    assert (known.status_code, known.json["facts"]) == (409, {"customer": ada["id"], "by": "email"})
    assert person_of(order("A. Byron", "", "+44 20 7946 0958")) == int(ada["id"])
    assert valid(api.patch(at, {"phone": "1", "version": 1}))["email"] == "Ada@Example.com"
    assert api.patch(at, {"name": "Late", "version": 1}).status_code == 409
    assert api.patch(at, {"email": "nothing"}).status_code == 422
    assert valid(api.post(f"{at}/tags", {"tag": " VIP "}), status=201)["tags"] == ["vip"]
    assert valid(api.delete(f"{at}/tags/vip"))["tags"] == []
    said = valid(api.post(f"{at}/consents", {"purpose": "email", "granted": True, "how": "phone"}), status=201)
    assert (said["consents"]["email"]["granted"], said["consents"]["sms"]) == (True, None)
    assert [row["id"] for row in valid(api.get("customers?consent=email"), LIST)["items"]] == [ada["id"]]
    assert valid(api.post(f"{at}/notes", {"body": "rang twice"}), status=201)["notes"][0]["body"] == "rang twice"
    assert api.post(f"{at}/consents", {"purpose": "fax", "granted": True, "how": "phone"}).status_code == 422


def test_two_become_one_and_two_again_and_are_erased_only_on_purpose(app):
    factories.shop(north_A=50)
    ada, bob = (person_of(order(name, f"{name}@example.com")) for name in ("ada", "bob"))
    api, reader = Api(app, "owner"), Api(app, "finance")
    assert reader.post(f"customers/{ada}/merges", {"customer": str(bob)}).status_code == 403

    one = valid(api.post(f"customers/{ada}/merges", {"customer": str(bob), "version": 1}), status=201)
    assert (one["orders"], one["records"], one["merges"][0]["customer"]) == (2, 2, str(bob))
    assert valid(api.get(f"customers/{bob}"))["id"] == str(ada)
    assert api.post(f"customers/{ada}/merges", {"customer": str(ada)}).status_code == 422
    assert api.delete(f"customers/{ada}/merges/99").status_code == 404
    assert valid(api.delete(f"customers/{ada}/merges/{one['merges'][0]['id']}"))["orders"] == 1
    before = factories.dump()["customer"]
    assert api.post(f"customers/{ada}/erasure", {}).status_code == 422
    assert api.post(f"customers/{ada}/erasure", {"confirm": "erase"}).status_code == 409  # its order is open
    assert factories.dump()["customer"] == before


def test_a_channels_token_sees_no_people(app):
    factories.shop(north_A=50)
    ada = person_of(order("ada", "ada@example.com"))
    channel = Api(app, "channel", "web")

    assert {channel.get(path).status_code for path in ("customers", f"customers/{ada}", f"customers/{ada}/orders")} == {403}
    assert Api(app, "support", "web").get("customers").status_code == 403
