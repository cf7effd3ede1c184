"""Set many balances at once from a file: on hand, safety stock and reorder point, each row with its own outcome."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dashboard.catalog import lookup
from dashboard.inventory import balances
from dashboard.inventory.balances import Balance, Move
from dashboard.inventory.events import LevelsSet
from dashboard.kernel import jsontext
from dashboard.kernel.actor import Actor
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

CHANGED, UNCHANGED = "changed", "unchanged"
REASON = "import"
_PLACES = Prepared(sqlite="SELECT code, id FROM location", postgresql="SELECT code, id FROM location")
_LEVELS = Prepared(
    sqlite="SELECT b.id, b.safety, b.reorder_point FROM json_each(:ids) j JOIN stock_balance b ON b.id = j.value",
    postgresql="SELECT id, safety, reorder_point FROM stock_balance"
    " WHERE id = ANY(SELECT json_array_elements_text(%(ids)s::json)::bigint)",
)
_SET_LEVELS = Prepared(
    sqlite="UPDATE stock_balance SET safety = :safety, reorder_point = :reorder_point WHERE id = :id",
    postgresql="UPDATE stock_balance SET safety = %(safety)s, reorder_point = %(reorder_point)s WHERE id = %(id)s",
)
_KNOWN = Prepared(
    sqlite="SELECT m.key FROM json_each(:keys) j JOIN stock_movement m ON m.key = j.value",
    postgresql="SELECT key FROM stock_movement WHERE key = ANY(SELECT json_array_elements_text(%(keys)s::json))",
)


class StockWish(NamedTuple):
    """What one row wants of one balance; None leaves a figure as it is. expected: on hand as the file's author saw it."""

    line: int
    sku: str
    location: str
    on_hand: int | None = None
    expected: int | None = None
    safety: int | None = None
    reorder_point: int | None = None


@dataclass(frozen=True)
class SetStock:
    """wishes: no two for one SKU and location. cause: of their ledger rows; with the line it is each row's key.

    settled: these were committed before their process died. They are told what became of them, and nothing is written.
    """

    wishes: Sequence[StockWish]
    cause: str
    settled: bool = False


class Verdict(NamedTuple):
    """What became of one row: CHANGED, UNCHANGED, or else why it was refused (field, reason). more: units it made available."""

    line: int
    outcome: str
    field: str = ""
    reason: str = ""
    sku_id: int = 0
    more: int = 0


class _Found(NamedTuple):
    balance: Balance | None
    sku_id: int
    location_id: int
    tracks: str


def set_stock(tx: Tx, command: SetStock, actor: Actor, now: dt.datetime) -> list[Verdict]:
    """Grant what can be granted, in one transaction; a refused row changes nothing. Returns one verdict per wish, in order."""
    places, refused = _find(tx, command.wishes)
    levels = _levels(tx, places.values())
    written = _written(tx, command) if command.settled else set()
    verdicts: list[Verdict] = []
    moves: list[Move] = []
    plans: list[tuple[Balance, tuple[int, int], tuple[int, int]]] = []
    for wish in command.wishes:
        found = places.get((wish.sku, wish.location))
        if wish.line in written:
            verdicts.append(Verdict(wish.line, CHANGED))
        elif found is None:
            verdicts.append(refused[wish.line])
        else:
            verdict, move, plan = _grant(wish, found, levels, command.cause)
            moves += [move] if move else []
            plans += [plan] if plan else []
            verdicts.append(verdict)
    if command.settled:
        return [v._replace(outcome=UNCHANGED) if v.outcome == CHANGED and v.line not in written else v for v in verdicts]
    balances.move(tx, moves, actor, now)
    _plan(tx, plans, actor, now)
    return verdicts


def _find(tx: Tx, wishes: Sequence[StockWish]) -> tuple[dict[tuple[str, str], _Found], dict[int, Verdict]]:
    """The balances meant, locked in key order and made where units are to come to a new place; and who is meant by nobody."""
    skus = lookup.skus(tx, {wish.sku for wish in wishes})
    places = dict(tx.run(_PLACES).fetchall())
    refused = {wish.line: why for wish in wishes if (why := _unknown(wish, skus.get(wish.sku), places))}
    meant = [(wish, skus[wish.sku].id, places[wish.location]) for wish in wishes if wish.line not in refused]
    here = _locked(tx, {sku_id for _, sku_id, _ in meant})
    new = [
        (sku_id, place)
        for wish, sku_id, place in meant
        if (sku_id, place) not in here and _wants_something(wish) and not (wish.on_hand and skus[wish.sku].tracks != "none")
    ]
    if new:
        balances.make(tx, new)
        here = _locked(tx, {sku_id for _, sku_id, _ in meant})
    found = {
        (wish.sku, wish.location): _Found(here.get((sku_id, place)), sku_id, place, skus[wish.sku].tracks)
        for wish, sku_id, place in meant
    }
    return found, refused


