"""Saved views: kept, shared, counted, begun with; columns and density are a person's own."""

import pytest

from dashboard.accounts.roles import permissions_for
from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from dashboard.orders import store
from dashboard.orders.saving import (
    MOST,
    ChangeView,
    ChooseColumns,
    ChooseView,
    DeleteView,
    SaveView,
    change_view,
    choose_columns,
    choose_view,
    delete_view,
    save_view,
)
from tests.accounts.helpers import add_user, sign_in
from tests.factories import place, shop
from tests.pages import open_page


def person(app, role: str) -> Actor:
    return Actor("user", str(add_user(app, role).id), role, role, permissions_for(role, "user"))


def do(action, command, actor):
    return db.write(action, command, actor, clock.now())


def names(actor: Actor) -> list[str]:
    store.refresh()
    return [view.name for view in store.views_for(store.reader(), int(actor.id))]


@pytest.fixture
def people(any_app):
    return person(any_app, "owner"), person(any_app, "ops_manager"), person(any_app, "analyst")


def test_a_view_is_its_owners_until_it_is_shared(people):
    _, mia, eve = people

    kept = do(save_view, SaveView("  My   late ones ", "view=at_risk&channel=web"), mia)
    assert (names(mia), names(eve)) == (["My late ones"], [])

    do(change_view, ChangeView(kept, "Late", True, 3, version=1), mia)
    assert (names(mia), names(eve)) == (["Late"], ["Late"])
    view = store.views_for(store.reader(), int(eve.id))[0]
    assert (view.query, view.position, view.mine) == ("view=at_risk&channel=web", 3, False)
    assert view.owner.startswith("Ops_Manager")


def test_others_change_a_shared_view_only_by_managing_users(people):
    owner, mia, eve = people
    kept = do(save_view, SaveView("Late", "view=at_risk", True), mia)

    for action, command in [(change_view, ChangeView(kept, "Mine now", True)), (delete_view, DeleteView(kept))]:
        with pytest.raises(Forbidden):
            do(action, command, eve)
    assert names(mia) == ["Late"]

    do(change_view, ChangeView(kept, "Overdue", True), owner)
    assert names(eve) == ["Overdue"]


def test_a_view_of_somebody_else_is_not_there(people):
    _, mia, eve = people
    kept = do(save_view, SaveView("Mine", ""), mia)

    for action, command in [
        (change_view, ChangeView(kept, "Yours", False)),
        (delete_view, DeleteView(kept)),
        (choose_view, ChooseView(kept)),
    ]:
        with pytest.raises(NotFound):
            do(action, command, eve)
    assert names(mia) == ["Mine"]


def test_what_cannot_be_kept_is_refused_and_nothing_is_written(people):
    _, mia, eve = people
    do(save_view, SaveView("Late", ""), mia)

    for actor, command, refusal in [
        (mia, SaveView("", ""), Invalid),
        (mia, SaveView("x" * 61, ""), Invalid),
        (mia, SaveView("a\x00b", ""), Invalid),
        (mia, SaveView("long", "q=" + "x" * 2_000), Invalid),
        (mia, SaveView("Late", "view=open"), Conflict),
        (eve, SaveView("For all", "", True), Forbidden),
        (Actor("token", "7", "shop", "channel", frozenset({"orders.read"})), SaveView("Bot", ""), Forbidden),
    ]:
        with pytest.raises(refusal):
            do(save_view, command, actor)
    assert (names(mia), names(eve)) == (["Late"], [])


def test_two_people_at_one_view_meet(people):
    owner, mia, _ = people
    kept = do(save_view, SaveView("Late", "", True), mia)
    do(change_view, ChangeView(kept, "Later", True, version=1), owner)

    with pytest.raises(Conflict) as met:
        do(change_view, ChangeView(kept, "Latest", True, version=1), mia)

    assert met.value.facts["version"] == 2
    assert names(mia) == ["Later"]


def test_nobody_keeps_more_views_than_can_be_found_again(people):
    _, mia, _ = people
    for number in range(MOST):
        do(save_view, SaveView(f"View {number}", ""), mia)

    with pytest.raises(Conflict):
        do(save_view, SaveView("One more", ""), mia)


def test_a_view_that_goes_or_is_not_shared_any_more_is_nobodys_first(people):
    _, mia, eve = people
    kept = do(save_view, SaveView("Late", "view=at_risk", True), mia)
    for actor in (mia, eve):
        do(choose_view, ChooseView(kept), actor)

    do(change_view, ChangeView(kept, "Late", False), mia)
    store.refresh()
    assert [store.choice_of(store.reader(), int(actor.id)).view_id for actor in (mia, eve)] == [kept, None]

    do(delete_view, DeleteView(kept), mia)
    store.refresh()
    assert store.choice_of(store.reader(), int(mia.id)).view_id is None


