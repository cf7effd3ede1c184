"""A chunk of a table's rows in one transaction, with the record of how far the import is."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dashboard.catalog.bulk import SaveSkus, save_skus
from dashboard.channels.model import ImportRun
from dashboard.channels.tables import preorders, waiting
from dashboard.inventory.bulk import SetStock, StockWish, set_stock
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx


@dataclass(frozen=True)
class TakeRows:
    """wishes: rows that could be read. done: rows of the file dealt with when this chunk is; keep: record that (no dry run).

    settled: the chunk was committed before its process died.
    """

    run_id: int
    wishes: Sequence[Any]
    done: int
    keep: bool
    settled: bool = False


def take_stock(tx: Tx, command: TakeRows, actor: Actor, now: dt.datetime) -> list[tuple[int, str, str, str]]:
    """Returns (line, outcome, field, reason) per wish."""
    wishes: Sequence[StockWish] = command.wishes
    verdicts = set_stock(tx, SetStock(wishes, f"import:{command.run_id}", command.settled), actor, now)
    waiting.fill_later(tx, command.run_id, command.done, [found.sku_id for found in verdicts if found.more], now)
    _keep(tx, command, now)
    return [(found.line, found.outcome, found.field, found.reason) for found in verdicts]


def take_catalogue(tx: Tx, command: TakeRows, actor: Actor, now: dt.datetime) -> list[tuple[int, str, str, str]]:
    """Returns (line, outcome, field, reason) per wish."""
    rows, wanted, refused = preorders.split(tx, command.wishes)
    verdicts = save_skus(tx, SaveSkus(rows), actor, now)
    outcomes = preorders.apply(tx, wanted, verdicts, actor, now)
    _keep(tx, command, now)
    return [*outcomes, *refused]


def _keep(tx: Tx, command: TakeRows, now: dt.datetime) -> None:
    if command.keep:
        tx.execute(
            sa.update(ImportRun)
            .where(ImportRun.id == command.run_id)
            .values(rows_read=command.done, seen_at=now, version=ImportRun.version + 1)
        )
