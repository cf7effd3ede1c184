"""The pages of bulk actions as a browser without JavaScript sees them, and the parts htmx and the live rooms get."""

import pytest

from dashboard.bulk import actions
from dashboard.bulk.commands import StopRun
from dashboard.kernel import clock, db, outbox
from dashboard.orders import store as orders_store
from dashboard.orders.labels import AssignOrder, TagOrder, assign_order, tag_order, untag_order
from dashboard.web import livepage
from tests.accounts.helpers import sign_in
from tests.bulk.runs import done, go_on, orders, owner, start
from tests.factories import NOW, do, one, place, read, shop, walk
from tests.pages import Page, open_page

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def ids(app):
    shop(north_A=50, south_B=5)
    return orders(4)


@pytest.fixture
def mia(client, ids):
    sign_in(client, "owner")
    return client


@pytest.fixture
def person(app, ids):
    return owner(app)


def posted(client, address: str, status: int = 303, headers=None, **form):
    answer = client.post(address, data=form, headers=headers or {})
    assert answer.status_code == status, (answer.status_code, answer.get_data(as_text=True)[:1500])
    return answer


def number(order_id: int) -> str:
    return one("SELECT number FROM orders WHERE id = :id", id=order_id)




def test_without_script_a_selection_is_asked_about_started_watched_and_undone(mia, person, ids):
    walk(ids[0], "delivered")
    asked = posted(mia, "/bulk", do="hold", order=[str(id_) for id_ in ids])
    page = open_page(mia, asked.headers["Location"])
    run_id = one("SELECT id FROM bulk_run")

    assert "Hold 4 orders" in page.root.all("h1")[0].text
    assert "3 orders will be done." in page.html
    assert "1: it is completed; only an open order can be held" in page.html
    assert "It can be undone for 24 hours" in page.html
    for id_ in ids:
        assert f"#{number(id_)}" in page.get("bulk-ask-form").text

    begun = posted(mia, f"/bulk/{run_id}/start", **{**page.get("bulk-ask-form").fields(), "kind": "address", "note": "street?"})
    assert begun.headers["Location"] == f"/bulk/{run_id}"
    page = open_page(mia, begun.headers["Location"])
    assert page.root.all("progress", max="4")
    assert page.root.all("meta", http_equiv="refresh")
    page.form(f"/bulk/{run_id}/stop")

    go_on(person, run_id, clock.now())
    page = open_page(mia, f"/bulk/{run_id}")
    assert "Held 3 orders, skipped 1." in page.get(f"bulk-bar-{run_id}").text
    assert "It is completed" in page.get("bulk-page").text
    assert not page.root.all("meta", http_equiv="refresh")
    undone = posted(mia, f"/bulk/{run_id}/undo", **page.form(f"/bulk/{run_id}/undo").fields())
    undo_id = int(undone.headers["Location"].rpartition("/")[2])
    go_on(person, undo_id, clock.now())

    page = open_page(mia, f"/bulk/{run_id}")
    assert "taken back by" in page.html
    assert not [form for form in page.root.all("form") if form.attributes.get("action", "").endswith("/undo")]
    assert one("SELECT count(*) FROM order_hold WHERE released_at IS NULL") == 0
    page = open_page(mia, "/bulk")
    assert [card.text for card in page.root.all("main")[0].all("h2")][:2] == ["Undo: Hold 3 orders (address)", "Hold 4 orders (address)"]


def test_a_whole_list_is_frozen_as_its_query_says(mia, ids):
    do(tag_order, TagOrder(ids[1], "vip"))
    do(tag_order, TagOrder(ids[3], "vip"))

    asked = posted(mia, "/bulk", do="cancel", all="1", query="view=open&tag=vip", order=[str(ids[0])])
    do(tag_order, TagOrder(ids[2], "vip"))

    page = open_page(mia, asked.headers["Location"])
    assert "2 orders : all of view Open, tag vip ," in page.get("bulk-ask-form").text
    assert "This cannot be undone." in page.html
    assert read("SELECT order_id FROM bulk_row ORDER BY place") == [(ids[1],), (ids[3],)]
    assert one("SELECT query FROM bulk_run") == "view=open&tag=vip"


