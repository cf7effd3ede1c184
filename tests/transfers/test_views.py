"""The pages of transfers without JavaScript, their parts for htmx, and two people at one transfer."""

import pytest

from dashboard.kernel.db import db
from tests.accounts.helpers import sign_in
from tests.checking import assert_clean
from tests.factories import dump, one
from tests.pages import Page, open_page, submit
from tests.shop import open_shop
from tests.transfers.acting import shelf, status, tally

DRAFT = {"from_location": "N", "to_location": "S", "lines-0-sku": "a-1", "lines-0-units": "4"}
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def new(client, **more) -> str:
    """The number of a draft made through the form."""
    answer = client.post("/transfers", data={**DRAFT, **more})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location.rpartition("/")[2]


def moving(client, **more) -> str:
    number = new(client, **more)
    assert client.post(f"/transfers/{number}/dispatch", data={"version": "1"}).status_code == 303
    return number


def refused(client, path: str, status_code: int, data: dict[str, str], **headers: str) -> Page:
    """The answer has this status and not one row of any table changed."""
    before = dump()
    answer = client.post(path, data=data, headers=headers)
    assert answer.status_code == status_code, answer.get_data(as_text=True)[:1000]
    assert dump() == before
    return Page(answer.get_data(as_text=True))


def test_a_person_drafts_dispatches_and_receives_with_forms_alone(person):
    listed = open_page(person, "/transfers")
    assert "No transfer yet" in listed.html
    assert "Transfers" in [link.text for link in listed.root.all("a", aria_current="page")]

    form = open_page(person, "/transfers/new?sku=A-1&sku=b-2&from=N")
    assert (form.get("line-0-sku").attributes["value"], "10 available" in form.get("draft-line-0").text) == ("A-1", True)
    page = submit(person, form.form("/transfers"), **{"to_location": "S", "lines-0-units": "4", "lines-1-units": "3", "note": "by van"})
    assert "Transfer T1001 is drafted" in page.html
    page = submit(person, page.form("/transfers/T1001/dispatch"))
    assert status("T1001") == "in_transit"

    receive = page.form("/transfers/T1001/receipts")
    first, second = (name for name in receive.fields() if name.endswith("-received"))
    page = submit(person, receive, step="receive", **{first: "2", second: "3"})
    assert (status("T1001"), shelf("A-1", "S"), shelf("B-2", "S")) == ("partially_received", (7, 0, 0), (3, 0, 0))
    page = submit(person, page.form("/transfers/T1001/losses"), reason="carrier", **{first.replace("received", "lost"): "1"})
    page = submit(person, page.form("/transfers/T1001/return"))

    assert (status("T1001"), tally("T1001", "A-1")) == ("received", (4, 2, 0, 1, 1))
    timeline = page.get("transfer-steps-1").text
    for words in ("Sent back: 1 returned", "Written off: 1 lost", "Why: Lost by the carrier", "Received: 5 received", "Dispatched: 7"):
        assert words in timeline
    assert page.root.all("form", action="/transfers/T1001/receipts") == []
    assert_clean()


def test_the_list_has_views_search_and_pages(person):
    numbers = [new(person, **{"lines-0-units": "1"}) for _ in range(4)]
    person.post(f"/transfers/{numbers[0]}/dispatch")
    person.post(f"/transfers/{numbers[1]}/cancellation")

    def shown(path):
        page = open_page(person, path)
        return [row.all("a")[0].text for row in page.root.all("tr") if "data-row" in row.attributes]

    assert shown("/transfers") == numbers[::-1]
    assert (shown("/transfers?view=open"), shown("/transfers?view=in_transit")) == (numbers[:1:-1], numbers[:1])
    assert shown("/transfers?view=done") == [numbers[1]]
    assert (shown("/transfers?q=t1003"), shown("/transfers?q=a-"), shown("/transfers?q=S")) == (["T1003"], numbers[::-1], numbers[::-1])
    assert "No transfer matches" in open_page(person, "/transfers?q=%00nope").html
    first = open_page(person, "/transfers?limit=3")
    more = next(link.attributes["href"] for link in first.root.all("a", rel="next"))
    assert shown("/transfers?limit=3") + shown(more) == numbers[::-1]
    assert "<html" not in person.get("/transfers", headers=PART).get_data(as_text=True)
    assert open_page(person, "/transfers").get("count-open").text == "2"


def test_more_lines_without_javascript(person):
    form = open_page(person, "/transfers/new").form("/transfers")
    before = dump()
    answer = person.post("/transfers", data={**form.fields(), "lines-0-sku": "A-1", "lines-0-units": "2", "more": "1"})
    page = Page(answer.get_data(as_text=True))

    assert (answer.status_code, dump() == before) == (200, True)
    assert page.get("line-0-sku").attributes["value"] == "A-1"
    assert page.find("line-5-sku") is not None


