"""/orders/<number>/split: choose the units that become an order of their own."""

from typing import Any

import flask

from dashboard.editing import store, words
from dashboard.editing.commands import SplitOrder
from dashboard.editing.facts import Facts
from dashboard.editing.rules import reducible
from dashboard.editing.splitting import split_order
from dashboard.editing.views.answers import beside
from dashboard.editing.views.blueprint import blueprint
from dashboard.kernel import units
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.orders import store as orders
from dashboard.orders.still_open import check_open
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.filters import money
from dashboard.web.htmx import redirect, wants_part


@blueprint.get("/split")
@requires("orders.update")
def splitting(number: str) -> str:
    facts = _facts(number)
    check_open(facts, "only an open order can be split")
    return flask.render_template("editing/split.html", live=None, **_values(facts, {}, once.new_key()))


@blueprint.post("/split")
@requires("orders.update")
def split(number: str) -> Any:
    facts = _facts(number)
    errors: dict[str, str] = {}
    try:
        wanted = _wanted(facts, errors)
        command = SplitOrder(facts.id, wanted, flask.request.form.get("version", type=int))
        made = once.run(split_order, command)
    except Invalid as error:
        return _again(facts, {**beside(error, "units"), **errors}, 422, once.new_key())
    except Conflict as error:
        orders.refresh()
        return _again(_facts(number), {"units": error.message}, 409, once.fresh_key())
    amount = money(made["carried"], made["currency"])
    carried = f" {amount} of what #{made['number']} was promised or paid counts for it." if made["carried"] else ""
    flask.flash(f"Order #{made['other']} is split off.{carried}{words.reshelved(made['reshelved'])}", "ok")
    return redirect(flask.url_for("orders.show", number=made["other"]))


def _wanted(facts: Facts, errors: dict[str, str]) -> dict[int, int]:
    wanted = {}
    for line in facts.lines:
        name = f"line-{line.id}"
        try:
            wanted[line.id] = units.whole_units(flask.request.form.get(name, "").strip() or "0", "units", least=0)
        except Invalid as error:
            errors[name] = error.message
    if errors:
        raise Invalid("Look at the marked fields.")
    return {line_id: count for line_id, count in wanted.items() if count}


def _facts(number: str) -> Facts:
    return store.order_facts(orders.reader(), orders.by_number(orders.reader(), number).id)


def _again(facts: Facts, errors: dict[str, str], status: int, key: str) -> Any:
    page = "editing/_split_form.html" if wants_part() else "editing/split.html"
    headers = {"HX-Retarget": "#split-form"} if status == 409 else {}
    return flask.make_response(flask.render_template(page, live=None, **_values(facts, errors, key)), status, headers)


def _values(facts: Facts, errors: dict[str, str], key: str) -> dict[str, Any]:
    return {
        "order": orders.by_id(orders.reader(), facts.id),
        "facts": facts,
        "most": {line.id: reducible(line) for line in facts.lines},
        "typed": flask.request.form,
        "errors": errors,
        "key": key,
    }
