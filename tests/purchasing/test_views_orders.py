"""/purchase-orders and /suppliers as a person uses them."""

import re

from tests.accounts.helpers import sign_in
from tests.factories import dump, one
from tests.purchasing.helpers import draft, lines, ordered, status

DRAFT = {"supplier": "Acme", "location": "N", "expected_on": "2026-12-01", "note": "", "lines-0-sku": "a-1", "lines-0-units": "12",
         "lines-0-unit_cost": "2.55", "lines-1-sku": "", "lines-1-units": "", "lines-1-unit_cost": ""}  # fmt: skip


def text_of(answer):
    return answer.get_data(as_text=True)


def line_of(number):
    return one("SELECT l.id FROM purchase_order_line l JOIN purchase_order p ON p.id = l.purchase_order_id WHERE p.number = :number",
               number=number)  # fmt: skip


def test_a_draft_is_written_changed_placed_received_and_closed(person):
    made = person.post("/purchase-orders", data=DRAFT)
    number = made.headers["Location"].rpartition("/")[2]
    assert (made.status_code, status(number)) == (303, "draft")

    form = text_of(person.get(f"/purchase-orders/{number}/edit"))
    version = re.search(r'name="version" value="(\d+)"', form).group(1)
    changed = {**DRAFT, "lines-1-sku": "B-2", "lines-1-units": "4", "version": version}
    assert person.post(f"/purchase-orders/{number}", data=changed).status_code == 303
    assert lines(number) == [("A-1", 12, 0, 0, 0), ("B-2", 4, 0, 0, 0)]

    assert person.post(f"/purchase-orders/{number}/placement", data={"version": "2"}).status_code == 303
    assert person.post(f"/purchase-orders/{number}/schedule", data={"expected_on": "never"}).status_code == 422
    assert person.post(f"/purchase-orders/{number}/schedule", data={"expected_on": "2026-12-24"}).status_code == 303
    assert "Thu 24 Dec 2026" in text_of(person.get(f"/purchase-orders/{number}"))
    first = one("SELECT min(id) FROM purchase_order_line")
    came = {f"units-{first}": "5", f"damaged-{first}": "1"}
    assert person.post(f"/purchase-orders/{number}/receipts", data=came).status_code == 303
    page = text_of(person.get(f"/purchase-orders/{number}"))
    assert "5 × A-1, 1 damaged" in page
    assert "£2.55" in page
    assert person.post(f"/purchase-orders/{number}/closing", data={"reason": "other"}).status_code == 303
    assert status(number) == "received"


def test_a_bad_draft_is_shown_again_with_its_complaints(person):
    before = dump()
    for change, word in (({"lines-0-units": "0"}, "between 1 and"), ({"lines-0-units": "1.5"}, "not a whole number"),
                         ({"lines-0-units": "2147483648"}, "between 1 and"), ({"lines-0-sku": "NOPE"}, "no SKU NOPE"),
                         ({"lines-0-sku": "", "lines-0-units": "3"}, "Which SKU?"), ({"supplier": ""}, "Choose a supplier"),
                         ({"expected_on": "soon"}, "Write a day"), ({"lines-0-unit_cost": "x"}, "not a number"),
                         ({"lines-0-sku": "", "lines-0-units": "", "lines-0-unit_cost": ""}, "1 to 500 lines")):  # fmt: skip
        answer = person.post("/purchase-orders", data={**DRAFT, **change})
        assert (answer.status_code, word in text_of(answer)) == (422, True), change
    assert dump() == before


def test_two_people_changing_one_draft_see_what_the_other_wrote(person):
    number = draft(("A-1", 3), location="N")
    theirs = {**DRAFT, "version": "1", "lines-0-units": "7"}
    assert person.post(f"/purchase-orders/{number}", data=theirs).status_code == 303

    mine = person.post(f"/purchase-orders/{number}", data={**DRAFT, "version": "1", "lines-0-units": "9"})

    text = text_of(mine)
    assert (mine.status_code, "7 × A-1" in text, 'value="9"' in text) == (409, True, True)
    assert lines(number) == [("A-1", 7, 0, 0, 0)]
    version = re.search(r'name="version" value="(\d+)"', text).group(1)
    again = {**DRAFT, "version": version, "lines-0-units": "9"}
    assert person.post(f"/purchase-orders/{number}", data=again).status_code == 303
    assert lines(number) == [("A-1", 9, 0, 0, 0)]


