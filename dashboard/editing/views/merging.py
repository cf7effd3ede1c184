"""/orders/<number>/merge: the orders this one may be merged with, each with its button."""

from typing import Any

import flask

from dashboard.editing import store
from dashboard.editing import words as edit_words
from dashboard.editing.commands import MergeOrders
from dashboard.editing.merging import merge_orders
from dashboard.editing.views.blueprint import blueprint
from dashboard.orders import store as orders
from dashboard.orders import words
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.filters import money
from dashboard.web.htmx import redirect


@blueprint.get("/merge")
@requires("orders.update")
def merging(number: str) -> str:
    connection = orders.reader()
    order = orders.by_number(connection, number)
    found = store.like(connection, order.id)
    badges = {row.id: words.badge_of(row.phase, row.work) for row in found}
    wanted = {row.id: row.wanted for row in orders.order_rows(connection, [row.id for row in found])}
    shown = {"order": order, "others": found, "badges": badges, "wanted": wanted}
    return flask.render_template("editing/merge.html", live=None, **shown, key=once.new_key())


@blueprint.post("/merge")
@requires("orders.update")
def merge(number: str) -> Any:
    order = orders.by_number(orders.reader(), number)
    other = orders.by_number(orders.reader(), flask.request.form.get("other", ""))
    versions = (flask.request.form.get(name, type=int) for name in ("version", "other_version"))
    merged = once.run(merge_orders, MergeOrders(order.id, other.id, *versions))
    carried = f" {money(merged['carried'], merged['currency'])} of what it was promised or paid counts here." if merged["carried"] else ""
    flask.flash(f"#{other.number} is merged into #{order.number}.{carried}{edit_words.reshelved(merged['reshelved'])}", "ok")
    return redirect(flask.url_for("orders.show", number=order.number))
