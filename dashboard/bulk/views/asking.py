"""The question before a bulk action starts: how many orders, which list, what will be skipped and why, and what must be chosen."""

import json
from collections import Counter
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from dashboard.bulk import rules, store, words
from dashboard.bulk.choosing import NOBODY
from dashboard.bulk.views.shown import list_href, query_words
from dashboard.kernel.actor import Actor
from dashboard.orders import store as orders
from dashboard.orders.rules import CANCEL_REASONS, HOLD_KINDS

MOST_NAMED = 12
DANGEROUS = ("cancel",)
SO_ALREADY = {
    "hold": "Orders that are held for that reason already are skipped too.",
    "tag": "Orders that have the tag already are skipped too.",
    "untag": "Orders without the tag are skipped too.",
    "assign": "Orders that are assigned so already are skipped too.",
}


def question(run: Any, actor: Actor, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> SimpleNamespace:
    """What the form of a draft shows. typed, errors: after an answer that could not be taken."""
    connection, kind = orders.reader(), rules.ACTIONS[run.action]
    skipped = Counter[str]()
    for facts, count in store.preview(connection, run.id, run.action, json.loads(run.choice)):
        skipped[rules.verdict(run.action, facts)] += count
    will = skipped.pop("", 0)
    named = store.rows(connection, run.id, "", 0, MOST_NAMED + 1) if not run.query else []
    return SimpleNamespace(
        id=run.id,
        action=run.action,
        kind=kind,
        total=run.total,
        orders=words.orders(run.total),
        will=words.orders(will),
        query=query_words(connection, run.query),
        query_href=list_href(run.query),
        numbers=[row.number for row in named[:MOST_NAMED]],
        more=max(0, run.total - MOST_NAMED) if named else 0,
        skipped=sorted(skipped.items(), key=lambda found: -found[1]),
        so_already=SO_ALREADY.get(run.action, ""),
        style="danger" if run.action in DANGEROUS else "primary",
        choices=_choices(connection, run.action, kind.asks, actor),
        typed=typed or {},
        errors=errors or {},
    )


def _choices(connection: Any, action: str, asks: tuple[str, ...], actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """What the selects offer."""
    found: dict[str, list[tuple[str, str]]] = {}
    if "kind" in asks:
        found["kind"] = list((HOLD_KINDS if action == "hold" else rules.RELEASABLE).items())
    if "tag" in asks:
        found["tag"] = [(tag, tag) for tag in orders.tags_in_use(connection)]
    if "user" in asks:
        people = [(str(id_), name) for id_, name in orders.people(connection)]
        mine = [(id_, f"{name} (me)") for id_, name in people if actor.kind == "user" and id_ == actor.id]
        found["user"] = [*mine, *(one for one in people if one[0] != actor.id), (NOBODY, "Nobody")]
    if "document" in asks:
        found["document"] = list(rules.DOCUMENTS.items())
    if "reason" in asks:
        found["reason"] = [("", "Choose a reason"), *CANCEL_REASONS.items()]
    return found
