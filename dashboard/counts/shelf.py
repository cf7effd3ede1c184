"""Counts and their lines inside a transaction: found and locked, moved on, recorded."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from dashboard.accounts import reach
from dashboard.catalog import lookup
from dashboard.catalog.model import Sku
from dashboard.counts import rules
from dashboard.counts.events import CountMoved
from dashboard.counts.model import CountLine, StockCount
from dashboard.inventory.model import Location
from dashboard.kernel import text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.tx import Tx


def held(tx: Tx, number: str, actor: Actor, version: int | None = None) -> StockCount:
    """The count, locked until the end of this transaction.

    Raises: NotFound; Forbidden, at a location that is not the actor's; Conflict, when it is not the version that was seen.
    """
    found = None
    if not text.trouble(number, 24):
        found = tx.orm.scalar(sa.select(StockCount).where(StockCount.number == number).with_for_update())
    if found is None:
        raise NotFound(f"There is no count {number[:24]}.", number=number[:24])
    reach.assert_location(actor, place_code(tx, found.location_id))
    if version is not None and version != found.version:
        raise Conflict(
            f"Count {found.number} was changed meanwhile: look at it again, then decide.", version=found.version, seen=version
        )
    return found


def place_code(tx: Tx, location_id: int) -> str:
    return tx.execute(sa.select(Location.code).where(Location.id == location_id)).scalar_one()


def skus_by_word(tx: Tx, words: Iterable[str]) -> dict[str, Any]:
    """The SKU (id, code, name, kind) that each typed or scanned word means, by code or whole barcode; unknown words are missing."""
    folded = {word: lookup.folded(word) for word in words if not text.trouble(word, lookup.MOST_CODE)}
    wanted = set(folded.values())
    query = sa.select(Sku.id, Sku.code, Sku.name, Sku.kind, Sku.barcode).where(sa.or_(Sku.code.in_(wanted), Sku.barcode.in_(wanted)))
    rows = tx.execute(query).all() if wanted else []
    known = {row.barcode: row for row in rows if row.barcode} | {row.code: row for row in rows}
    return {word: known[code] for word, code in folded.items() if code in known}


def line_to_count(tx: Tx, count: StockCount, word: str, actor: Actor) -> tuple[CountLine, Any]:
    """The line of this SKU that waits for a figure, and the SKU.

    Raises: Invalid, without a word; NotFound, for a SKU that is unknown or not on this count; Conflict, when somebody has counted it,
    when this actor may not count it again, or when the count is closed.
    """
    if not word.strip():
        raise Invalid("Scan or type a SKU first.", fields={"sku": "Scan or type a SKU first."})
    sku = skus_by_word(tx, [word]).get(word)
    if sku is None:
        message = f"There is no SKU or barcode {word.strip()[:64]}."
        raise NotFound(message, fields={"sku": message})
    latest = tx.orm.scalar(
        sa.select(CountLine).where(CountLine.count_id == count.id, CountLine.sku_id == sku.id).order_by(CountLine.id.desc()).limit(1)
    )
    if latest is None:
        message = f"{sku.code} is not on count {count.number}; open a count for it."
        raise NotFound(message, fields={"sku": message})
    _assert_open(tx, count, latest, sku.code, actor)
    return latest, sku


def _assert_open(tx: Tx, count: StockCount, line: CountLine, sku: str, actor: Actor) -> None:
    if count.status in ("approved", "cancelled"):
        raise Conflict(f"Count {count.number} is closed ({count.status}); nothing was changed.", status=count.status)
    if line.state != "to_count":
        who = line.counter_name or line.decided_by_name
        word = "counted" if line.state == "counted" else line.state
        raise Conflict(f"{sku} is {word} already, by {who}; nothing was changed.", sku=sku, state=line.state, by=who)
    if line.recount_of is not None:
        before = tx.execute(sa.select(CountLine.counter).where(CountLine.id == line.recount_of)).scalar_one()
        if before == actor.ref:
            raise Conflict(f"You have counted {sku} yourself; somebody else has to count it again.", sku=sku, recount=True)


def bump(tx: Tx, count: StockCount) -> None:
    """Something of the count changed: its version rises."""
    count.version += 1
    tx.flush()


def move_on(tx: Tx, count: StockCount, actor: Actor, now: dt.datetime) -> None:
    """Give the count the status that its lines call for, and record the step."""
    tx.flush()
    states = tx.execute(sa.select(CountLine.state).where(CountLine.count_id == count.id)).scalars().all()
    after = rules.status_after(count.status, states)
    if after == count.status:
        return
    before, count.status = count.status, rules.COUNT.check(count.status, after)
    if after in ("approved", "cancelled"):
        count.closed_at = now
    bump(tx, count)
    tx.record(CountMoved(count.id, count.version, count.number, before, after), actor, now)


def codes_of(tx: Tx, lines: Sequence[CountLine]) -> dict[int, str]:
    """SKU codes by id."""
    ids = sorted({line.sku_id for line in lines})
    return dict(tx.execute(sa.select(Sku.id, Sku.code).where(Sku.id.in_(ids))).all()) if ids else {}


def again(tx: Tx, line: CountLine) -> None:
    """Replace this line's figure: a line of its own waits for another person."""
    line.state = rules.LINE.check(line.state, "recount")
    tx.flush()  # first: of one SKU only one line may be undecided
    tx.orm.add(
        CountLine(
            count_id=line.count_id,
            location_id=line.location_id,
            bin_id=line.bin_id,
            sku_id=line.sku_id,
            state="to_count",
            round=line.round + 1,
            recount_of=line.id,
        )
    )
