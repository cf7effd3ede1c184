"""Notes on an order."""

from typing import Any

from dashboard.kernel.errors import Invalid
from dashboard.orders import store
from dashboard.orders.actions import add_note
from dashboard.orders.commands import AddNote
from dashboard.orders.forms import NoteForm
from dashboard.orders.views.answers import again, number_of
from dashboard.orders.views.blueprint import blueprint
from dashboard.orders.views.show import done
from dashboard.web import once
from dashboard.web.access import requires


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
    return done(order.id, "Note added.")
