"""A draft that somebody saved is heard of in the list and on its page, by those who may write orders."""

from dashboard.drafts.actions import discard_draft, save_draft
from dashboard.drafts.commands import DiscardDraft, SaveDraft
from dashboard.drafts.rules import document_of
from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from dashboard.kernel.outbox import after
from dashboard.live.pushes import rooms_of
from dashboard.orders.draft import read_draft
from dashboard.web.livepage import Changes, Room, payload_for
from dashboard.web.rooms import may_join
from tests.acting import act_as
from tests.factories import do

ROOM = Room("drafts")


def test_every_step_of_a_draft_is_told_to_its_list_and_its_page(app, client):
    act_as(app)
    saved = do(save_draft, SaveDraft(document_of(read_draft({"customer_name": "Ada"}))))
    do(discard_draft, DiscardDraft(saved.id))
    with db.db.engine.connect() as connection:
        events = tuple(after(connection, 0, 100))

    assert [list(rooms_of(event)) for event in events] == [[ROOM], [ROOM]]
    with app.test_request_context("/"):
        ids = payload_for(Changes(ROOM, events=events)).ids
    assert [known.k for known in ids] == ["drafts", f"draft-page-{saved.id}"]
    assert ids[1].v == 2
    assert f'id="draft-page-{saved.id}"' in client.get(f"/drafts/{saved.id}").text
    assert 'id="drafts" data-live-part' in client.get("/drafts?view=discarded").text


def test_who_takes_no_orders_hears_of_no_draft():
    assert may_join(Actor("user", "1", "Mia", "ops", frozenset({"orders.create"})), ROOM)
    assert not may_join(Actor("user", "2", "Tom", "picker", frozenset({"orders.read", "stock.read"})), ROOM)
