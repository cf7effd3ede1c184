"""Every page and list of purchasing reads the same on SQLite and PostgreSQL."""

import datetime as dt

from dashboard.purchasing.commands import RecordArrival
from dashboard.purchasing.receiving import receive_purchase, record_arrival
from tests.accounts.helpers import sign_in
from tests.api.conftest import Api
from tests.checking import assert_clean
from tests.factories import do
from tests.purchasing.helpers import draft, ordered, receipt, supplier, supplies
from tests.shop import open_shop


def test_pages_and_lists_answer_on_both_databases(any_app):
    open_shop({"A-1": {"N": 10, "S": 5}, "B-2": {"N": 3}})
    made = supplier()
    supplies(made, "A-1", 6)
    number = ordered(("A-1", 12), ("B-2", 4), location="N", expected_on=dt.date(2026, 1, 1))
    do(record_arrival, RecordArrival(number))
    do(receive_purchase, receipt(number, ("A-1", 13, 1), over_reason="free_goods", note="one carton crushed"))
    draft(("B-2", 5), location="S")
    client, api = any_app.test_client(), Api(any_app)
    sign_in(client)
    levels = {f"{name}-{place}": 40 for name in ("reorder_point", "safety") for place in ("N", "S")}
    assert client.post("/stock/B-2/levels", data=levels).status_code == 303

    for path in ("/purchase-orders", "/purchase-orders?view=late&q=acme", "/purchase-orders?view=incoming&q=a-1",
                 "/purchase-orders?limit=1",
                 "/purchase-orders/new", f"/purchase-orders/{number}", "/receiving", "/receiving?location=S", "/reorder",
                 "/reorder?location=N&supplier=-", "/reorder?supplier=Acme&limit=1", "/suppliers", f"/suppliers/{made}",
                 "/stock/A-1", "/stock/B-2"):  # fmt: skip
        assert client.get(path).status_code == 200, path
    for path in ("purchase-orders", "purchase-orders?view=late", f"purchase-orders/{number}", "stock"):
        assert api.get(path).status_code == 200, path
    page = client.get(f"/purchase-orders/{number}").get_data(as_text=True)
    assert "13 × A-1, 1 damaged, 1 above the order (free goods)" in page
    assert f"“{number}: one carton crushed”" in client.get("/stock/A-1").get_data(as_text=True)
    assert "B-2" in client.get("/reorder").get_data(as_text=True)
    assert_clean()
