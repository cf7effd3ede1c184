"""/inventory/check: what does not agree, SKU by SKU or all of them stretch by stretch; and its repair."""

from typing import Any

import flask

from dashboard.accounts import roles
from dashboard.catalog import store as catalog
from dashboard.inventory.commands import RepairStock
from dashboard.inventory.repairing import repair_stock
from dashboard.inventory.store import standing as places
from dashboard.inventory.views.blueprint import blueprint
from dashboard.kernel.errors import Invalid
from dashboard.orders.store import reader
from dashboard.web import access, once, paging
from dashboard.web.access import requires
from dashboard.web.htmx import redirect, wants_part


@blueprint.get("/inventory/check")
@requires("stock.read")
def check() -> str:
    """One SKU with `?sku=`; else the next stretch of all, with a link (htmx follows it by itself) to the one after."""
    actor = access.actor()
    may_repair = actor.may("stock.adjust") and roles.limits_of(actor).adjust is None
    code = flask.request.args.get("sku")
    values = _one(code) if code else _stretch()
    template = "inventory/_check_stretch.html" if wants_part() and not code else "inventory/check.html"
    return flask.render_template(template, may_repair=may_repair, key=once.fresh_key(), **values)


def _one(code: str) -> dict[str, Any]:
    sku = catalog.sku(code)
    found = places.standing(reader(), sku.id)
    drifted = [place for place in found if not place.agrees]
    return {"sku": sku, "drifted": drifted, "done": 1, "total": 1, "following": None, "places": found}


def _stretch() -> dict[str, Any]:
    cursor = flask.request.args.get("after")
    after, before = paging.decode(cursor, int, int) if cursor else (0, 0)
    found = places.stretch(reader(), after)
    done = before + found.checked
    following = flask.url_for("stock.check", after=paging.encode(found.last, done)) if found.last is not None else None
    return {"sku": None, "drifted": found.drifted, "done": done, "total": places.skus(reader()), "following": following, "places": ()}


@blueprint.post("/stock/<path:code>/repairs")
@requires("stock.adjust")
def repair(code: str) -> Any:
    sku, sent = catalog.sku(code), flask.request.form
    expected = sent.get("expected", type=int)
    if expected is None:
        raise Invalid("This form is damaged; check the stock again.", fields={"expected": "the version that was checked"})
    command = RepairStock(sku.code, sent.get("location", ""), expected)
    saved = once.run(repair_stock, command, lambda place: {"place": place.place, "said": " ".join(place.sentences())})
    flask.flash(f"{sku.code} at {saved['place']} is repaired, and its ledger says so. Before: {saved['said']}", "ok")
    return redirect(flask.url_for("stock.check", sku=sku.code))
