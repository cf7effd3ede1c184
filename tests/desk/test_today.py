"""The page of today: my work, what is due per location, exceptions, and what others changed since I was here."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dashboard.desk.actions import assign_exception
from dashboard.desk.commands import AssignException
from dashboard.desk.store import due, news
from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor
from dashboard.orders.actions import place_hold
from dashboard.orders.commands import PlaceHold
from dashboard.orders.labels import AssignOrder, assign_order
from dashboard.orders.store import reader
from tests.accounts.helpers import add_user, sign_in
from tests.desk.desk import HOUR, trouble
from tests.factories import NOW, do, one, place, shop, walk
from tests.pages import Page, open_page, submit

DAY = 24 * HOUR


class Clock:
    """What the pages take for now."""

    def __init__(self, monkeypatch):
        self.at = NOW
        monkeypatch.setattr(clock, "now", lambda: self.at)


@pytest.fixture
def time(monkeypatch):
    return Clock(monkeypatch)


def panel(page: Page, title: str) -> str:
    (found,) = [card for card in page.get("today-desk").all("section") if card.attributes.get("aria-labelledby") == title]
    return found.text


def test_an_empty_shop_says_what_to_do(app, client, time):
    sign_in(client)
    page = open_page(client, "/")
    assert "Nothing waits for you" in panel(page, "mine-title")
    assert "No location is open yet" in panel(page, "due-title")
    assert "All clear" in panel(page, "queue-title")
    assert "Nothing has changed" in panel(page, "news-title")


def test_my_work_is_what_i_have_and_what_i_hold(app, client, time):
    me = sign_in(client)
    shop(north_A=5)
    order = place(("A", 1))
    do(place_hold, PlaceHold(order.id, "fraud"), actor=Actor("user", str(me.id), me.name))
    do(assign_exception, AssignException(trouble("late:1"), me.id))
    trouble("late:2")
    page = open_page(client, "/")
    mine = panel(page, "mine-title")
    assert "late late:1" in mine and "late late:2" not in mine
    assert f"#{order.number} on hold: fraud check" in mine
    assert "late late:2" in panel(page, "queue-title")


def test_what_is_due_is_counted_per_location_by_its_own_cut_off(app, client, time):
    shop(north_A=5, south_B=5)
    for _ in range(2):
        place(("A", 1))
    place(("B", 1))
    time.at = clock.moment(one("SELECT min(ship_by) FROM orders")) - HOUR
    sign_in(client)
    told = panel(open_page(client, "/"), "due-title")
    assert "2 North cut-off Thu 16:30 UTC, 1 h 0 min left to leave" in told
    assert "1 South" in told
    time.at += 2 * HOUR
    assert "2 overdue" in panel(open_page(client, "/"), "due-title")


def test_what_others_changed_since_the_visit_before_is_told_until_it_is_read(app, client, time):
    add_user(app)  # the number that the factories' Mia has
    me = sign_in(client)
    open_page(client, "/")
    shop(north_A=5)
    order = place(("A", 1), now=NOW + HOUR)
    place(("A", 1), now=NOW + HOUR)
    do(place_hold, PlaceHold(order.id, "fraud"), NOW + HOUR, actor=Actor("user", str(me.id), me.name))
    time.at = NOW + DAY
    sign_in(client, user=me)
    page = open_page(client, "/")
    told = panel(page, "news-title")
    assert "2 orders placed #10001 #10002" in told
    assert "hold" not in told  # my own doing
    time.at += 5 * dt.timedelta(minutes=1)
    assert "2 orders placed" in panel(open_page(client, "/"), "news-title")

    page = submit(client, page.form("/today/seen"))
    assert "Nothing has changed" in panel(page, "news-title")


def test_the_stretch_of_the_log_is_bounded_and_says_so(app, monkeypatch):
    shop(north_A=5)
    for _ in range(3):
        place(("A", 1))
    end = one("SELECT max(seq) FROM event")
    assert news.since(reader(), 0, end, "nobody", ("OrderCaptured",)) == (
        [news.News("OrderCaptured", 3, 3, ["10001", "10002", "10003"])], False
    )
    monkeypatch.setattr(news, "MOST_EVENTS", 2)
    assert news.since(reader(), 0, end, "nobody", ("OrderCaptured",)).is_cut


def test_what_is_due_is_counted_over_an_index(app):
    shop(north_A=5)
    with db.db.engine.connect() as connection:
        asked = []
        sa.event.listen(connection, "before_cursor_execute", lambda _c, _k, text, values, *_: asked.append((text, values)))
        assert due.due_by(connection, {1: NOW + DAY, 2: NOW}, NOW) == {}
        plan = "\n".join(row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1][0]}", asked[-1][1]))
    assert "SEARCH orders USING" in plan and "SCAN" not in plan, plan


@pytest.mark.parametrize("role", ["ops_manager", "support", "warehouse", "finance", "analyst"])
def test_every_role_has_a_first_page_with_no_more_than_it_may_see(app, client, time, role):
    sign_in(client, role)
    shop(north_A=5)
    place(("A", 1))
    page = open_page(client, "/")
    assert "North" in panel(page, "due-title")
    assert open_page(client, "/today/desk").get("today-desk")
    mine = panel(page, "mine-title")
    assert ("Open the pick list" in mine, "can be released" in mine) == (role == "warehouse", role in ("ops_manager", "support"))


def test_pickers_and_finance_find_their_work_and_what_was_given_to_somebody_is_theirs(app, client, time):
    shop(north_A=9)
    order, other = place(("A", 1)), place(("A", 1), paid=False)
    walk(order.id, "picked")
    me = sign_in(client, "warehouse")
    do(assign_order, AssignOrder(other.id, me.id))
    mine = panel(open_page(client, "/"), "mine-title")
    assert "1 shipment to pack" in mine and f"#{other.number} was given to you" in mine
    assert "to pack" not in panel_of(client, "ops_manager")
    assert "1 order waits for its payment" in panel_of(client, "finance")


def panel_of(client, role):
    sign_in(client, role)
    return panel(open_page(client, "/"), "mine-title")
