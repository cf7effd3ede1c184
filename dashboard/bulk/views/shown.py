"""A run as its templates show it."""

import datetime as dt
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import flask

from dashboard.bulk import rules, store, words
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.orders import list_forms
from dashboard.orders import store as orders

FEW = 5
"""Skipped rows beside the list; the run's own page shows all."""


def shown(connection: Any, run: Any) -> SimpleNamespace:
    """What everybody may see of it: the same for a page and a push."""
    told = words.telling(connection, run)
    return SimpleNamespace(
        id=run.id,
        version=run.version,
        action=run.action,
        status=run.status,
        title=told.title,
        line=told.line,
        state=told.state,
        role=told.role,
        shape=told.shape,
        total=run.total,
        settled=run.done + run.skipped,
        done=run.done,
        skipped=run.skipped,
        waiting=run.total - run.done - run.skipped,
        over=run.status in ("done", "stopped"),
        by=run.actor_name,
        created_at=run.created_at,
        finished_at=run.finished_at,
        message=run.message,
        href=flask.url_for("bulk.show", run_id=run.id),
    )


def for_actor(connection: Any, run: Any, actor: Actor, now: dt.datetime) -> SimpleNamespace:
    """The run with what this person may do about it. run: as store.run reads it."""
    found = shown(connection, run)
    may = actor.may(rules.ACTIONS[run.action].permission)
    found.may_stop = may and not found.over
    found.no_undo = rules.why_not_undo(run, now)
    found.may_undo = may and not found.no_undo
    found.undoes, found.undone_by = run.undoes_id, run.undone_by
    found.query, found.query_href = query_words(connection, run.query), list_href(run.query)
    found.papers = run.action == "print" and bool(run.done)
    found.few = store.rows(connection, run.id, "skipped", 0, FEW + 1)
    return found


def query_words(connection: Any, query: str) -> list[str]:
    """The list that was meant, as its chips name it; empty for rows that were chosen by hand."""
    if not query:
        return []
    form = list_forms.read_list(dict(parse_qsl(query)), clock.now(), dt.UTC, prices=True)
    found = [f"view {list_forms.LIST_VIEWS[form.view]}"]
    if form.text:
        found.append(f"search “{form.text}”")
    for name, value in form.typed.items():
        user_id = form.filters.get("assignee")
        said = orders.person_name(connection, user_id) if name == "assignee" and user_id is not None else value.replace("_", " ")
        found.append(f"{list_forms.LABELS[name].lower()} {said}")
    return found


def list_href(query: str) -> str:
    return f"/orders?{query}" if query else ""
