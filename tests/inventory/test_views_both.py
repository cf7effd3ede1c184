"""Every page and list of stock and catalogue reads the same on SQLite and PostgreSQL."""

from tests.accounts.helpers import sign_in
from tests.api.conftest import Api
from tests.checking import assert_clean
from tests.life import live


def test_pages_and_lists_answer_on_both_databases(any_app):
    ids = live()
    client, api = any_app.test_client(), Api(any_app)
    sign_in(client)
    number = 10_000 + ids["delivered"]

    for path in ("/inventory", "/inventory?view=low", "/inventory?view=out&q=a", "/stock/A-1", "/stock/A-1?location=N", "/stock/A-1/levels",
                 "/skus", "/skus?q=item", "/skus/A-1/edit", "/locations", "/locations/N/edit"):  # fmt: skip
        assert client.get(path).status_code == 200, path
    for path in ("orders", "orders?view=picking&sort=ship_by", "orders?q=item", f"orders/{number}", f"orders/{number}/payments",
                 f"orders/{number}/fulfilment-orders", f"orders/{number}/returns", f"orders/{number}/events", "stock", "stock/movements",
                 "stock/movements?sku=A-1&location=N", "skus"):  # fmt: skip
        assert api.get(path).status_code == 200, path
    page = client.get("/stock/A-1").get_data(as_text=True)
    assert "sum checked" in page
    assert f"#{10_000 + ids['held']}" in page
    moved = {"location": "N", "how": "change", "units": "2", "reason": "found"}
    assert client.post("/stock/A-1/adjustments", data=moved).status_code == 303
    assert client.post("/stock/A-1/levels", data={"reorder_point-N": "99"}).status_code == 303
    assert client.post("/skus", data={"code": "z", "name": "Z", "kind": "stock", "price": "1", "currency": "GBP"}).status_code == 303
    assert client.post("/locations", data={"code": "E", "name": "E", "kind": "store", "time_zone": "UTC", "cutoff": "12:00",
                                           "working_days": ["1", "6"], "priority": "3"}).status_code == 303  # fmt: skip
    assert_clean()
