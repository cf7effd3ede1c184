"""Messages to the customer in words."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dashboard.notifications.rules import KINDS
from dashboard.orders.views.telling import Said, Telling, in_words
from dashboard.web.filters import day_time

MAILED = {
    "queued": ("hourglass", "The customer is to be told by e-mail"),
    "sent": ("check", "The customer was told by e-mail"),
    "failed": ("triangle", "The customer could not be told by e-mail yet"),
    "dead": ("cross", "The customer was not told: the e-mail was given up"),
}


def message(data: Mapping[str, Any], telling: Telling) -> Said:
    """A message was queued, sent, not taken or given up."""
    shape, text = MAILED[data["after"]]
    details = [KINDS.get(data["kind"], in_words(data["kind"]))]
    if data["error"] and telling.sight.full:
        details.append(data["error"])
    return Said(4, "messages", shape, text, tuple(details))


def quote(data: Mapping[str, Any], _telling: Telling) -> Said:
    """The order was a quote that was sent to the customer."""
    if data["sent_at"]:
        return Said(5, "messages", "check", f"Its quote was sent by e-mail on {day_time(dt.datetime.fromisoformat(data['sent_at']))}")
    return Said(5, "messages", MAILED[data["status"]][0], "Its quote was to be sent by e-mail")
