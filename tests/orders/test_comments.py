"""Comments: who is named, one's own changed or deleted while fresh, with a trace; the timeline by kind."""

import datetime as dt

import pytest

from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from dashboard.orders.actions import add_note
from dashboard.orders.commands import AddNote, EditNote, SeeMentions
from dashboard.orders.comments import edit_note
from dashboard.orders.mentions import named_in, see_mentions, with_handles
from tests.accounts.helpers import add_user, sign_in
from tests.factories import NOW, do, one, place, read, refused, shop
from tests.pages import open_page, submit

MINUTE = dt.timedelta(minutes=1)


def author(app, role: str = "support") -> Actor:
    user = add_user(app, role)
    return Actor("user", str(user.id), user.name, role)


def handle(app, role: str = "owner") -> tuple[int, str]:
    user = add_user(app, role)
    return user.id, user.name.lower().replace(" ", ".")


def order() -> int:
    shop(north_A=5)
    return place(("A", 1)).id


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("@mia.ops please", [1]),
        ("(@Mia.Ops), @tom.", [1, 2]),
        ("mail mia@mia.ops or @@mia.ops", []),
        ("@mia.ops @mia.ops", [1]),
        ("@mia, and @mia.ops again", [1]),
        ("@zoë.ß", [4]),
    ],
)
def test_a_handle_names_one_person(body, expected):
    people = with_handles([(1, "Mia Ops"), (2, "Tom"), (3, "Tom"), (4, "Zoë ß"), (5, "x@example.com"), (6, "!")])
    assert [person.handle for person in people] == ["mia.ops", "tom", "tom.3", "zoë.ß", "x", "user.6"]
    assert [person.user_id for person in named_in(body, people)] == expected
    assert named_in("@mia", with_handles([(1, "Mia Ops"), (2, "Mia Lee")])) == []


def test_who_is_named_is_told_once_and_only_who_may_read_it(any_app):
    writer, (named, sign), (_, blind) = author(any_app), handle(any_app), handle(any_app, "warehouse")
    note = do(add_note, AddNote(order(), f"@{sign} and @{blind}: look"), actor=writer)
    assert read("SELECT user_id, note_id, seen_at FROM mention") == [(named, note, None)]

    mention = one("SELECT id FROM mention")
    assert do(see_mentions, SeeMentions(named + 100, (mention,)), actor=writer) == 0
    assert do(see_mentions, SeeMentions(named, (mention, 99)), actor=writer) == 1
    assert do(see_mentions, SeeMentions(named, (mention,)), actor=writer) == 0
    assert one("SELECT count(*) FROM event WHERE type = 'MentionsSeen'") == 1


def test_ones_own_comment_is_changed_while_it_is_fresh_and_leaves_a_trace(any_app):
    writer, (_, sign), (other, second) = author(any_app), handle(any_app), handle(any_app)
    note = do(add_note, AddNote(order(), f"@{sign} look"), actor=writer)

    do(edit_note, EditNote(note, f"@{second} look", 1), NOW + 15 * MINUTE, actor=writer)

    assert one("SELECT body, version FROM order_note") == (f"@{second} look", 2)
    assert read("SELECT user_id FROM mention") == [(other,)]
    assert "NoteEdited" in [row[0] for row in read("SELECT type FROM event")]
    do(edit_note, EditNote(note, ""), NOW + 15 * MINUTE, actor=writer)
    assert one("SELECT count(*) FROM order_note WHERE body = '' AND deleted_at IS NOT NULL") == 1
    assert read("SELECT user_id FROM mention") == []


def test_old_deleted_and_other_peoples_comments_stay_as_they_are(any_app):
    writer = author(any_app)
    note = do(add_note, AddNote(order(), "hello"), actor=writer)
    with pytest.raises(Forbidden):
        do(edit_note, EditNote(note, "mine now"), actor=author(any_app))
    refused(NotFound, edit_note, EditNote(99, "x"))
    refused(NotFound, edit_note, EditNote(2**70, "x"))
    before = read("SELECT body, version FROM order_note")
    for command, now, error in (
        (EditNote(note, "late"), NOW + 16 * MINUTE, Conflict),
        (EditNote(note, "x", 7), NOW, Conflict),
        (EditNote(note, "x" * 10_001), NOW, Invalid),
        (EditNote(note, "a\x00b"), NOW, Invalid),
    ):
        with pytest.raises(error):
            do(edit_note, command, now, actor=writer)
    assert read("SELECT body, version FROM order_note") == before
    do(edit_note, EditNote(note, ""), actor=writer)
    with pytest.raises(Conflict):
        do(edit_note, EditNote(note, "back"), actor=writer)


def test_the_page_shows_comments_as_they_are_now_by_kind_and_without_a_script(app, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW + MINUTE)
    user = sign_in(client, "support")
    number = f"{10_000 + order()}"
    page = open_page(client, f"/orders/{number}")
    page = submit(client, page.get("note-form"), body="first thoughts <b>")
    assert "first thoughts &lt;b&gt;" in page.html
    own = page.form(f"/orders/{number}/notes/1")
    page = submit(client, own, body="second thoughts")
    comments = open_page(client, f"/orders/{number}?kind=comments").get("timeline-box")
    assert "second thoughts" in comments.text and "It said: first thoughts" in comments.text
    assert "Order placed" not in comments.text
    assert "Order placed" in open_page(client, f"/orders/{number}?kind=status").get("timeline-box").text

    page = submit(client, page.form(f"/orders/{number}/notes/1"), delete="1")
    story = page.get("timeline-box").text
    assert "deleted since" in story and "thoughts" not in story
    assert user.id


def test_a_comment_that_names_me_waits_on_my_page_until_i_have_seen_it(app, client):
    user = sign_in(client)
    order_id = order()
    do(add_note, AddNote(order_id, f"@{user.name.lower().replace(' ', '.')} can you call them?"), clock.now(), actor=author(app))
    today = open_page(client, "/")
    assert "mentioned you on #10001" in today.get("today-desk").text
    assert "A comment names you." in open_page(client, "/orders/10001").get("history").text

    today = submit(client, today.form("/orders/mentions/seen"))
    assert "mentioned you" not in today.get("today-desk").text
    assert "names you" not in open_page(client, "/orders/10001").get("history").text
