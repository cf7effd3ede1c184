"""An order and its lines as rows, in the order of their columns."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from dashboard.catalog import lookup
from dashboard.catalog.lookup import SkuFacts
from dashboard.kernel import clock, ids, units
from dashboard.kernel.errors import Invalid
from dashboard.kernel.statements import rows_into
from dashboard.orders.commands import CaptureOrder, DraftLine
from dashboard.orders.derive import views_text
from dashboard.orders.model import Order, OrderLine
from dashboard.orders.rules import Derived, Facts, derive, views_of

FIRST_NUMBER = 10_000
ORDER_COLUMNS = tuple(
    """
    id number channel external_id status phase fulfilment_status payment_status readiness work location_id views customer_ref
    customer_name email phone ship_name ship_line1 ship_line2 ship_city ship_region ship_postal_code
    ship_country currency lines_total tax shipping discount total authorized captured refunded voided pay_on
    line_count unit_count open_holds open_returns parcel_problem placed_at ship_by ready_at shipped_at
    delivered_at tracking_hash tracking_rotation version
    """.split()
)
LINE_COLUMNS = tuple(
    """
    id order_id position sku_id sku_code name ordered unit_price_e4 tax discount total
    cancelled backordered allocated picked packed shipped delivered returned
    """.split()
)
INSERT = rows_into(Order, *ORDER_COLUMNS).waiting()
INSERT_UNLESS_KNOWN = rows_into(Order, *ORDER_COLUMNS).on_conflict("DO NOTHING")
INSERT_LINES = rows_into(OrderLine, *LINE_COLUMNS).waiting()


class Line(NamedTuple):
    """A line with everything decided; ids are those of its row. sku is None for an item no catalogue knows."""

    id: int
    position: int
    draft: DraftLine
    sku: SkuFacts | None
    unit_price_e4: int
    total: int
    allocated: int
    backordered: int

    @property
    def is_service(self) -> bool:
        return self.sku is not None and self.sku.kind == "service"


class Sums(NamedTuple):
    """Minor units of a whole order; units: of its lines."""

    goods: int
    tax: int
    shipping: int
    discount: int
    total: int
    units: int
    backordered: int


class Fresh(NamedTuple):
    """A new order's row, and what of it is told."""

    row: tuple[Any, ...]
    number: str
    headlines: Derived
    views: frozenset[str]
    total: int

    @property
    def is_done(self) -> bool:
        """Nothing of it has to be sent, nor paid first."""
        return self.headlines.status == "completed"


def sums(command: CaptureOrder, lines: Sequence[Line]) -> Sums:
    """Raises: Invalid, when the total is below zero or more than we count."""
    goods = tax = discount = ordered = backordered = 0
    for line in lines:
        draft = line.draft
        goods += line.total
        tax += draft.tax
        discount += draft.discount
        ordered += draft.quantity
        backordered += line.backordered
    total = goods + tax + command.shipping - discount
    if not 0 <= total <= units.MOST_MINOR:
        raise Invalid("The order's total is out of range.", fields={"lines": "total out of range"})
    return Sums(goods, tax, command.shipping, discount, total, ordered, backordered)


def order_row(
    command: CaptureOrder,
    order_id: int,
    lines: Sequence[Line],
    work: str | None,
    location_id: int | None,
    due: dt.datetime,
    token: str,
    now: dt.datetime,
) -> Fresh:
    """Args: work: status of its fulfilment orders, None without any; location_id: of the first. due: when it must leave.
    token: of its tracking page.

    Raises: Invalid, for a total out of range.
    """
    sum_ = sums(command, lines)
    authorized = command.payment.authorized if command.payment else 0
    done = sum_.units if _is_done(command, lines, authorized >= sum_.total) else 0
    headlines = derive(
        Facts(
            *("open", sum_.units, 0, sum_.backordered, sum_.units - sum_.backordered - done, 0, 0, done, done),
            *(sum_.total, authorized, 0, 0, 0, command.pay_on, work, 0),
        )
    )
    views = views_of(headlines.status, headlines.phase, work)
    number, placed, present = str(FIRST_NUMBER + order_id), clock.micros(command.placed_at or now), clock.micros(now)
    waits = headlines.phase in ("on_hold", "payment_due")
    status, fulfilment_status, payment_status, phase, readiness = headlines
    row = (
        *(order_id, number, command.channel, command.external_id, status, phase, fulfilment_status, payment_status, readiness),
        *(work, location_id, views_text(views)),
        *_people(command),
        *(command.currency, sum_.goods, sum_.tax, sum_.shipping, sum_.discount, sum_.total, authorized, 0, 0, 0, command.pay_on),
        *(len(lines), sum_.units, 0, 0, False, placed, clock.micros(due), None if waits else placed),
        *((present, present) if done else (None, None)),
        *(ids.token_hash(token), 0, 1),
    )
    return Fresh(row, number, headlines, views, sum_.total)


def _is_done(command: CaptureOrder, lines: Sequence[Line], paid: bool) -> bool:
    return bool(lines) and (paid or command.pay_on != "placing") and all(line.is_service for line in lines)


def _people(command: CaptureOrder) -> tuple[str | None, ...]:
    customer, to = command.customer, command.ship_to
    name = ids.mask_cards(customer.name)[:200]
    return (
        *(customer.ref or None, name, customer.email, customer.phone),
        *(ids.mask_cards(to.name)[:200] if to.name else name, to.line1, to.line2, to.city, to.region, to.postal_code, to.country),
    )


def line_row(order_id: int, line: Line, *, done: bool) -> tuple[Any, ...]:
    """A service has nothing to pick: it counts as packed and leaves with the goods; done: at once, when there are none."""
    sku, draft = line.sku, line.draft
    what = (sku.id, sku.code, draft.name or sku.name) if sku else (None, lookup.folded(draft.sku)[:64], draft.name or draft.sku)
    service, left = line.is_service, line.allocated if done else 0
    return (
        *(line.id, order_id, line.position, *what, draft.quantity, line.unit_price_e4, draft.tax, draft.discount, line.total),
        *(0, line.backordered, 0 if service else line.allocated, 0, line.allocated if service and not done else 0, left, left, 0),
    )
