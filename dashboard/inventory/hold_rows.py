"""Rows of timed holds inside a transaction: find one locked, end it once, give its units back."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.inventory import balances
from dashboard.inventory.balances import Balance, Move
from dashboard.inventory.hold_events import StockHoldEnded
from dashboard.inventory.hold_model import StockHold, StockHoldLine
from dashboard.kernel import clock, jsontext
from dashboard.kernel.actor import Actor
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

Units = Mapping[tuple[int, int], int]
"""{(SKU id, location id): units}."""

_COLUMNS = "id, channel, token, state, expires_at, order_id, version"
_FIND = Prepared(
    sqlite=f"SELECT {_COLUMNS} FROM stock_hold WHERE token = :token",  # noqa: S608
    postgresql=f"SELECT {_COLUMNS} FROM stock_hold WHERE token = %(token)s FOR UPDATE",  # noqa: S608
)
_DUE = Prepared(
    sqlite=f"SELECT {_COLUMNS} FROM stock_hold WHERE state = 'held' AND expires_at <= :now"  # noqa: S608
    " ORDER BY expires_at, id LIMIT :most",
    postgresql=f"SELECT {_COLUMNS} FROM stock_hold WHERE state = 'held' AND expires_at <= %(now)s"  # noqa: S608
    " ORDER BY expires_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED",
)
_LINES = Prepared(
    sqlite="SELECT l.hold_id, l.sku_id, l.location_id, l.units FROM json_each(:ids) j JOIN stock_hold_line l ON l.hold_id = j.value"
    " ORDER BY l.id",
    postgresql="SELECT l.hold_id, l.sku_id, l.location_id, l.units FROM stock_hold_line l"
    " WHERE l.hold_id = ANY(SELECT json_array_elements_text(%(ids)s::json)::bigint) ORDER BY l.id",
)
_END = Prepared(
    sqlite="UPDATE stock_hold SET state = :state, ended_at = :at, order_id = :order_id, version = version + 1"
    " WHERE id = :id AND state = 'held'",
    postgresql="UPDATE stock_hold SET state = %(state)s, ended_at = %(at)s, order_id = %(order_id)s, version = version + 1"
    " WHERE id = %(id)s AND state = 'held'",
)


class HoldRow(NamedTuple):
    """expires_at: microseconds since 1970."""

    id: int
    channel: str
    token: str
    state: str
    expires_at: int
    order_id: int | None
    version: int

    def is_open(self, now: dt.datetime) -> bool:
        """Whether its units are still promised."""
        return self.state == "held" and self.expires_at > clock.micros(now)


def find(tx: Tx, token: str) -> HoldRow | None:
    """The hold of this token, locked for this transaction."""
    row = tx.run(_FIND, token=token).fetchone()
    return HoldRow(*row) if row else None


def due(tx: Tx, now: dt.datetime, most: int) -> list[HoldRow]:
    """Holds whose time is over, locked; those another transaction is at are left to it."""
    return [HoldRow(*row) for row in tx.run(_DUE, now=clock.micros(now), most=most).fetchall()]


def purge(tx: Tx, before: dt.datetime, most: int) -> int:
    """Delete at most so many holds that ended before the moment, with their lines. Returns how many."""
    hold, line = StockHold.__table__, StockHoldLine.__table__
    old = sa.select(hold.c.id).where(hold.c.ended_at < before, hold.c.state != "held").order_by(hold.c.ended_at).limit(most)
    ids = list(tx.execute(old.with_for_update(skip_locked=True)).scalars())
    if ids:
        tx.execute(sa.delete(line).where(line.c.hold_id.in_(ids)))
        tx.execute(sa.delete(hold).where(hold.c.id.in_(ids)))
    return len(ids)


def units_of(tx: Tx, hold_ids: Iterable[int]) -> dict[int, dict[tuple[int, int], int]]:
    """What each of these holds keeps (or kept), by hold id."""
    found: dict[int, dict[tuple[int, int], int]] = {}
    for hold_id, sku_id, location_id, units in tx.run(_LINES, ids=jsontext.encode(sorted(hold_ids))).fetchall():
        found.setdefault(hold_id, {})[sku_id, location_id] = units
    return found


def end(
    tx: Tx,
    holds: Sequence[HoldRow],
    state: str,
    actor: Actor,
    now: dt.datetime,
    *,
    stock: Mapping[int, Sequence[Balance]] | None = None,
    order_id: int | None = None,
) -> None:
    """End open holds and give their units back to their shelves. stock: their balances, where the caller has locked them already."""
    if not holds:
        return
    kept = units_of(tx, [hold.id for hold in holds])
    stock = balances.locked(tx, [sku for units in kept.values() for sku, _ in units]) if stock is None else stock
    places = {(balance.sku_id, balance.location_id): balance for rows in stock.values() for balance in rows}
    moves = []
    for hold in holds:
        if not tx.run(_END, id=hold.id, state=state, at=clock.micros(now), order_id=order_id).rowcount:
            raise RuntimeError(f"stock hold {hold.id} had ended before")
        mine = kept[hold.id]
        moves += [
            Move(places[place], "unheld", held=-units, cause=f"stock_hold:{hold.id}", reason=state)
            for place, units in sorted(mine.items())
        ]
        lines = [[places[place].sku, places[place].location, units] for place, units in sorted(mine.items())]
        ended = StockHoldEnded(hold.id, hold.version + 1, hold.channel, state, lines, order_id)
        tx.record(ended, actor, now)
    balances.move(tx, moves, actor, now)
