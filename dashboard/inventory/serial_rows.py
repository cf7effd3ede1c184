"""Rows of serial numbers inside a transaction: locked in key order, moved from state to state, each step in their life's ledger."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from dashboard.inventory.lot_rows import Why
from dashboard.inventory.model import Location
from dashboard.inventory.serial_model import Serial, SerialMovement
from dashboard.kernel import clock
from dashboard.kernel.errors import Conflict
from dashboard.kernel.statements import insert_into
from dashboard.kernel.tx import Tx

SERIAL: Any = Serial.__table__
IN_WORDS = {"in_stock": "in stock", "picked": "picked", "in_transit": "on its way", "shipped": "shipped", "scrapped": "scrapped"}
MOST_AT_ONCE = 500
NOBODY: dict[str, Any] = dict.fromkeys(("order_id", "order_line_id", "fulfilment_order_id", "fulfilment_line_id"))
_LEDGER = insert_into(
    SerialMovement, "serial_id", "state", "location_id", "kind", "order_id", "cause", "reason", "actor", "actor_name", "at"
)


class SerialRow(NamedTuple):
    """One serial number as this transaction found it, locked."""

    id: int
    code: str
    state: str
    location_id: int | None
    location: str | None
    order_id: int | None
    fulfilment_line_id: int | None
    cause: str | None

    @property
    def where(self) -> str:
        """In words, for a refusal."""
        return f"{IN_WORDS[self.state]}{f' at {self.location}' if self.location else ''}"


def _rows(tx: Tx, *conditions: Any) -> list[SerialRow]:
    query = (
        sa.select(
            SERIAL.c.id, SERIAL.c.code, SERIAL.c.state, SERIAL.c.location_id, Location.code.label("location"), SERIAL.c.order_id,
            SERIAL.c.fulfilment_line_id, SERIAL.c.cause,
        )
        .outerjoin(Location, Location.id == SERIAL.c.location_id)
        .where(*conditions)
        .order_by(SERIAL.c.id)
        .with_for_update(of=SERIAL)
    )  # fmt: skip
    return [SerialRow(*row) for row in tx.execute(query)]


def by_code(tx: Tx, sku_id: int, codes: Sequence[str]) -> dict[str, SerialRow]:
    """The SKU's serial numbers of these (folded) codes, locked; unknown ones are missing."""
    found: dict[str, SerialRow] = {}
    for start in range(0, len(codes), MOST_AT_ONCE):
        some = sorted(codes)[start : start + MOST_AT_ONCE]
        found |= {row.code: row for row in _rows(tx, SERIAL.c.sku_id == sku_id, SERIAL.c.code.in_(some))}
    return found


def free_at(tx: Tx, sku_id: int, location_id: int) -> list[SerialRow]:
    """Those in stock at a location that nobody has picked."""
    return _rows(tx, SERIAL.c.sku_id == sku_id, SERIAL.c.location_id == location_id, SERIAL.c.state == "in_stock")


def on_transfer(tx: Tx, sku_id: int, cause: str) -> list[SerialRow]:
    """Those of a SKU that are on this transfer."""
    return _rows(tx, SERIAL.c.cause == cause, SERIAL.c.state == "in_transit", SERIAL.c.sku_id == sku_id)


def shipped_for(tx: Tx, sku_id: int, order_id: int) -> list[SerialRow]:
    """Those of a SKU that an order got and still has."""
    return _rows(tx, SERIAL.c.order_id == order_id, SERIAL.c.state == "shipped", SERIAL.c.sku_id == sku_id)


def picked_for(tx: Tx, sku_id: int, work_id: int) -> list[SerialRow]:
    """Those of a SKU that were picked for a fulfilment order."""
    return _rows(tx, SERIAL.c.fulfilment_order_id == work_id, SERIAL.c.state == "picked", SERIAL.c.sku_id == sku_id)


def picked_on(tx: Tx, line_ids: Collection[int]) -> dict[int, list[SerialRow]]:
    """Those that were picked, per fulfilment line."""
    query = sa.select(SERIAL.c.fulfilment_order_id).where(SERIAL.c.fulfilment_line_id.in_(line_ids))
    rows = _rows(
        tx, SERIAL.c.fulfilment_order_id.in_(query), SERIAL.c.fulfilment_line_id.in_(line_ids), SERIAL.c.state == "picked"
    )
    found: dict[int, list[SerialRow]] = {}
    for row in rows:
        found.setdefault(row.fulfilment_line_id or 0, []).append(row)
    return found


def make(tx: Tx, sku_id: int, codes: Sequence[str], location_id: int, why: Why) -> None:
    """New serial numbers, in stock.

    Raises: Conflict, where somebody else has made one of them meanwhile.
    """
    rows = [
        {"sku_id": sku_id, "code": code, "state": "in_stock", "location_id": location_id, "changed_at": why.at, **NOBODY}
        for code in sorted(codes)
    ]
    try:
        with tx.savepoint():
            tx.execute(sa.insert(SERIAL), rows)
    except sa.exc.IntegrityError:
        raise Conflict("One of these serial numbers has just been received by somebody else. Look again.") from None
    ids = [row.id for row in by_code(tx, sku_id, codes).values()]
    _tell(tx, ids, "in_stock", location_id, why)


def shift(tx: Tx, rows: Sequence[SerialRow], state: str, location_id: int | None, why: Why, **values: Any) -> None:
    """Move serial numbers to a state. values: further columns to set (NOBODY, when no order has them any more).

    Raises: Conflict, where one is not in the state it was found in any more.
    """
    for start in range(0, len(rows), MOST_AT_ONCE):
        some = rows[start : start + MOST_AT_ONCE]
        unchanged = sa.or_(*(SERIAL.c.state == before for before in sorted({row.state for row in some})))
        changed = tx.execute(
            sa.update(SERIAL)
            .where(SERIAL.c.id.in_([row.id for row in some]), unchanged)
            .values(state=state, location_id=location_id, changed_at=why.at, **values)
        )
        if changed.rowcount != len(some):
            raise Conflict("Somebody else has just taken one of these serial numbers. Look again.")
    _tell(tx, [row.id for row in rows], state, location_id, why)


def _tell(tx: Tx, ids: Sequence[int], state: str, location_id: int | None, why: Why) -> None:
    said = {"kind": why.kind, "order_id": why.order_id, "cause": why.cause, "reason": why.reason}
    who = {"actor": why.actor.ref, "actor_name": why.actor.name, "at": clock.micros(why.at)}
    tx.run_many(
        _LEDGER, [{"serial_id": id_, "state": state, "location_id": location_id, **said, **who} for id_ in sorted(ids)]
    )


def why_of(move: Any, actor: Any, now: dt.datetime) -> Why:
    """Why a stock movement changes serial numbers."""
    return Why(move.kind, move.order_id, move.cause, move.reason, actor, move.at or now)
