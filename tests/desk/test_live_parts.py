"""What the rooms of the desk are sent is what a fresh page shows; a person's own room is theirs alone."""

from dashboard.desk.actions import assign_exception, snooze_exception
from dashboard.desk.commands import AssignException, SnoozeException
from dashboard.desk.events import ExceptionAssigned
from dashboard.kernel import outbox
from dashboard.kernel.actor import Actor
from dashboard.live import pushes
from dashboard.orders import store
from dashboard.orders.commands import ResolveException
from dashboard.orders.exceptions import resolve_exception
from dashboard.web import livepage
from dashboard.web.rooms import Room, may_join
from tests.accounts.helpers import add_user, sign_in
from tests.desk.desk import HOUR, trouble
from tests.factories import NOW, do
from tests.pages import Page, open_page


def pushed(app, room: str, *ids: int) -> livepage.Payload:
    store.refresh()
    events = tuple(outbox.Recorded(1, "ExceptionOpened", "exception", str(id_), 1, None, "x", "x", NOW, {}) for id_ in ids)
    with app.test_request_context("/"):
        return livepage.payload_for(livepage.Changes(livepage.parse(room), events=events))


def test_a_pushed_row_is_the_row_of_a_fresh_list_and_its_counts_are_those_of_the_page(app, client):
    user = sign_in(client, "ops_manager")
    found, other = trouble(), trouble("late:2")
    tom = add_user(app, "support")
    steps = (
        lambda: None,
        lambda: do(assign_exception, AssignException(found, tom.id)),
        lambda: do(snooze_exception, SnoozeException(found, NOW + HOUR)),
        lambda: do(resolve_exception, ResolveException(found)),
    )
    for step, view in zip(steps, ("open", "open", "snoozed", "resolved"), strict=True):
        step()
        payload = pushed(app, "exceptions", found)
        (row,) = payload.rows

        page = open_page(client, f"/exceptions?view={view}")
        fresh, sent = page.get(f"exception-{found}"), Page(row.html).get(f"exception-{found}")
        assert (sent.attributes, sent.text) == (fresh.attributes, fresh.text)
        assert row.v == int(fresh.attributes["data-v"])
        assert page.get("exceptions-rows").attributes["data-view"] in sent.attributes["data-views"].split()
        for element in page.root.all():
            facet = element.attributes.get("data-facet", "")
            if facet.startswith(("exceptions-", "nav/")) and facet != f"exceptions-mine-{user.id}":
                assert element.text == str(payload.facets[facet]), facet
    assert other
    assert pushed(app, "desk").facets == {"nav/exceptions": 1}
    do(resolve_exception, ResolveException(other))
    assert pushed(app, "desk").facets == {"nav/exceptions": ""}


def test_who_gets_an_exception_hears_of_it_in_a_room_of_their_own(app):
    assert may_join(Actor("user", "7", "Mia"), Room("me", "7"))
    for actor in (Actor("user", "8", "Tom"), Actor("customer", "7", "x"), Actor("kiosk", "7", "x"), Actor("token", "7", "x")):
        assert not may_join(actor, Room("me", "7"))
    event = outbox.Recorded(1, ExceptionAssigned.__name__, "exception", "1", 2, None, "x", "x", NOW, {"assignee_id": 7, "before_id": 8})
    assert {Room("me", "7"), Room("me", "8"), Room("exceptions"), Room("desk")} <= set(pushes.rooms_of(event))
