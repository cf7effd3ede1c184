"""A counter takes back a figure of their own that was mistyped, as long as nobody has decided about it."""

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.counts import rules, shelf
from dashboard.counts.commands import TakeBack
from dashboard.counts.events import FigureTakenBack
from dashboard.counts.model import CountLine
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Forbidden, NotFound
from dashboard.kernel.tx import Tx


class TakenBack(NamedTuple):
    """The line waits for a figure again."""

    line_id: int
    sku: str
    name: str
    status: str
    version: int


def take_back(tx: Tx, command: TakeBack, actor: Actor, now: dt.datetime) -> TakenBack:
    """The line of this SKU waits for a figure again; the figure that was taken back stays in the log.

    A figure that somebody else has to count again stays: otherwise whoever types often enough learns what is expected.
    Raises: NotFound; Forbidden, for somebody else's figure; Conflict, when there is none, it is decided, or it is being recounted.
    """
    count = shelf.held(tx, command.number, actor)
    sku = shelf.skus_by_word(tx, [command.sku]).get(command.sku)
    line = None if sku is None else _latest(tx, count.id, sku.id)
    if sku is None or line is None:
        message = f"{command.sku.strip()[:64]} is not on count {count.number}."
        raise NotFound(message, fields={"sku": message})
    _check(line, sku.code, actor)
    figure = line.counted or 0
    line.state = rules.LINE.check(line.state, "to_count")
    line.expected = line.counted = line.counter = line.counter_name = line.counted_at = line.movement_id = None
    line.on_it, line.on_it_name, line.on_it_at = actor.ref, actor.name, now
    shelf.bump(tx, count)
    tx.record(FigureTakenBack(count.id, count.version, count.number, line.id, sku.code, figure), actor, now)
    shelf.move_on(tx, count, actor, now)
    return TakenBack(line.id, sku.code, sku.name, count.status, count.version)


def _latest(tx: Tx, count_id: int, sku_id: int) -> CountLine | None:
    query = sa.select(CountLine).where(CountLine.count_id == count_id, CountLine.sku_id == sku_id)
    return tx.orm.scalar(query.order_by(CountLine.id.desc()).limit(1))


def _check(line: CountLine, sku: str, actor: Actor) -> None:
    if line.state == "to_count":
        again = f"{sku} is counted again by somebody else: your figure stays beside theirs." if line.recount_of else ""
        raise Conflict(again or f"{sku} has no figure to take back.", sku=sku, state=line.state)
    if line.state != "counted":
        raise Conflict(f"{sku} is {line.state} already; nothing was changed.", sku=sku, state=line.state)
    if line.counter != actor.ref:
        raise Forbidden(f"{line.counter_name} counted {sku}; only they take that figure back.", sku=sku)