def test_a_line_tells_what_is_available_as_soon_as_it_is_typed(person):
    typed = {"lines-0-sku": "a-1", "from_location": "N"}
    line = Page(person.get("/transfers/new/line", query_string=typed, headers=PART).get_data(as_text=True))
    assert (line.get("line-0-sku").attributes["value"], line.get("line-0-units").attributes["value"]) == ("A-1", "1")
    assert "Location N 10 available (from here) Location S 5 available" in line.get("draft-line-0").text
    unknown = person.get("/transfers/new/line", query_string={"lines-0-sku": "nope"}, headers=PART)
    assert "There is no SKU or barcode nope." in unknown.get_data(as_text=True)


@pytest.mark.parametrize(("change", "field"), [
    ({"to_location": "N"}, "to_location"), ({"to_location": "X"}, "to_location"), ({"from_location": ""}, "from_location"),
    ({"lines-0-units": "0"}, "line-0-units"), ({"lines-0-units": "-2"}, "line-0-units"), ({"lines-0-units": "1.5"}, "line-0-units"),
    ({"lines-0-units": "2147483648"}, "line-0-units"), ({"lines-0-units": "many"}, "line-0-units"), ({"lines-0-sku": "NOPE"}, "line-0-sku"),
    ({"lines-3-sku": "A-1", "lines-3-units": "1"}, "line-3-sku"), ({"lines-3-units": "1"}, "line-3-sku"),
    ({"expected_on": "tomorrow"}, "expected_on"), ({"lines-0-sku": "", "lines-0-units": ""}, "lines"),
])  # fmt: skip
def test_a_malformed_draft_is_a_422_at_its_field(person, change, field):
    page = refused(person, "/transfers", 422, {**DRAFT, **change}, **PART)

    assert page.get(f"{field}-error").text
    assert page.find("transfer-form") is not None


def test_more_than_is_available_is_a_409_and_nothing_leaves(person):
    number = new(person, **{"lines-0-units": "11"})
    shown = open_page(person, f"/transfers/{number}")
    assert "Short 10" in shown.get("transfer-lines-1").text

    page = refused(person, f"/transfers/{number}/dispatch", 409, {"version": "1"}, **PART)

    assert "A-1: 11 wanted, 10 available" in page.html
    assert shelf("A-1", "N") == (10, 0, 0)


@pytest.mark.parametrize(("typed", "field"), [
    ({"received": "5"}, "count-1-received"), ({"received": "-1"}, "count-1-received"), ({"received": "1.5"}, "count-1-received"),
    ({"damaged": "9999999999"}, "count-1-damaged"), ({}, "receipt"), ({"received": "3", "damaged": "2"}, "count-1-received"),
])  # fmt: skip
def test_a_malformed_receipt_is_a_422_at_its_field(person, typed, field):
    number = moving(person)
    sent = {"step": "receive", "version": "2", **{f"1-{name}": value for name, value in typed.items()}}

    assert refused(person, f"/transfers/{number}/receipts", 422, sent, **PART).get(f"{field}-error").text


def test_a_malformed_loss_is_a_422_at_its_field(person):
    number = moving(person)
    for sent, field in (({"1-lost": "5", "reason": "missing"}, "count-1-lost"), ({"1-lost": "1"}, "loss-reason")):
        assert refused(person, f"/transfers/{number}/losses", 422, sent).get(f"{field}-error").text


def test_scans_count_up_and_save_nothing_until_they_are_received(person):
    number = moving(person)
    sent = {"step": "scan", "version": "2", "scan": "a-1", "1-received": "2"}
    before = dump()

    page = Page(person.post(f"/transfers/{number}/receipts", data=sent).get_data(as_text=True))
    assert (page.get("count-1-received").attributes["value"], page.get("scanned").text) == ("3", "A-1: 3 of 4")
    for word, told in (("B-2", "B-2 is not on the way"), ("NOPE", "There is no SKU"), ("", "Scan or type"), ("\x00", "There is no SKU")):
        answer = person.post(f"/transfers/{number}/receipts", data={**sent, "scan": word})
        assert (answer.status_code, told in answer.get_data(as_text=True)) == (422, True)
    full = person.post(f"/transfers/{number}/receipts", data={**sent, "1-received": "4"})
    assert "are counted already" in full.get_data(as_text=True)
    assert dump() == before


