"""Answers to a figure typed into a cell of the matrix: the cell, why not, or theirs beside mine."""

from typing import Any

import flask

from dashboard.inventory.views import page
from dashboard.kernel.errors import Conflict
from dashboard.orders.store import refresh
from dashboard.web.htmx import toast


def saved(sku: Any, form: Any, message: str) -> flask.Response:
    """200: the cell as it is now; the toast is told in the header."""
    refresh()
    here = page.place_cell(sku, form.location.data)
    body = flask.render_template("inventory/_cell.html", row=None, sku=sku, cell=here.cell, place=here.place, may_adjust=True)
    return flask.make_response(body, 200, toast(message))


def messages(form: Any) -> list[str]:
    """What the form has against what was typed."""
    return [str(message) for field in form for message in field.errors]


def refused(said: list[str], status: int = 422) -> flask.Response:
    """What is wrong with the figure, in words; 409 when it is not the figure but what is tied to the stock."""
    return flask.make_response(flask.render_template("inventory/_cell_refused.html", messages=said), status)


def conflict(sku: Any, form: Any, error: Conflict) -> flask.Response:
    """409: the figure somebody else left there, and the one that was typed."""
    refresh()
    here = page.place_cell(sku, form.location.data)
    values = {"theirs": here.cell.on_hand, "mine": form.units.data, "seen": error.facts.get("expected"), "message": error.message}
    return flask.make_response(flask.render_template("inventory/_cell_conflict.html", **values), 409)
