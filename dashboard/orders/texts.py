"""Words of people in the event log: the sealed log holds `{"text": 17}`, the words stand in order_text, where erasing can reach them."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.kernel.tx import Tx
from dashboard.orders.text_model import OrderText

ERASED = "(erased)"
_ADD = sa.insert(OrderText).returning(OrderText.id)


def keep(tx: Tx, order_id: int, body: str) -> dict[str, int] | str:
    """Put somebody's words beside the log. Returns what the event holds in their place; nothing is kept of no words."""
    if not body:
        return ""
    return {"text": tx.execute(_ADD, {"order_id": order_id, "body": body}).scalar_one()}


def forget(tx: Tx, order_ids: Sequence[int]) -> int:
    """Erase what the log says in people's words about these orders. Returns how many texts there were."""
    return tx.execute(sa.update(OrderText).where(OrderText.order_id.in_(order_ids)).values(body=ERASED)).rowcount


def fill(connection: sa.Connection, told: Iterable[dict[str, Any]]) -> None:
    """Put the words into events' data, in place, as a reader of the log sees them."""
    places = [(data, name, value["text"]) for data in told for name, value in data.items() if _is_text(value)]
    if not places:
        return
    ids = sorted({text_id for _, _, text_id in places})
    bodies = dict(connection.execute(sa.select(OrderText.id, OrderText.body).where(OrderText.id.in_(ids))).all())
    for data, name, text_id in places:
        data[name] = bodies.get(text_id, ERASED)


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"text"}