def test_columns_are_a_persons_own(people):
    _, mia, eve = people

    do(choose_columns, ChooseColumns(("age", "location"), True), mia)

    store.refresh()
    assert store.choice_of(store.reader(), int(mia.id)) == store.Choice(("age", "location"), True, None)
    assert store.choice_of(store.reader(), int(eve.id)) == store.Choice()


@pytest.fixture
def desk(app, client):
    shop(NORTH_A=9)
    for _ in range(3):
        place(("A", 1))
    place(("A", 1), channel="ebay")
    sign_in(client, user=add_user(app, "ops_manager"))
    return client


def test_a_list_is_saved_counted_and_begun_with(desk):
    answer = desk.post("/orders/views", data={"name": "Web", "query": "channel=web&after=rubbish&nonsense=1", "shared": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/orders?channel=web")

    page = open_page(desk, "/orders?channel=web")
    tab = page.get("saved-1")
    assert tab.attributes["aria-current"] == "page"
    assert not [link for link in page.get("orders-views").all("a") if "aria-current" in link.attributes]

    part = open_page(desk, "/orders/views?list=channel%3Dweb", **{"HX-Request": "true", "HX-Target": "nav#saved-views"})
    assert part.get("saved-count-1").text == "3"
    assert part.get("saved-1").attributes["aria-current"] == "page"

    desk.post("/orders/views/first", data={"view": "1"})
    assert desk.get("/orders").headers["Location"] == "/orders?channel=web"
    assert desk.get("/orders?view=all").status_code == 200

    desk.post("/orders/views/1/removal")
    assert desk.get("/orders").status_code == 200


def test_a_taken_name_is_said_in_the_form(desk):
    desk.post("/orders/views", data={"name": "Web", "query": "channel=web"})

    headers = {"HX-Request": "true", "HX-Target": "details#save-view", "HX-Current-URL": "http://localhost/orders?channel=ebay"}
    answer = desk.post("/orders/views", data={"name": "Web"}, headers=headers)

    assert answer.status_code == 422
    assert "already" in answer.get_data(as_text=True)
    answer = desk.post("/orders/views", data={"name": "eBay"}, headers=headers)
    assert answer.headers["HX-Redirect"] == "/orders?channel=ebay"


def test_the_page_of_views_works_without_javascript(desk):
    desk.post("/orders/views", data={"name": "Web", "query": "channel=web"})

    form = open_page(desk, "/orders/views").get("view-1").all("form")[0]
    sent = {**form.fields(), "name": "Shop", "position": "5"}
    assert desk.post(form.attributes["action"], data=sent).status_code == 303

    assert "Shop" in open_page(desk, "/orders/views").get("view-1").text
    assert desk.post("/orders/views/1", data={**sent, "position": "far"}).status_code == 422


def test_columns_are_left_out_and_come_back(desk):
    desk.post("/orders/columns", data={"column": ["status", "total"], "dense": "1", "back": "/orders?view=open"})
    classes = open_page(desk, "/orders").root.all("table")[0].attributes["class"].split()
    assert {"hide-age", "hide-customer", "dense"} <= set(classes)
    assert not {"hide-status", "hide-total"} & set(classes)

    for opened_on, leads in (("/orders?view=shipped", "/orders?view=shipped"), ("/orders/columns?back=/", "/orders?view=open")):
        asked = {"HX-Request": "true", "HX-Target": "main#main", "HX-Current-URL": f"http://localhost{opened_on}"}
        answer = desk.post("/orders/columns", data={"reset": "1", "back": "/orders?view=open"}, headers=asked)
        assert answer.headers["HX-Redirect"] == leads
    assert "hide-age" not in open_page(desk, "/orders").root.all("table")[0].attributes["class"]


def test_columns_and_a_view_are_kept_from_their_pages_without_javascript(desk):
    links = {link.text: link.attributes["href"] for link in open_page(desk, "/orders?view=open").root.all("a")}

    columns = open_page(desk, links["All columns"]).root.all("main")[0].all("form")[0]
    answer = desk.post(columns.attributes["action"], data=columns.fields())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/orders?view=open")

    saving = open_page(desk, links["Save this list"]).root.all("main")[0].all("form")[0]
    answer = desk.post(saving.attributes["action"], data=saving.fields() | {"name": "Mine"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/orders?view=open")
