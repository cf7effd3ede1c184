"""/orders/<number>/edit: the form, the preview of what it would do, and doing exactly that."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import flask

from dashboard.catalog import store as catalog
from dashboard.editing import forms, rules, store, words
from dashboard.editing.actions import edit_order
from dashboard.editing.commands import EditOrder
from dashboard.editing.facts import Facts
from dashboard.editing.forms import EditForm
from dashboard.editing.previewing import preview_edit
from dashboard.editing.views import folding
from dashboard.editing.views.answers import Answer, edited_of, gone_on
from dashboard.editing.views.blueprint import blueprint
from dashboard.editing.words import Preview
from dashboard.kernel import clock
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.orders import store as orders
from dashboard.orders import words as order_words
from dashboard.orders.draft import TypedLine
from dashboard.orders.fields import PRIORITIES, SHIPPING_METHODS
from dashboard.orders.still_open import check_open
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.htmx import wants_part
from dashboard.web.livepage import live_page


@blueprint.get("/edit")
@requires("orders.update")
def edit(number: str) -> Any:
    order = orders.by_number(orders.reader(), number)
    live = live_page(f"order:{order.id}")
    facts = _facts(number)
    check_open(facts, "only an open order can be changed")
    return flask.render_template("editing/edit.html", live=live, **_values(forms.opened(facts), None, once.new_key()))


@blueprint.post("/edit/preview")
@requires("orders.update")
def preview(number: str) -> Any:
    """The preview part, as one types; complaints are said in it, and no field is touched."""
    form = forms.sent(_facts(number), flask.request.form)
    form.expected = None
    shown, diff = None, []
    try:
        shown = _preview(form.command(_codes(form)))
    except Conflict as error:
        if "theirs" not in error.facts:
            form.complain(error)
        diff = _diff(form.facts, error)
    except Invalid as error:
        form.complain(error)
    return flask.render_template("editing/_preview.html", form=form, preview=shown, clashes=diff, order=_order(number))


@blueprint.post("/edits")
@requires("orders.update")
def create(number: str) -> Any:
    """The form again with its preview; when that was seen, the edit itself."""
    form = forms.sent(_facts(number), flask.request.form)
    try:
        command = form.command(_codes(form))
        if form.expected is None or flask.request.form.get("act") == "preview":
            return _again(form, _preview(command), 200)
        edited = once.run(edit_order, command, edited_of)
    except Conflict as error:
        return _conflict(form, error)
    except Invalid as error:
        form.complain(error)
        return _again(form, None, 422)
    answer = Answer(**edited)
    if answer.edit_id is None:
        form.errors["form"] = "Nothing would change: the order is as the form says."
        return _again(form, None, 422)
    return gone_on(answer, words.done(answer) + _kept(form.facts, answer))


def _kept(facts: Facts, answer: Answer) -> str:
    labels = [words.label_of(facts, name).lower() for name in answer.merged]
    return f" Kept from somebody else's change: {', '.join(labels)}." if labels else ""


def _facts(number: str) -> Facts:
    return store.order_facts(orders.reader(), orders.by_number(orders.reader(), number).id)


def _order(number: str) -> Any:
    return orders.by_number(orders.reader(), number)


def _codes(form: EditForm) -> dict[str, str]:
    """A scanned barcode stands for its SKU."""
    return {word: sku.code for word, sku in catalog.by_words(forms.typed_words(form)).items()}


def _preview(command: EditOrder) -> Preview:
    places = {place.id: place.name for place in orders.locations(orders.reader())}
    return words.preview_of(preview_edit(command, clock.now()), places)


def _conflict(form: EditForm, error: Conflict) -> Any:
    """409: fields that both changed, side by side; or a preview that is not true any more, anew."""
    orders.refresh()
    number = form.facts.number
    if "theirs" not in error.facts:
        form = forms.sent(_facts(number), flask.request.form)
        form.expected = None
        shown = None
        try:
            if "plan" not in error.facts:
                raise error
            shown = _preview(form.command(_codes(form)))
            form.errors["form"] = error.message
        except (Conflict, Invalid) as why:
            form.complain(why)
        return _again(form, shown, 409, once.fresh_key())
    fresh = forms.sent(_facts(number), flask.request.form)
    forms.follow(fresh)
    fresh.base |= error.facts["theirs"]
    fresh.version, fresh.expected = error.facts["version"], None
    return _again(fresh, None, 409, once.fresh_key(), _diff(fresh.facts, error))


def _diff(facts: Facts, error: Conflict) -> list[SimpleNamespace]:
    changed: Mapping[str, Any] = error.facts.get("changed", {})
    found = []
    for name, theirs in error.facts.get("theirs", {}).items():
        who, at = changed.get(name, ("somebody else", None))
        shown = (words.shown(name, value, facts.currency) for value in (theirs, error.facts["yours"][name]))
        label = words.label_of(facts, name)
        theirs_shown, yours_shown = shown
        moment = clock.parse_iso(at) if at else None
        found.append(SimpleNamespace(field=name, label=label, theirs=theirs_shown, yours=yours_shown, who=who, at=moment))
    return found


def _again(form: EditForm, shown: Preview | None, status: int, key: str | None = None, diff: Any = ()) -> Any:
    forms.fill(form)
    page = "editing/_form.html" if wants_part() else "editing/edit.html"
    values = _values(form, shown, key or once.new_key(), diff)
    headers = {"HX-Retarget": "#edit-form"} if status == 409 else {}
    return flask.make_response(flask.render_template(page, live=None, **values), status, headers)


def _values(form: EditForm, shown: Preview | None, key: str, diff: Any = ()) -> dict[str, Any]:
    connection = orders.reader()
    order = orders.by_id(connection, form.facts.id)
    assert order is not None
    places = orders.locations(connection)
    found = catalog.by_words({add.sku.strip() for add in form.adds} - {""})
    stock = orders.balances(connection, sorted({sku.id for sku in found.values()}))
    return {
        "order": order,
        "state": order_words.badge_of(order.phase, order.work),
        "readiness": order_words.READINESS.get(order.readiness or ""),
        "due": order_words.due(order.ship_by, order.phase, clock.now(), order_words.zone_of(places)),
        "form": form,
        "facts": form.facts,
        "sealed": {line.id: rules.sealed(line) for line in form.facts.lines},
        "final": rules.handed_over(form.facts),
        "removable": {line.id for line in form.facts.lines if line.live and rules.reducible(line) == line.live},
        "folds": folding.of_lines(form),
        "sections": folding.of_sections(form),
        "preview": shown,
        "clashes": [],
        "diff": diff,
        "key": key,
        "blank": TypedLine(0),
        "known": {
            add.index: SimpleNamespace(sku=sku, stock=[(place, stock.get((sku.id, place.id))) for place in places])
            for add in form.adds
            if (sku := found.get(add.sku.strip()))
        },
        "shippings": list(SHIPPING_METHODS.items()),
        "priorities": list(PRIORITIES.items()),
        "shortages": list(folding.SHORTAGES.items()),
    }
