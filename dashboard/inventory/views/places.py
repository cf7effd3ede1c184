"""/locations: where stock is kept."""

import datetime as dt
import zoneinfo
from types import SimpleNamespace
from typing import Any

import flask

from dashboard.inventory import store
from dashboard.inventory.calendars import WEEKDAYS, Calendar
from dashboard.inventory.commands import UpdateLocation
from dashboard.inventory.forms import LABELS, LocationForm, NewLocationForm, shown, time_text, values_of
from dashboard.inventory.locations import KINDS, create_location, update_location
from dashboard.inventory.model import Location
from dashboard.kernel import clock
from dashboard.kernel.errors import Conflict, DomainError, Invalid
from dashboard.orders.store import reader
from dashboard.routing import store as routing
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.forms import opened_with, show_errors
from dashboard.web.htmx import redirect, wants_part

blueprint = flask.Blueprint("locations", __name__, url_prefix="/locations")


@blueprint.get("")
@requires("stock.read")
def index() -> str:
    actor, now = access.actor(), clock.now()
    most = routing.on(reader()).rule_set.capacity
    places = [(place, _hours(place, now), most.get(place.id)) for place in store.locations()]
    return flask.render_template(
        "inventory/locations.html",
        places=places,
        kinds=KINDS,
        may_write=actor.may("catalog.write"),
        may_route=actor.may("routing.write"),
    )


def _hours(place: Location, now: dt.datetime) -> SimpleNamespace:
    """When orders leave next, in the location's own time; its days off, the next holiday first."""
    zone = zoneinfo.ZoneInfo(place.time_zone)
    calendar = Calendar(place.cutoff, place.time_zone, place.working_days, place.holidays)
    today, leaves = now.astimezone(zone).date(), calendar.next_cutoff(now).astimezone(zone)
    holidays = [day for day in map(dt.date.fromisoformat, place.holidays.split()) if day >= today]
    return SimpleNamespace(
        cutoff=time_text(place.cutoff),
        next=leaves,
        is_today=leaves.date() == today,
        days=" ".join(WEEKDAYS[day] for day in place.working_days),
        holiday=min(holidays, default=None),
        holidays=len(holidays),
    )


@blueprint.get("/new")
@requires("catalog.write")
def new() -> str:
    form = NewLocationForm(data={"cutoff": dt.time(16, 30), "priority": len(store.locations()) + 1})
    return flask.render_template("inventory/location.html", form=form, place=None, base={}, diff=(), key=once.new_key())


@blueprint.post("")
@requires("catalog.write")
def create() -> Any:
    form = NewLocationForm()
    if not form.validate():
        return _again(form, None)
    try:
        saved = once.run(create_location, form.command())
    except (Invalid, Conflict) as error:
        return _again(form, None, error)
    flask.flash(f"Location {saved['code']} is there; receive stock to fill it.", "ok")
    return redirect(flask.url_for("locations.index"))


@blueprint.get("/<code>/edit")
@requires("catalog.write")
def edit(code: str) -> str:
    place = store.location(code)
    base = values_of(place)
    form = LocationForm(data={**base, "cutoff": dt.time(*divmod(place.cutoff, 60)), "working_days": list(place.working_days)})
    return flask.render_template("inventory/location.html", form=form, place=place, base=base, diff=(), key=once.new_key())


@blueprint.post("/<code>")
@requires("catalog.write")
def update(code: str) -> Any:
    place, form = store.location(code), LocationForm()
    if not form.validate():
        return _again(form, place)
    kept = {name: value for name, value in form.fields().items() if flask.request.form.get(f"keep_{name}") != "theirs"}
    command = UpdateLocation(place.code, flask.request.form.get("version", 0, type=int), kept, opened_with(LABELS))
    try:
        saved = once.run(update_location, command)
    except Invalid as error:
        return _again(form, place, error)
    except Conflict as error:
        return _conflict(form, place, error)
    flask.flash(f"Location {saved['code']} is saved.", "ok")
    return redirect(flask.url_for("locations.index"))


def _again(form: LocationForm, place: Any, error: DomainError | None = None) -> Any:
    show_errors(form, error, other="name")
    seen = place and SimpleNamespace(code=place.code, version=flask.request.form.get("version", "0"))
    values = {"form": form, "place": seen, "base": opened_with(LABELS), "diff": (), "key": once.new_key()}
    template = "inventory/_location_form.html" if wants_part() else "inventory/location.html"
    return flask.make_response(flask.render_template(template, **values), 422)


def _conflict(form: LocationForm, place: Any, error: Conflict) -> Any:
    """409: theirs and mine side by side; a second post keeps what was chosen."""
    facts = error.facts
    diff = [
        SimpleNamespace(field=name, label=LABELS[name], theirs=shown(name, value), yours=shown(name, facts["yours"][name]))
        for name, value in facts["theirs"].items()
    ]
    values = {
        "form": form,
        "place": SimpleNamespace(code=place.code, version=facts["version"]),
        "base": {**opened_with(LABELS), **facts["theirs"]},
        "diff": diff,
        "theirs_by": facts["changed_by"] or "somebody else",
        "theirs_at": clock.parse_iso(facts["changed_at"]) if facts["changed_at"] else None,
        "key": once.fresh_key(),
    }
    template = "inventory/_location_form.html" if wants_part() else "inventory/location.html"
    return flask.make_response(flask.render_template(template, **values), 409, {"HX-Retarget": "#location-form"})