def _locked(tx: Tx, sku_ids: Iterable[int]) -> dict[tuple[int, int], Balance]:
    return {(row.sku_id, row.location_id): row for rows in balances.locked(tx, sku_ids).values() for row in rows}


def _wants_something(wish: StockWish) -> bool:
    """A place that is to stay empty needs no balance; a row that expects units there is refused, and gets none either."""
    return any((wish.on_hand, wish.safety, wish.reorder_point)) and not (wish.on_hand and wish.expected)


def _unknown(wish: StockWish, sku: lookup.SkuFacts | None, places: dict[str, int]) -> Verdict | None:
    if sku is None:
        return _refused(wish, "sku", f"there is no SKU {wish.sku[:64]}; create it first")
    if sku.kind != "stock":
        return _refused(wish, "sku", f"{wish.sku} is a {sku.kind}; it has no stock of its own")
    if wish.location not in places:
        return _refused(wish, "location", f"there is no location {wish.location[:20]}")
    return None


def _refused(wish: StockWish, field: str, reason: str) -> Verdict:
    return Verdict(wish.line, "refused", field, reason)


def _grant(wish: StockWish, found: _Found, levels: dict[int, tuple[int, int]], cause: str):
    """(verdict, move or None, levels to write or None) of one wish whose balance is known."""
    balance = found.balance
    on_hand, available = (balance.on_hand, balance.available) if balance else (0, 0)
    change = 0 if wish.on_hand is None else wish.on_hand - on_hand
    if change and found.tracks != "none":
        how = "by lot" if found.tracks == "lots" else "by serial number"
        why = f"{wish.sku} is kept {how}, which this table cannot say; receive or adjust it on its stock page"
        return _refused(wish, "on_hand", why), None, None
    if change and wish.expected is not None and wish.expected != on_hand:
        return _refused(wish, "on_hand", f"on hand is {on_hand} now, not {wish.expected} as expected"), None, None
    if available + change < 0:
        taken = on_hand - available
        return _refused(wish, "on_hand", f"{taken} units are allocated or set aside; on hand cannot be {wish.on_hand}"), None, None
    if balance is None:
        return Verdict(wish.line, UNCHANGED), None, None
    move = Move(balance, "adjusted", on_hand=change, cause=cause, reason=REASON, key=f"{cause}:{wish.line}") if change else None
    before = levels[balance.id]
    after = (
        before[0] if wish.safety is None else wish.safety,
        before[1] if wish.reorder_point is None else wish.reorder_point,
    )
    plan = (balance, before, after) if after != before else None
    outcome = CHANGED if move or plan else UNCHANGED
    return Verdict(wish.line, outcome, sku_id=found.sku_id, more=max(0, change) + max(0, before[0] - after[0])), move, plan


def _levels(tx: Tx, places: Iterable[_Found]) -> dict[int, tuple[int, int]]:
    ids = [found.balance.id for found in places if found.balance]
    return {row[0]: (row[1], row[2]) for row in tx.run(_LEVELS, ids=jsontext.encode(ids)).fetchall()}


def _written(tx: Tx, command: SetStock) -> set[int]:
    keys = {f"{command.cause}:{wish.line}": wish.line for wish in command.wishes}
    return {keys[row[0]] for row in tx.run(_KNOWN, keys=jsontext.encode(list(keys))).fetchall()}


def _plan(tx: Tx, plans: Sequence[tuple[Balance, tuple[int, int], tuple[int, int]]], actor: Actor, now: dt.datetime) -> None:
    names = ("safety", "reorder_point")
    tx.run_many(_SET_LEVELS, [{"id": balance.id, **dict(zip(names, after, strict=True))} for balance, _, after in plans])
    for balance, before, after in plans:
        tx.record(
            LevelsSet(
                f"{balance.sku_id}:{balance.location_id}", balance.version, balance.sku, balance.location,
                before=dict(zip(names, before, strict=True)), after=dict(zip(names, after, strict=True)),
            ),
            actor, now,
        )  # fmt: skip
