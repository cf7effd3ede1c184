"""What of the demo shop expires (candles) or has serial numbers (some clocks): what comes in says it, what goes out is named."""

import datetime as dt
from typing import Any

from dashboard.demo.shop import DemoSku
from dashboard.inventory.expiry import AT_ONCE, expire_lots
from dashboard.inventory.tracked_units import NOTHING, Given, LotUnits
from dashboard.kernel.actor import system
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

CLOCK = system("clock")
LOTS_OF, SERIALS_OF = "CAN-", "CLO-"
MOST_NUMBERED = 4
GOOD_FOR = (50, 75, 150, 400)
"""Days that the lots of a candle are good for, by the last digit of its code: some have expired by the end, some are about to."""
_KNOWN = Prepared(
    sqlite="SELECT s.tracks, (SELECT count(*) FROM serial n WHERE n.sku_id = s.id) FROM sku s WHERE s.code = :code",
    postgresql="SELECT s.tracks, (SELECT count(*) FROM serial n WHERE n.sku_id = s.id) FROM sku s WHERE s.code = %(code)s",
)
_LINES = (
    "SELECT f.id, f.sku_id, f.units - f.picked, w.location_id FROM fulfilment_line f JOIN sku s ON s.id = f.sku_id"
    " JOIN fulfilment_order w ON w.id = f.fulfilment_order_id"
    " WHERE f.fulfilment_order_id = {0} AND s.tracks = 'serials' AND f.units > f.picked"
)
_NUMBERED_LINES = Prepared(sqlite=_LINES.format(":id"), postgresql=_LINES.format("%(id)s"))
_FREE = "SELECT code FROM serial WHERE sku_id = {0} AND location_id = {1} AND state = 'in_stock' ORDER BY id LIMIT {2}"
_FREE_NUMBERS = Prepared(
    sqlite=_FREE.format(":sku", ":place", ":units"), postgresql=_FREE.format("%(sku)s", "%(place)s", "%(units)s")
)
_SHIPPED = (
    "SELECT s.code, min(n.code) FROM serial n JOIN sku s ON s.id = n.sku_id WHERE n.order_id = {0} AND n.state = 'shipped' GROUP BY s.code"
)
_SHIPPED_NUMBERS = Prepared(sqlite=_SHIPPED.format(":order_id"), postgresql=_SHIPPED.format("%(order_id)s"))


def tracks(items: list[DemoSku]) -> dict[str, str]:
    """{SKU code: lots or serials} of those that are kept so."""
    numbered = [item.code for item in items if item.code.startswith(SERIALS_OF)][:MOST_NUMBERED]
    return {item.code: "lots" for item in items if item.code.startswith(LOTS_OF)} | dict.fromkeys(numbered, "serials")


def given(tx: Tx, code: str, units: int, now: dt.datetime) -> Given:
    """What the labels say of units that come: one lot a day, numbers in a row."""
    if not code.startswith((LOTS_OF, SERIALS_OF)):
        return NOTHING
    how, count = tx.run(_KNOWN, code=code).fetchone()
    if how == "lots":
        expires_on = now.date() + dt.timedelta(days=GOOD_FOR[int(code[-1]) % len(GOOD_FOR)])
        return Given((LotUnits(f"{code[4:6]}{now:%y%m%d}", units, expires_on),))
    if how == "serials":
        return Given((), tuple(f"{code[4:6]}{code[-3:]}-{number:05}" for number in range(count + 1, count + units + 1)))
    return NOTHING


def picked(tx: Tx, work_id: int) -> dict[int, Given]:
    """The serial numbers that a picker takes for what is left of a fulfilment order, by line."""
    lines = tx.run(_NUMBERED_LINES, id=work_id).fetchall()
    found = {}
    for line_id, sku_id, units, place in lines:
        codes = tx.run(_FREE_NUMBERS, sku=sku_id, place=place, units=units).fetchall()
        found[line_id] = Given((), tuple(row[0] for row in codes))
    return found


def returned(tx: Tx, order_id: int) -> dict[str, Given]:
    """The serial number that comes back of an order, by SKU."""
    return {code: Given((), (number,)) for code, number in tx.run(_SHIPPED_NUMBERS, order_id=order_id).fetchall()}


def expire(tx: Tx, _world: Any, now: dt.datetime) -> None:
    """Every night what has expired is set aside."""
    expire_lots(tx, AT_ONCE, CLOCK, now)
