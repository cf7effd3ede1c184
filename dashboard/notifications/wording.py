"""Messages as text: a template per kind, its first line the subject."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import flask

from dashboard.notifications import rules


class Text(NamedTuple):
    subject: str
    body: str


def text_of(message: Any, order: Any) -> Text:
    """Args: message, order: their rows; a quote has no order."""
    facts = json.loads(message.facts)
    if message.kind == "quote":
        return quote_text(facts)
    why = rules.REASONS.get(facts["reason"], "")
    return _parted(flask.render_template(f"notifications/{message.kind}.txt", order=order, **facts, why=why))


def quote_text(facts: Mapping[str, Any]) -> Text:
    """A quote as it will be read. facts: drafts.quoting.facts_of."""
    until = dt.date.fromisoformat(facts["valid_until"])
    return _parted(flask.render_template("notifications/quote.txt", **{**facts, "valid_until": until}))


def _parted(written: str) -> Text:
    """First line: the subject."""
    subject, _, body = written.strip().partition("\n")
    return Text(" ".join(subject.split())[:200], body.strip() + "\n")
