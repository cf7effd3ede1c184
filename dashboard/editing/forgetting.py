"""Forget the addresses in the edits of an erased person's orders; what was done to lines and money stays."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.editing.model import OrderEdit
from dashboard.kernel import jsontext
from dashboard.kernel.tx import Tx

KEPT = ("ship_country",)


def forget_addresses(tx: Tx, order_ids: Sequence[int], word: str) -> int:
    """Put the word in the place of every address field, before and after. Returns how many edits named one."""
    rows = tx.execute(sa.select(OrderEdit.id, OrderEdit.fields).where(OrderEdit.order_id.in_(order_ids))).all()
    changed = 0
    for row in rows:
        fields: dict[str, Any] = json.loads(row.fields)
        personal = [name for name in fields if name.startswith("ship_") and name not in KEPT]
        if personal:
            blank = jsontext.encode(fields | {name: [word, word] for name in personal})
            tx.execute(sa.update(OrderEdit).where(OrderEdit.id == row.id).values(fields=blank))
            changed += 1
    return changed
