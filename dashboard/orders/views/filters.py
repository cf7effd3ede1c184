"""What the list can be narrowed by: it comes when the menu is opened; without JavaScript it is a page of its own."""

from typing import Any

import flask

from dashboard.kernel import clock
from dashboard.orders import list_forms, store, words
from dashboard.orders.sight import sight_of
from dashboard.orders.views import listed
from dashboard.orders.views.blueprint import blueprint
from dashboard.web import access
from dashboard.web.access import requires
from dashboard.web.htmx import wants_part


@blueprint.get("/filters")
@requires("orders.read")
def filters() -> Any:
    """The fields of the filters, filled as the list's URL says."""
    connection, actor, now = store.reader(), access.actor(), clock.now()
    sight, places = sight_of(actor), store.locations(connection)
    me = list_forms.me_of(actor)
    form = list_forms.read_list(flask.request.args, now, words.zone_of(places), prices=sight.full, me=me)
    values = listed.menus(connection, form, places, sight.full, actor)
    template = "orders/_filter_fields.html" if wants_part() else "orders/filters.html"
    kept = form.arguments(**dict.fromkeys(form.typed))
    return flask.render_template(template, form=form, kept=kept, **values)
