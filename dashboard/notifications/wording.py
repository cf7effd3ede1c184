"""Messages as text: a template per kind, its first line the subject."""

import json
from typing import Any, NamedTuple

import flask

from dashboard.notifications import rules


class Text(NamedTuple):
    subject: str
    body: str


def text_of(message: Any, order: Any) -> Text:
    """Args: message, order: their rows."""
    facts = json.loads(message.facts)
    why = rules.REASONS.get(facts["reason"], "")
    written = flask.render_template(f"notifications/{message.kind}.txt", order=order, **facts, why=why)
    subject, _, body = written.strip().partition("\n")
    return Text(" ".join(subject.split())[:200], body.strip() + "\n")
