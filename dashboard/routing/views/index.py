"""/routing: the rules in use, those of the past, and the switch between them."""

from typing import Any

import flask

from dashboard.inventory import store as inventory
from dashboard.orders import store as orders
from dashboard.routing import store
from dashboard.routing.actions import switch_on
from dashboard.routing.commands import SwitchOn
from dashboard.routing.forms import typed_of
from dashboard.routing.rules import KINDS, MEANINGS
from dashboard.routing.views.blueprint import blueprint
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect


@blueprint.get("")
@requires("stock.read")
def index() -> str:
    connection = orders.reader()
    on, places = store.on(connection), inventory.locations()
    return flask.render_template(
        "routing/index.html",
        on=on,
        typed=typed_of(on.rule_set, {place.id: place.code for place in places}),
        places=places,
        draft=store.draft(connection),
        used=[*store.used(connection), *([store.BUILT_IN] if on.id else [])],
        kinds=KINDS,
        meanings=MEANINGS,
        may_write=access.actor().may("routing.write"),
        key=once.fresh_key(),
    )


@blueprint.post("/switches")
@requires("routing.write")
def create_switch() -> Any:
    """Switch a rule set on; switching back to the one before is the undo."""
    sent = flask.request.form
    command = SwitchOn(*(sent.get(name, -1, type=int) for name in ("rule_set", "version", "active")))
    saved = once.run(switch_on, command)
    name = f"Rule set {saved['id']}" if saved["id"] else "The built-in rules"
    flask.flash(f"{name} {'decides' if saved['id'] else 'decide'} for every order from now on.", "ok")
    return redirect(flask.url_for("routing.index"))