def test_one_receipt_sent_twice_is_received_once(person):
    number = moving(person)
    sent = {"step": "receive", "version": "2", "1-received": "2", "_key": "click"}

    for _ in range(2):
        assert person.post(f"/transfers/{number}/receipts", data=sent).status_code == 303

    assert shelf("A-1", "S") == (7, 0, 0)


def test_two_people_receive_and_the_second_sees_what_is_left(opened, person):
    other = opened.test_client()
    sign_in(other)
    number = moving(person)
    mine, theirs = (open_page(client, f"/transfers/{number}").form(f"/transfers/{number}/receipts") for client in (person, other))
    submit(person, mine, step="receive", **{"1-received": "3"})

    page = refused_but_stored(other, f"/transfers/{number}/receipts", {**theirs.fields(), "step": "receive", "1-received": "2"})

    assert "was changed by somebody else" in page.html
    assert page.get("count-1-received").attributes | {"max": "1", "value": "2"} == page.get("count-1-received").attributes
    assert shelf("A-1", "S") == (8, 0, 0)
    submit(other, page.form(f"/transfers/{number}/receipts"), step="receive", **{"1-received": "1"})
    assert (status(number), shelf("A-1", "S")) == ("received", (9, 0, 0))


def refused_but_stored(client, path: str, data: dict[str, str]) -> Page:
    """409, kept under the form's key; nothing else changed."""
    before = dump()
    answer = client.post(path, data=data, headers=PART)
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"]
    after = dump()
    assert {name for name in before if before[name] != after[name]} <= {"idempotency_key"}
    return Page(answer.get_data(as_text=True))


def test_two_people_edit_a_draft_and_the_second_sees_theirs(opened, person):
    other = opened.test_client()
    sign_in(other)
    number = new(person)
    at = f"/transfers/{number}"
    mine, theirs = (open_page(client, f"{at}/edit").form(at) for client in (person, other))
    submit(person, mine, **{"lines-0-units": "6"})

    page = refused_but_stored(other, at, {**theirs.fields(), "lines-0-units": "7"})
    assert "6 × A-1" in page.html
    assert page.get("line-0-units").attributes["value"] == "7"
    submit(other, page.form(at))

    assert one("SELECT units FROM transfer_line") == 7
    assert_clean()


def test_a_person_of_one_location_does_their_end_only(opened, person):
    north, south = opened.test_client(), opened.test_client()
    sign_in(north, "warehouse", locations="N")
    sign_in(south, "warehouse", locations="S")
    number = new(south)
    assert "the next step is done at the other end" in open_page(south, f"/transfers/{number}").html

    refused(south, f"/transfers/{number}/dispatch", 403, {"version": "1"})
    assert north.post(f"/transfers/{number}/dispatch", data={"version": "1"}).status_code == 303
    refused(north, f"/transfers/{number}/receipts", 403, {"step": "all", "version": "2"})
    assert south.post(f"/transfers/{number}/receipts", data={"step": "all", "version": "2"}).status_code == 303

    assert shelf("A-1", "S") == (9, 0, 0)


def test_who_may_not_adjust_stock_reads_only(opened, person):
    number = moving(person)
    reader = opened.test_client()
    sign_in(reader, "analyst")

    page = open_page(reader, f"/transfers/{number}")
    assert [form for form in page.root.all("form", method="post") if "/transfers" in form.attributes["action"]] == []
    assert reader.post(f"/transfers/{number}/receipts", data={"step": "all"}).status_code == 403


def test_the_stock_page_tells_what_is_on_the_way_and_begins_a_transfer(person):
    page = open_page(person, "/stock/A-1?location=N")
    assert "hidden" in page.get("on-the-way-1").attributes
    begin = next(link for link in page.root.all("a") if link.text == "Transfer")
    assert begin.attributes["href"] == "/transfers/new?sku=A-1&from=N"

    moving(person)

    way = open_page(person, "/stock/A-1").get("on-the-way-1")
    assert way.text == "In transit (4) T1001 Location N Location S 4 units"
    assert "hidden" not in way.attributes


def test_pages_answer_on_both_databases(any_app):
    open_shop({"A-1": {"N": 10, "S": 5}})
    client = any_app.test_client()
    sign_in(client)
    number = moving(client)
    for path in ("/transfers", "/transfers?view=done&q=x", "/transfers/new?sku=A-1", f"/transfers/{number}", "/stock/A-1"):
        assert client.get(path).status_code == 200, path
    assert client.get(f"/transfers/{number.lower()}").status_code == 301
    assert client.get("/transfers/T9").status_code == 404
    assert client.post(f"/transfers/{number}/receipts", data={"step": "all"}).status_code == 303
    db.session.rollback()
    assert_clean()
