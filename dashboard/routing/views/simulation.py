"""/routing/drafts/<id>/simulation: try a draft on past orders, and what came of it beside the rules in use."""

import datetime as dt
import json
from types import SimpleNamespace
from typing import Any

import flask

from dashboard.kernel import clock, units
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.orders import store as orders
from dashboard.routing import store
from dashboard.routing.commands import StartSimulation
from dashboard.routing.simulations import MOST_ORDERS, start_simulation
from dashboard.routing.views.blueprint import blueprint
from dashboard.routing.words import Because
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part

USUAL = 1_000


@blueprint.get("/drafts/<int:rule_set>/simulation")
@requires("routing.write")
def show_simulation(rule_set: int) -> str:
    template = "routing/_simulation.html" if wants_part() else "routing/simulation.html"
    return flask.render_template(template, **_values(rule_set, {"since": "", "until": "", "most": str(USUAL)}, {}))


@blueprint.post("/drafts/<int:rule_set>/simulation")
@requires("routing.write")
def create_simulation(rule_set: int) -> Any:
    typed = {name: flask.request.form.get(name, "").strip()[:12] for name in ("since", "until", "most")}
    try:
        command = StartSimulation(rule_set, _day(typed, "since"), _day(typed, "until"), units.whole_units(typed["most"] or 0, "most", 0))
        once.run(start_simulation, command)
    except (Invalid, Conflict) as error:
        orders.refresh()
        fields = error.facts.get("fields") or {"most": error.message}
        values = _values(rule_set, typed, {"most": next(iter(fields.values()))} if set(fields) - set(typed) else fields)
        values["key"] = once.fresh_key()
        return flask.make_response(flask.render_template("routing/simulation.html", **values), error.status)
    return redirect(flask.url_for("routing.show_simulation", rule_set=rule_set))


def _day(typed: dict[str, str], name: str) -> dt.date | None:
    """Raises: Invalid, naming the field."""
    try:
        return dt.date.fromisoformat(typed[name]) if typed[name] else None
    except ValueError:
        raise Invalid("Write a day like 2026-12-01.", fields={name: "Write a day like 2026-12-01."}) from None


def _values(rule_set: int, typed: dict[str, str], errors: dict[str, str]) -> dict[str, Any]:
    connection = orders.reader()
    draft = store.rule_set(connection, rule_set)
    if draft.state == "discarded":
        raise NotFound(f"Rule set {rule_set} was discarded.")
    run = store.newest_simulation(connection, rule_set)
    result = json.loads(run.result) if run and run.result else None
    return {
        "draft": draft,
        "on": store.on(connection),
        "run": run,
        "is_old": run is not None and run.rule_set_version != draft.version,
        "most_orders": MOST_ORDERS,
        "typed": typed,
        "errors": errors,
        "key": once.new_key(),
        **(_told(connection, result, draft) if result else {"sides": []}),
    }


def _told(connection: Any, result: dict[str, Any], draft: store.RuleSetRow) -> dict[str, Any]:
    names, before, after = store.place_names(connection), result["before"], result["after"]
    ids = sorted({int(at) for side in (before, after) for at in side["orders_at"]}, key=lambda at: names.get(at, ""))
    return {
        "sides": [(result["on"], _side(before)), (draft.name, _side(after))],
        "places": [
            (names.get(at, f"Location {at}"), before["orders_at"].get(str(at), 0), after["orders_at"].get(str(at), 0)) for at in ids
        ],
        "changed_count": result["changed"],
        "changes": [
            SimpleNamespace(
                order_id=one["order_id"], at=clock.parse_iso(one["at"]), before=Because(*one["before"]), after=Because(*one["after"])
            )
            for one in result["changes"]
        ],
        "numbers": orders.numbers(connection, [one["order_id"] for one in result["changes"]]),
    }


def _side(summed: dict[str, Any]) -> SimpleNamespace:
    count = summed["orders"]
    return SimpleNamespace(
        orders=count,
        parcels_per_order=summed["parcels"] / count if count else 0.0,
        split_share=summed["split"] / count if count else 0.0,
        missing=summed["missing"],
        km_per_parcel=summed["km"] / summed["measured"] if summed["measured"] else None,
    )
