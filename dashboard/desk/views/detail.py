"""One exception: what happened, what was tried, the suggested fix and what it will change. Beside the list, and a page of its own."""

import json
import re
from types import SimpleNamespace
from typing import Any

import flask

from dashboard.catalog import store as catalog
from dashboard.desk import mapping, store
from dashboard.desk.rules import KINDS, SNOOZES, Fix, fixes_of
from dashboard.desk.store import Row
from dashboard.desk.views import words
from dashboard.desk.views.blueprint import blueprint
from dashboard.kernel.actor import Actor
from dashboard.orders.store import reader
from dashboard.web import access, once
from dashboard.web.access import requires
from dashboard.web.htmx import wants_part
from dashboard.web.livepage import live_page

NEAR = 8


@blueprint.get("/<int:exception_id>")
@requires("orders.read")
def show(exception_id: int) -> Any:
    """For htmx the pane beside the list; a page of its own otherwise. picked=0: nobody has chosen it (a phone shows the list then)."""
    live = live_page("exceptions")
    pane = pane_of(exception_id, picked=flask.request.args.get("picked") != "0")
    return flask.render_template("desk/_pane.html" if wants_part() else "desk/exception.html", live=live, pane=pane)


def pane_of(exception_id: int, *, picked: bool = True, errors: dict[str, str] | None = None) -> SimpleNamespace:
    """Everything the pane shows to who asks. errors: complaints by field of the fix that was sent.

    Raises: NotFound.
    """
    connection, actor = reader(), access.actor()
    row = store.exception(connection, exception_id)
    fixes = _fixes(row, actor) if row.state != "resolved" else []
    asks_sku = any("sku" in fix.asks for _, fix, _ in fixes) and row.order_id is not None
    codes = mapping.unknown_codes(connection, row.order_id) if asks_sku and row.order_id else []
    may = actor.may("orders.update") and row.state != "resolved"
    return SimpleNamespace(
        row=words.row_view(row),
        kind=KINDS[row.kind],
        state=row.state,
        resolution=row.resolution,
        facts=_facts(row, actor),
        steps=[(step, *words.STEPS[step.what]) for step in store.steps(connection, row.id)],
        fixes=fixes,
        codes=codes,
        near=_near(codes),
        picked=picked,
        errors=errors or {},
        typed=flask.request.form.get("sku", "")[:64],
        may=may,
        may_reopen=actor.may("orders.update") and row.state == "resolved" and not row.cleared,
        mine=row.assignee_id is not None and str(row.assignee_id) == actor.id and actor.kind == "user",
        people=words.people() if may else [],
        assignee_id=row.assignee_id,
        myself=actor.id,
        snoozes=list(SNOOZES.items()),
        key=once.fresh_key(),
    )


def _fixes(row: Row, actor: Actor) -> list[tuple[str, Fix, str | None]]:
    """(key, fix, why this person may not do it)."""
    return [(key, fix, None if actor.may(fix.permission) else "your role may not do this") for key, fix in fixes_of(row.kind).items()]


def _facts(row: Row, actor: Actor) -> list[tuple[str, str]]:
    """What is known about it, in words. An error's own text is for those who run the jobs: nobody knows what it quotes."""
    facts = json.loads(row.facts)
    found = []
    for line in facts.get("lines", ())[:20]:
        found.append((str(line[0]), f"{line[1]} sold, {line[2]} waiting"))
    if facts.get("error") and actor.may("jobs.manage"):
        found.append(("Last error", str(facts["error"]).strip().splitlines()[-1][:300]))
    found += [("Address", fault) for fault in facts.get("faults", ())]
    found += [(str(facts.get("sku")), said) for said in facts.get("said", ())]
    return found


def _near(codes: list[str]) -> list[Any]:
    """SKUs that may be meant by the first unknown code: those that begin like it, or have its first word in their name."""
    if not codes:
        return []
    for beginning in (codes[0][:4], re.split(r"[^A-Z0-9]", codes[0].upper())[0]):
        if beginning and (found := catalog.skus(beginning, limit=NEAR, active=True)):
            return list(found)
    return []
