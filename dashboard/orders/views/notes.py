"""Comments on an order: write, change or delete one's own, and the word that one has seen being named."""

from typing import Any

import flask

from dashboard.kernel import clock, db
from dashboard.kernel.errors import Invalid
from dashboard.orders import store
from dashboard.orders.actions import add_note
from dashboard.orders.commands import AddNote, EditNote, SeeMentions
from dashboard.orders.comments import edit_note
from dashboard.orders.forms import NoteForm
from dashboard.orders.mentions import see_mentions as see
from dashboard.orders.views.answers import again, number_of
from dashboard.orders.views.blueprint import blueprint
from dashboard.orders.views.show import done
from dashboard.web import access, once
from dashboard.web.access import local_path, requires
from dashboard.web.htmx import redirect


@blueprint.post("/<number>/notes")
@requires("notes.write")
def note(number: str) -> Any:
    order, form = store.by_number(store.reader(), number), NoteForm()
    if not form.validate():
        return again(order, "orders/_note_form.html", "orders/show.html", form, "note_form")
    try:
        once.run(add_note, AddNote(order.id, form.body.data or ""), number_of)
    except Invalid as error:
        return again(order, "orders/_note_form.html", "orders/show.html", form, "note_form", error)
    return done(order.id, "Comment added.")


@blueprint.post("/<number>/notes/<int:note_id>")
@requires("notes.write")
def change_note(number: str, note_id: int) -> Any:
    """One's own comment, while it is fresh; `delete` deletes it."""
    order = store.by_number(store.reader(), number)
    form = flask.request.form
    is_deletion = bool(form.get("delete"))
    body = "" if is_deletion else form.get("body", "")
    if not is_deletion and not body.strip():
        raise Invalid("Write something, or delete the comment.", fields={"body": "empty"})
    once.run(edit_note, EditNote(note_id, body, form.get("version", type=int)), number_of)
    return done(order.id, "Comment deleted." if is_deletion else "Comment changed.")


@blueprint.post("/mentions/seen")
@requires("self")
def see_mentions() -> Any:
    """Take the unread mark off comments that name who asks."""
    actor = access.actor()
    given = flask.request.form.getlist("mention")
    seen = tuple(int(value) for value in given[:200] if value.isascii() and value.isdigit() and len(value) <= 18)
    if actor.kind == "user" and seen:
        db.write(see, SeeMentions(int(actor.id), seen), actor, clock.now())
    return redirect(local_path(flask.request.form.get("back")))
