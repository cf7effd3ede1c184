"""Take an edit back, from the toast after it or from the order's list of changes."""

from typing import Any

import flask

from dashboard.editing import store, words
from dashboard.editing.commands import UndoEdit
from dashboard.editing.undoing import undo_edit
from dashboard.editing.views.answers import Answer, edited_of
from dashboard.editing.views.blueprint import blueprint
from dashboard.kernel.errors import NotFound
from dashboard.orders import store as orders
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect


@blueprint.post("/edits/<int:edit_id>/undo")
@requires("orders.update")
def undo(number: str, edit_id: int) -> Any:
    order = orders.by_number(orders.reader(), number)
    if store.edit(orders.reader(), edit_id).order_id != order.id:
        raise NotFound("This order has no such edit.")
    answer = Answer(**once.run(undo_edit, UndoEdit(edit_id), edited_of))
    flask.flash(words.done(answer, "is as it was before that change"), "ok")
    return redirect(flask.url_for("orders.show", number=order.number))