def test_a_stale_step_is_a_409_and_more_than_ordered_a_422_beside_its_line(person):
    number = ordered(("A-1", 12), location="N")
    before = dump()

    stale = person.post(f"/purchase-orders/{number}/cancellation", data={"reason": "mistake", "version": "1"})
    over = person.post(f"/purchase-orders/{number}/receipts", data={f"units-{line_of(number)}": "14"})
    nothing = person.post(f"/purchase-orders/{number}/receipts", data={})

    assert [answer.status_code for answer in (stale, over, nothing)] == [409, 422, 422]
    assert "changed by somebody else" in text_of(stale)
    assert "12 of 12 units are still to come, not 14" in text_of(over)
    assert 'value="14"' in text_of(over)
    assert dump() == before
    told = {f"units-{line_of(number)}": "13", "over_reason": "free_goods"}
    assert person.post(f"/purchase-orders/{number}/receipts", data=told).status_code == 303
    assert lines(number) == [("A-1", 12, 13, 1, 0)]


def test_one_key_receives_once(person):
    number = ordered(("A-1", 12), location="N")
    for _ in range(2):
        data = {f"units-{line_of(number)}": "2", "_key": "k-1"}
        assert person.post(f"/purchase-orders/{number}/receipts", data=data).status_code == 303
    assert lines(number) == [("A-1", 12, 2, 0, 0)]


def test_the_list_has_views_search_and_pages(person):
    empty = text_of(person.get("/purchase-orders"))
    assert "No purchase order yet" in empty
    old, new = draft(("A-1", 3), location="N"), ordered(("B-2", 3), location="S")

    assert (old in text_of(person.get("/purchase-orders?view=draft")), new in text_of(person.get("/purchase-orders?view=draft"))) == (
        True, False,
    )  # fmt: skip
    for query in ("b-2", new.lower(), "acme"):
        assert new in text_of(person.get(f"/purchase-orders?q={query}"))
    assert "No purchase order matches" in text_of(person.get("/purchase-orders?q=%00"))
    first = text_of(person.get("/purchase-orders?limit=1"))
    following = re.search(r'href="(/purchase-orders\?before=[^"]+)"', first).group(1)
    assert (new in first, old in text_of(person.get(following))) == (True, True)
    assert person.get("/purchase-orders?before=x").status_code == 422
    assert person.get("/purchase-orders/PO-9").status_code == 404


def test_the_warehouse_receives_but_sees_no_cost_and_writes_nothing(shop):
    number = ordered(("A-1", 12), location="N")
    client = shop.test_client()
    sign_in(client, "warehouse", locations="N")

    page = text_of(client.get(f"/purchase-orders/{number}"))

    assert ("Came now" in page, "£2.50" in page, "Place order" in page) == (True, False, False)
    assert client.post(f"/purchase-orders/{number}/receipts", data={f"units-{line_of(number)}": "12"}).status_code == 303
    for path in ("/purchase-orders", f"/purchase-orders/{number}/cancellation", "/suppliers", "/reorder/drafts"):
        assert client.post(path, data=DRAFT).status_code == 403


def test_suppliers_are_made_changed_and_told_what_they_supply(person):
    form = {"name": "Brook", "lead_days": "9", "review_days": "14", "currency": "EUR"}
    made = person.post("/suppliers", data=form)
    address = made.headers["Location"]
    assert made.status_code == 303
    assert "already" in text_of(person.post("/suppliers", data=form))
    assert person.post("/suppliers", data={**form, "name": "X", "lead_days": "-1"}).status_code == 422

    assert person.post(address, data={**form, "lead_days": "4", "version": "1"}).status_code == 303
    stale = person.post(address, data={**form, "version": "1"})
    assert (stale.status_code, "4 lead days" in text_of(stale)) == (409, True)

    sku = {"sku": "b-2", "pack_size": "12", "unit_cost": "1.25"}
    assert person.post(f"{address}/skus", data=sku).status_code == 303
    for bad, word in (({"sku": "NOPE"}, "no SKU NOPE"), ({"pack_size": "0"}, "1 or more"), ({"unit_cost": "1.23456"}, "4 digits")):
        refused = person.post(f"{address}/skus", data={**sku, **bad})
        assert (refused.status_code, word in text_of(refused)) == (422, True), bad
    assert "B-2" in text_of(person.get(address))
    assert person.get("/suppliers/99999999999999999999999").status_code == 404
