"""/reorder: what runs low, how many to order and why, and the drafts of what was chosen."""

from typing import Any

import flask

from dashboard.inventory import store as inventory
from dashboard.inventory.limits import reachable
from dashboard.kernel import clock
from dashboard.kernel.errors import Invalid, NotFound
from dashboard.kernel.units import whole_units
from dashboard.orders.store import reader, refresh
from dashboard.purchasing import rules, store
from dashboard.purchasing.commands import DraftReorders, Reorder
from dashboard.purchasing.reordering import draft_reorders
from dashboard.purchasing.views import words
from dashboard.purchasing.views.blueprint import blueprint
from dashboard.web import access, once, paging
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part


@blueprint.get("/reorder")
@requires("purchasing.read")
def reorder() -> str:
    return flask.render_template("purchasing/reorder.html", **_values())


@blueprint.post("/reorder/drafts")
@requires("purchasing.write")
def draft_chosen() -> Any:
    try:
        command = DraftReorders(tuple(_chosen()), flask.request.form.get("supplier", ""))
        saved = once.run(draft_reorders, command, lambda drafts: {"numbers": [draft.number for draft in drafts]})
    except (Invalid, NotFound) as error:
        refresh()
        template = "purchasing/_reorder.html" if wants_part() else "purchasing/reorder.html"
        body = flask.render_template(template, **_values(error.message))
        return flask.make_response(body, 422, {"HX-Retarget": "#reorder"})
    numbers = saved["numbers"]
    flask.flash(
        f"Drafted {', '.join(numbers[:6])}{' and more' if len(numbers) > 6 else ''}. Look at them, then place them.", "ok"
    )
    if len(numbers) == 1:
        return redirect(flask.url_for("purchasing.show", number=numbers[0]))
    return redirect(flask.url_for("purchasing.index", view="draft"))


def _chosen() -> list[Reorder]:
    """The ticked rows; with step=all those with units to order that somebody supplies.

    Raises: Invalid, for units that are no whole number.
    """
    form, found = flask.request.form, []
    keys = form.getlist("rows")
    if form.get("step") == "all":
        listed = [name.removeprefix("sku-") for name in form if name.startswith("sku-")]
        supplied = [key for key in listed if form.get("supplier") or form.get(f"supplied-{key}")]
        keys = [key for key in supplied if form.get(f"units-{key}", "").strip() not in ("", "0")]
    for key in keys[:500]:
        sku, location = form.get(f"sku-{key}", ""), form.get(f"location-{key}", "")
        try:
            count = whole_units(form.get(f"units-{key}", ""), f"{sku} at {location}: units")
        except Invalid as error:
            raise Invalid(f"{error.message} Nothing was drafted.") from None
        found.append(Reorder(sku, location, count))
    return found


def _values(problem: str = "") -> dict[str, Any]:
    """One page of rows; after a refusal with what was typed and chosen."""
    asked, form, now = flask.request.args, flask.request.form, clock.now()
    location, supplier = asked.get("location", "")[:20], asked.get("supplier", "")[:80]
    after = paging.decode(asked["after"], str, int) if asked.get("after") else None
    limit = paging.limit_of(asked.get("limit"))
    rows = store.low(reader(), now, location, supplier, after, limit + 1)
    shown = rows[:limit]
    kept = {**({"location": location} if location else {}), **({"supplier": supplier} if supplier else {})}
    cursor = paging.encode(shown[-1].sku, shown[-1].location_id) if len(rows) > limit else None
    names = [found.name for found in store.suppliers(reader())]
    actor = access.actor()
    return {
        "rows": [_row(row, form) for row in shown],
        "problem": problem,
        "location": location,
        "supplier": supplier,
        "more": flask.url_for("purchasing.reorder", **kept, after=cursor) if cursor else None,
        "first": after is None,
        "locations": [
            ("", "All locations"),
            *((place.code, place.name) for place in reachable(inventory.locations(True), actor)),
        ],
        "supplier_filter": [("", "All suppliers"), ("-", "Nobody yet"), *((name, name) for name in names)],
        "suppliers": [("", "For SKUs that nobody supplies"), *((name, name) for name in names)],
        "chosen_supplier": form.get("supplier", ""),
        "may_write": actor.may("purchasing.write"),
        "here": flask.url_for("purchasing.draft_chosen", **kept, **({"after": asked["after"]} if asked.get("after") else {})),
        "key": once.fresh_key(),
        "rate_days": rules.RATE_DAYS,
    }


def _row(row: store.Low, form: Any) -> dict[str, Any]:
    key = f"{row.sku_id}-{row.location_id}"
    suggested = rules.suggested(row.need)
    return {
        "key": key,
        "low": row,
        "suggested": suggested,
        "units": form.get(f"units-{key}", suggested),
        "chosen": key in form.getlist("rows"),
        "why": words.why(row.need),
    }