@pytest.mark.parametrize(
    "form",
    [
        {"do": "hold"},
        {"do": "hold", "order": "x"},
        {"do": "hold", "order": "99999"},
        {"do": "hold", "order": str(2**70)},
        {"do": "dance", "order": "1"},
        {"do": "hold", "all": "1", "query": "status=nonsense"},
        {"do": "hold", "all": "1", "query": "channel=nobody"},
    ],
)
def test_a_damaged_selection_freezes_nothing(mia, form):
    posted(mia, "/bulk", 422, **form)

    assert one("SELECT count(*) FROM bulk_run") == 0


def test_with_script_the_question_is_a_part_that_marks_what_is_missing(mia, ids):
    part = Page(posted(mia, "/bulk", 200, {**PART, "HX-Target": "div#bulk-ask"}, do="cancel", order=[str(ids[0])]).get_data(as_text=True))
    run_id = one("SELECT id FROM bulk_run")
    assert part.find("main") is None

    answer = posted(mia, f"/bulk/{run_id}/start", 422, {**PART, "HX-Target": "div#bulk-result"}, reason="")
    assert answer.headers["HX-Retarget"] == "#bulk-ask-form"
    assert Page(answer.get_data(as_text=True)).get("bulk-reason").attributes["aria-invalid"] == "true"

    began = posted(mia, f"/bulk/{run_id}/start", 200, {**PART, "HX-Target": "div#bulk-result"}, reason="customer")
    run = Page(began.get_data(as_text=True)).get(f"bulk-run-{run_id}")
    assert run.attributes["data-live-part"] == f"/bulk/{run_id}?beside=1"
    again = mia.get(run.attributes["data-live-part"], headers={**PART, "HX-Target": f"div#bulk-run-{run_id}"})
    assert Page(again.get_data(as_text=True)).get(f"bulk-run-{run_id}").attributes == run.attributes


def test_who_may_not_gets_no_button_and_no_way_round(client, ids):
    sign_in(client, "warehouse")
    page = open_page(client, "/orders")

    offered = {button.attributes["value"] for button in page.get("bulk-form").all("button", name="do")}
    assert offered == {"release", "allocate", "print"}
    posted(client, "/bulk", 403, do="cancel", order=[str(ids[0])])
    assert one("SELECT count(*) FROM bulk_run") == 0


def test_somebody_elses_question_is_not_mine(mia, person, ids):
    run_id = db.write(actions.draft_run, actions.DraftRun("hold", (ids[0],)), person, NOW)

    open_page(mia, f"/bulk/{run_id}", 404)
    posted(mia, f"/bulk/{run_id}/start", 403, kind="manual")
    open_page(mia, "/bulk/999", 404)
    open_page(mia, f"/bulk/{2**70}", 404)


def test_results_are_told_row_by_row_and_as_a_file(mia, person, ids):
    walk(ids[2], "delivered")
    run_id = done(person, "tag", ids[:2], tag="vip")
    other = done(person, "hold", ids)

    lines = mia.get(f"/bulk/{other}/results.csv").get_data(as_text=True).splitlines()
    assert lines[0] == "place,order,result,reason"
    assert lines[3] == f"3,{number(ids[2])},skipped,it is completed; only an open order can be held"
    assert [row.text for row in open_page(mia, f"/bulk/{other}?state=done").root.all("tbody")[0].all("tr")] == [
        f"#{number(id_)} Done" for id_ in (ids[0], ids[1], ids[3])
    ]
    page = open_page(mia, "/orders?tag=vip")
    assert page.get(f"order-{ids[0]}").all("span", class_="label-tag")[0].text == "vip"
    assert "Tag vip" in page.root.all("li", class_="chip")[0].text
    assert len(page.get("orders-rows").all("tr")) == 2
    assert run_id


def test_the_list_filters_by_who_has_an_order(mia, person, ids):
    do(assign_order, AssignOrder(ids[1], int(person.id)))

    page = open_page(mia, f"/orders?assignee={person.id}")
    assert [row.attributes["id"] for row in page.get("orders-rows").all("tr")] == [f"order-{ids[1]}"]
    assert f"Assigned to {person.name}" in page.get(f"order-{ids[1]}").text
    assert f"Assignee {person.name}" in page.root.all("li", class_="chip")[0].text
    assert len(open_page(mia, "/orders?assignee=none").get("orders-rows").all("tr")) == 3
    open_page(mia, "/orders?assignee=you", 422)


