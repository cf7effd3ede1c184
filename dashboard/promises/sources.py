"""What serves whom, written down per SKU: one writer at a time for each, and only what differs."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.kernel.tx import Tx
from dashboard.promises import facts
from dashboard.promises.model import PromiseSource
from dashboard.promises.rules import Share, serve

_SOURCE: Any = PromiseSource.__table__
_LOCK_SPACE = 4_004
"""Of PostgreSQL's advisory locks: one per SKU, until the transaction ends."""


def lock(tx: Tx, sku_ids: Iterable[int]) -> None:
    """Wait for whoever is promising units of these SKUs. Taken before anything is read; SQLite has one writer anyway."""
    if not tx.is_sqlite:
        for sku_id in sorted(sku_ids):
            tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_SPACE, sa.cast(sku_id % 2**31, sa.Integer))))


def share_out(tx: Tx, sku_id: int, today: dt.date, whole: bool) -> set[int]:
    """Decide anew who gets which units of the SKU, and keep it. Returns the lines served otherwise than before; whole: all of them."""
    wants = facts.waiting(tx.connection, sku_id)
    supply = facts.supply(tx.connection, sku_id, today)
    shares = serve(wants, supply.shelf, supply.arrivals, supply.release)
    stored = of_sku(tx, sku_id)
    _write(tx, sku_id, shares, stored)
    return {line for line in shares.keys() | stored.keys() if whole or shares.get(line) != stored.get(line)}


def of_sku(tx: Tx, sku_id: int) -> dict[int, tuple[Share, ...]]:
    return {line: tuple(mine) for (line, _), mine in _read(tx, _SOURCE.c.sku_id == sku_id).items()}


def of_lines(tx: Tx, lines: Sequence[int]) -> dict[int, list[Share]]:
    """The shares of all SKUs of each line."""
    found: dict[int, list[Share]] = {}
    for (line, _), mine in _read(tx, _SOURCE.c.order_line_id.in_(lines)).items():
        found.setdefault(line, []).extend(mine)
    return found


def _read(tx: Tx, which: Any) -> dict[tuple[int, int], list[Share]]:
    source = _SOURCE.c
    columns = (source.order_line_id, source.sku_id, source.units, source.basis, source.purchase_order_line_id, source.ready_on)
    found: dict[tuple[int, int], list[Share]] = {}
    for line, sku_id, *share in tx.execute(sa.select(*columns).where(which).order_by(*columns[:2], source.place)):
        found.setdefault((line, sku_id), []).append(Share(*share))
    return found


def _write(tx: Tx, sku_id: int, fresh: Mapping[int, tuple[Share, ...]], stored: Mapping[int, tuple[Share, ...]]) -> None:
    gone = sorted(line for line, shares in stored.items() if fresh.get(line) != shares)
    if gone:
        tx.execute(sa.delete(_SOURCE).where(_SOURCE.c.sku_id == sku_id, _SOURCE.c.order_line_id.in_(gone)))
    rows = [
        {
            "order_line_id": line,
            "sku_id": sku_id,
            "place": place,
            "units": share.units,
            "basis": share.basis,
            "purchase_order_line_id": share.key,
            "ready_on": share.ready,
        }
        for line, shares in sorted(fresh.items())
        if stored.get(line) != shares
        for place, share in enumerate(shares)
    ]
    if rows:
        tx.execute(sa.insert(_SOURCE), rows)
