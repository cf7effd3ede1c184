"""What an earlier import has written already: documents by their external id, rows set aside by their content."""

import json
from collections.abc import Iterable

from dashboard.channels.documents import Document
from dashboard.channels.outcomes import Taken
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

TABLES = {"order_line": "orders", "return_line": "return_"}


def _prepared(table: str) -> Prepared:
    return Prepared(
        sqlite=f"SELECT t.external_id FROM json_each(:ids) j CROSS JOIN {table} t"  # noqa: S608
        " WHERE t.channel = :channel AND t.external_id = j.value",
        postgresql=f"SELECT external_id FROM {table} WHERE channel = %(channel)s"  # noqa: S608
        " AND external_id = ANY(SELECT json_array_elements_text(%(ids)s::json))",
    )


_KNOWN = {then: _prepared(table) for then, table in TABLES.items()}


def known_ids(tx: Tx, channel: str, then: str, external_ids: Iterable[str]) -> set[str]:
    """Those of the external ids that are in the database. then: order_line or return_line."""
    ids = json.dumps(sorted(set(external_ids)), ensure_ascii=False)
    return {row[0] for row in tx.run(_KNOWN[then], channel=channel, ids=ids).fetchall()}


def drop_known(tx: Tx, channel: str, documents: dict[str, Document], taken: Taken) -> dict[str, Document]:
    """The documents that are new; rows of the others are counted as known. Rows set aside are told apart when they are written."""
    known = {
        then: known_ids(tx, channel, then, (document.external_id for document in documents.values() if document.then == then))
        for then in TABLES
    }
    fresh = {}
    for key, document in documents.items():
        if document.external_id in known.get(document.then, ()):
            taken.outcomes["known"] += len(document.rows)
        else:
            fresh[key] = document
    return fresh