def test_papers_of_many_orders_are_one_page(mia, person, ids):
    place(("B", 2), ("A", 1))
    every = [row[0] for row in read("SELECT id FROM orders ORDER BY id")]
    slips, picks = (done(person, "print", every, document=document) for document in ("slips", "picks"))

    page = open_page(mia, f"/bulk/{slips}/print")
    assert len(page.root.all("article", class_="slip")) == 6  # the last one leaves from two locations
    page = open_page(mia, f"/bulk/{picks}/print")
    north, south = page.root.all("article", class_="slip")
    assert [cell.text for cell in north.all("td", class_="num")] == ["5"]
    assert [cell.text for cell in south.all("td", class_="num")] == ["2"]
    assert open_page(mia, f"/bulk/{done(person, 'hold', every)}/print", 409)


def test_every_page_shows_what_goes_on_and_every_screen_hears_of_it(app, mia, person, ids):
    assert "hidden" in open_page(mia, "/inventory").get("bulk-chip").attributes
    run_id = start(person, "hold", ids)
    go_on(person, run_id, most=1, times=1)

    chip = open_page(mia, "/inventory").get("bulk-chip")
    assert chip.attributes["href"] == f"/bulk/{run_id}"
    assert chip.text == "Holding 4 orders: 1 done 25 %"
    fresh = open_page(mia, f"/bulk/{run_id}").get(f"bulk-bar-{run_id}")
    sent = {row.k: row for row in pushed(app, run_id).rows}
    bar = Page(sent[f"bulk-bar-{run_id}"].html).get(f"bulk-bar-{run_id}")
    assert (bar.attributes, bar.text) == (fresh.attributes, fresh.text)
    assert Page(sent["bulk-chip"].html).get("bulk-chip").text == chip.text
    assert pushed(app, run_id).ids == []

    db.write(actions.stop_run, StopRun(run_id, "enough"), person, NOW)
    payload = pushed(app, run_id)
    assert [found.k for found in payload.ids] == [f"bulk-run-{run_id}"]
    assert "Held 1 order, left 3 alone" in Page(payload.rows[0].html).get("bulk-chip").text
    assert "hidden" in open_page(mia, "/inventory").get("bulk-chip").attributes
    sent_html = "".join(row.html for row in payload.rows)
    assert "csrf" not in sent_html
    assert "<form" not in sent_html


def pushed(app, run_id: int) -> livepage.Payload:
    orders_store.refresh()
    events = (outbox.Recorded(9, "BulkMoved", "bulk", str(run_id), 1, None, "x", "x", NOW, {}),)
    with app.test_request_context("/"):
        return livepage.payload_for(livepage.Changes(livepage.parse("bulk"), events=events))


def test_a_narrowed_list_offers_its_exact_count(mia, person, ids):
    for order_id in ids[:3]:
        do(tag_order, TagOrder(order_id, "vip"))
    do(assign_order, AssignOrder(ids[1], int(person.id)))

    page = open_page(mia, "/orders?tag=vip&limit=2").get("whole-matching")
    assert page.text == "Select all matching, counted before anything happens"
    counted = Page(mia.get(page.attributes["hx-get"], headers=PART).text).get("whole-matching")
    assert (counted.text, counted.attributes["hx-get"]) == ("Select all 3 matching", page.attributes["hx-get"])
    do(untag_order, TagOrder(ids[0], "vip"))
    assert "Select all 2 matching" in Page(mia.get(counted.attributes["hx-get"]).text).root.text
    assert "Select all 1 matching" in Page(mia.get(f"/bulk/matching?view=open&assignee={person.id}").text).root.text
    assert "not one of" in mia.get("/bulk/matching?status=nonsense").text
    whole = open_page(mia, "/orders?view=open&limit=2").get("orders-list").all("label", class_="check whole-list")[0]
    assert (whole.text, whole.all("b")[0].attributes["data-facet"]) == ("Select all 4 matching", "open")
