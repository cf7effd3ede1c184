"""The shelf of one location while a batch of history is replayed: line-atomic, in order, then written at once."""

import datetime as dt
from collections.abc import Iterable

from dashboard.inventory import balances
from dashboard.inventory.balances import Balance, Move
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.tx import Tx


class Shelf:
    """Locks the balances of these SKUs at one location; makes those that are missing."""

    def __init__(self, tx: Tx, sku_ids: Iterable[int], location_id: int):
        wanted = sorted(set(sku_ids))
        self._balances = _here(balances.locked(tx, wanted), location_id)
        for sku_id in wanted:
            if sku_id not in self._balances:
                self._balances[sku_id] = balances.at(tx, sku_id, location_id)
        self._left = {sku_id: balance.available for sku_id, balance in self._balances.items()}
        self._moves: list[Move] = []

    def sell(self, sku_id: int, units: int, order_id: int, at: int) -> bool:
        """All the units leave, or none: False when the shelf has fewer, or nobody could say of which lot or serial number they were."""
        if self._left[sku_id] < units or self._balances[sku_id].tracks != "none":
            return False
        self._left[sku_id] -= units
        cause = f"order:{order_id}"
        self._moves.append(
            Move(self._balances[sku_id], "shipped", on_hand=-units, order_id=order_id, cause=cause, at=clock.moment(at))
        )
        return True

    def take_back(self, sku_id: int, units: int, return_id: int, reason: str, at: int) -> None:
        """Units come back, where they can have left from."""
        if self._balances[sku_id].tracks != "none":
            return
        self._left[sku_id] += units
        cause = f"return:{return_id}"
        self._moves.append(
            Move(self._balances[sku_id], "returned", on_hand=units, cause=cause, reason=reason, at=clock.moment(at))
        )

    def write(self, tx: Tx, actor: Actor, now: dt.datetime) -> None:
        """Write balances and ledger in the order of the rows, and one event per changed balance."""
        balances.move(tx, self._moves, actor, now)


def _here(rows: dict[int, list[Balance]], location_id: int) -> dict[int, Balance]:
    return {sku_id: row for sku_id, found in rows.items() for row in found if row.location_id == location_id}
