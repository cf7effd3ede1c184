"""Rows that are no order and no return: kept beside them, once, and never moving stock."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from dashboard.channels.documents import Document
from dashboard.channels.outcomes import Taken
from dashboard.channels.rows import Row
from dashboard.kernel import units
from dashboard.kernel.errors import Invalid
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

_COLUMNS = ("channel", "key", "row_class", "external_id", "sku_code", "customer_ref", "units", "at", "cells")
_INSERT = "INSERT INTO import_set_aside ({}) VALUES ({}) ON CONFLICT (channel, key) DO NOTHING"
_KEEP = Prepared(
    sqlite=_INSERT.format(", ".join(_COLUMNS), ", ".join(f":{name}" for name in _COLUMNS)),
    postgresql=_INSERT.format(", ".join(_COLUMNS), ", ".join(f"%({name})s" for name in _COLUMNS)),
)


def write_set_aside(tx: Tx, channel: str, documents: Iterable[Document], taken: Taken) -> None:
    """Keep the rows; one with the same content in the same document is the same row, and is known."""
    rows = [row for document in documents for row in _rows(channel, document)]
    new = sum(tx.run(_KEEP, **row).rowcount for row in rows)
    taken.outcomes["set_aside"] += new
    taken.outcomes["known"] += len(rows) - new


def _rows(channel: str, document: Document) -> list[dict[str, Any]]:
    seen: Counter[str] = Counter()
    return [_row(channel, row, seen) for row in document.rows]


def _row(channel: str, row: Row, seen: Counter[str]) -> dict[str, Any]:
    cells = json.dumps(row.values, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(f"{row.row_class}\n{cells}".encode()).hexdigest()[:48]
    seen[digest] += 1
    return {
        "channel": channel,
        "key": f"{digest}:{seen[digest]}",
        "row_class": row.row_class,
        "external_id": row.values["external_id"],
        "sku_code": row.values["sku"],
        "customer_ref": row.values.get("customer_ref") or None,
        "units": _whole(row.values.get("quantity", "")),
        "at": row.at,
        "cells": cells,
    }


def _whole(text: str) -> int | None:
    """The cell as a whole number of units; None where it is none."""
    try:
        return units.whole_units(text, least=-units.MOST_UNITS)
    except Invalid:
        return None
