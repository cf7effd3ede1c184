"""/selling: which locations each channel sells from, how many units it leaves to the others, and who is served first."""

from types import SimpleNamespace
from typing import Any

import flask

from dashboard.inventory import store
from dashboard.inventory.filling import TURNS, filling, set_filling
from dashboard.inventory.selling import set_channel_rule
from dashboard.inventory.selling_commands import SetChannelRule, SetFilling
from dashboard.inventory.store.selling import rule_record, ruled_channels
from dashboard.kernel import units
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.orders.store import reader, refresh
from dashboard.orders.store.options import channels
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part

blueprint = flask.Blueprint("selling", __name__, url_prefix="/selling")
LONGEST = 40


@blueprint.get("")
@requires("stock.read")
def index() -> str:
    connection = reader()
    names = sorted({*ruled_channels(connection), *channels(connection)})
    rules = [rule_record(connection, name) for name in names]
    places = {place.code: place.name for place in store.locations()}
    may_write = access.actor().may("catalog.write")
    served = {"filling": filling(connection), "turns": list(TURNS.items()), "filling_key": once.fresh_key()}
    return flask.render_template("inventory/selling.html", rules=rules, places=places, may_write=may_write, **served)


@blueprint.post("/filling")
@requires("catalog.write")
def update_filling() -> Any:
    """Who of those that wait is served first."""
    command = SetFilling(flask.request.form.get("turn", ""), flask.request.form.get("version", type=int))
    try:
        once.run(set_filling, command, lambda version: {"version": version})
    except (Invalid, Conflict) as error:
        flask.flash(error.message, "bad")
    else:
        flask.flash("Who is served first is set.", "ok")
    return redirect(flask.url_for("selling.index"))


@blueprint.get("/edit")
@requires("catalog.write")
def edit() -> Any:
    name = flask.request.args.get("channel", "")[:LONGEST]
    rule = rule_record(reader(), name)
    return _page(SimpleNamespace(new=not name, errors={}, shown_buffer=rule["buffer"], **rule), "", 200)


@blueprint.post("")
@requires("catalog.write")
def update() -> Any:
    form = _typed()
    if form.errors:
        return _page(form, "", 422)
    stored = rule_record(reader(), form.channel)
    command = SetChannelRule(form.channel, tuple(form.locations), form.buffer, stored["buffers"], form.version)
    try:
        once.run(set_channel_rule, command, lambda version: {"version": version})
    except Invalid as error:
        form.errors = error.facts.get("fields", {})
        return _page(form, error.message, 422)
    except Conflict as error:
        refresh()
        theirs = rule_record(reader(), form.channel)
        form.version = theirs["version"]
        return _page(form, f"{error.message} Now it sells from {_places(theirs)} with a buffer of {theirs['buffer']}.", 409)
    flask.flash(f"What {form.channel} sells is set.", "ok")
    return redirect(flask.url_for("selling.index"))


def _places(rule: dict[str, Any]) -> str:
    return ", ".join(rule["locations"]) or "all locations"


def _typed() -> SimpleNamespace:
    """What the form brought. errors: {field: message}."""
    sent = flask.request.form
    form = SimpleNamespace(
        new=sent.get("new") == "1",
        channel=sent.get("channel", "").strip(),
        locations=sent.getlist("locations"),
        shown_buffer=sent.get("buffer", "").strip(),
        buffer=0,
        version=sent.get("version", 0, type=int),
        errors={},
    )
    if not form.channel or len(form.channel) > LONGEST:
        form.errors["channel"] = f"A channel has a name of 1 to {LONGEST} characters."
    try:
        form.buffer = units.whole_units(form.shown_buffer or 0, "buffer", least=0)
    except Invalid as error:
        form.errors["buffer"] = error.message
    return form


def _page(form: SimpleNamespace, message: str, status: int) -> Any:
    template = "inventory/_rule_form.html" if wants_part() else "inventory/selling_rule.html"
    key = once.fresh_key() if status == 409 else once.new_key()
    headers = {"HX-Retarget": "#rule-form"} if status == 409 else {}
    html = flask.render_template(template, form=form, places=store.locations(), message=message, key=key)
    return flask.make_response(html, status, headers)
