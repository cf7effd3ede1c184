"""What people do to money: authorize, capture, void, refund. One conditional UPDATE per change, one ledger row each.

Only offline providers act inside the transaction; a provider with a network is called between two transactions.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from dashboard.accounts import reach
from dashboard.kernel import clock, crash, text
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.kernel.statements import Prepared, next_ids
from dashboard.kernel.tx import Tx
from dashboard.kernel.units import MOST_MINOR
from dashboard.orders import derive, texts
from dashboard.orders.commands import PaymentDraft
from dashboard.orders.model import Order
from dashboard.orders.rules import to_take
from dashboard.payments import carrying, rules
from dashboard.payments.commands import AuthorizePayment, CapturePayment, RefundPayment, VoidPayment
from dashboard.payments.events import PaymentRecorded
from dashboard.payments.port import PROVIDERS
from dashboard.payments.rows import INSERT_PAYMENT, INSERT_TRANSACTION

_FIELDS = "id, order_id, provider, method, currency, authorized, captured, refunded, voided, version"
_READ = Prepared(
    sqlite=f"SELECT {_FIELDS} FROM payment WHERE id = :id",  # noqa: S608
    # The order is locked first: its sums are those of all of its payments.
    postgresql="WITH o AS MATERIALIZED (SELECT id FROM orders WHERE id = (SELECT order_id FROM payment WHERE id = %(id)s) FOR UPDATE)"
    f" SELECT p.{_FIELDS.replace(', ', ', p.')} FROM o JOIN payment p ON p.order_id = o.id"  # noqa: S608
    " WHERE p.id = %(id)s FOR UPDATE OF p",
)
_ORDER = Prepared(
    sqlite="SELECT currency, status, number, total FROM orders WHERE id = :id",
    postgresql="SELECT currency, status, number, total FROM orders WHERE id = %(id)s FOR UPDATE",
)
_CHANGE = (
    "UPDATE payment SET authorized = authorized + {authorized}, captured = captured + {captured}, refunded = refunded + {refunded},"
    " voided = voided + {voided}, version = version + 1 WHERE id = {id}"
    " AND captured + {captured} + voided + {voided} <= authorized + {authorized} AND refunded + {refunded} <= captured + {captured}"
)
_NAMES = ("authorized", "captured", "refunded", "voided", "id")
_MOVE = Prepared(
    sqlite=_CHANGE.format(**{n: f":{n}" for n in _NAMES}), postgresql=_CHANGE.format(**{n: f"%({n})s::bigint" for n in _NAMES})
)
_SUM = "(SELECT coalesce(sum({0}), 0) FROM payment WHERE order_id = {1})"
_ORDER_SUMS = "UPDATE orders SET " + ", ".join(f"{name} = {_SUM.format(name, '{0}')}" for name in _NAMES[:4]) + " WHERE id = {0}"
_TO_ORDER = Prepared(sqlite=_ORDER_SUMS.format(":id"), postgresql=_ORDER_SUMS.format("%(id)s"))
_REPAY = "UPDATE orders SET repaid = repaid + {0}(0, {1}({2}, captured + carried_received - refunded - {owed})) WHERE id = {3}"
_OWED = "CASE WHEN status = 'cancelled' THEN 0 ELSE total END"
_REPAID = Prepared(
    sqlite=_REPAY.format("max", "min", ":amount", ":id", owed=_OWED),
    postgresql=_REPAY.format("greatest", "least", "%(amount)s::bigint", "%(id)s", owed=_OWED),
)
_COSTS = (Order.status, Order.total, Order.carried, Order.captured, Order.repaid)


def open_payment(tx: Tx, order_id: int, draft: PaymentDraft, currency: str, actor: Actor, now: dt.datetime) -> int:
    """The payment record a new order comes with (the order row already counts `authorized`). Returns its id."""
    provider(draft.provider)
    payment_id = next_ids(tx, "payment", 1)[0]
    tx.add(INSERT_PAYMENT, [(payment_id, order_id, draft.provider, draft.method, currency, draft.authorized, 0, 0, 0, 1)])
    if draft.authorized:
        _ledger(tx, payment_id, order_id, "authorization", draft.authorized, None, None, actor, now)
        tx.record(
            PaymentRecorded(
                id=payment_id,
                version=1,
                order_id=order_id,
                kind="authorization",
                amount=draft.authorized,
                currency=currency,
                provider=draft.provider,
                method=draft.method,
                authorized=draft.authorized,
                captured=0,
                refunded=0,
                voided=0,
            ),
            actor,
            now,
        )
    return payment_id


def provider(key: str) -> Any:
    """Raises: Invalid, for a provider that is not there."""
    if key not in PROVIDERS:
        raise Invalid(
            f"There is no payment provider {key[:40]!r}; choose one of {', '.join(PROVIDERS)}.", fields={"provider": "unknown"}
        )
    return PROVIDERS[key]


def authorize_payment(tx: Tx, command: AuthorizePayment, actor: Actor, now: dt.datetime) -> int:
    """Record a promise of money (a transfer announced, cash on delivery agreed). Returns the payment's id.

    Raises: Invalid, for an amount below 1 or an unknown provider; Conflict, on a cancelled order.
    """
    provider(command.provider)
    order = tx.run(_ORDER, id=command.order_id).fetchone()
    if order is None:
        raise NotFound("This order does not exist.")
    currency, status, number, _ = order
    if status in ("cancelled", "discarded"):
        raise Conflict(f"Order {number} is {status}; it takes no payment.", status=status)
    rules.check_amount(command.amount, MOST_MINOR, "authorized", currency)
    text.kept("method", command.method, 40)
    text.kept("provider_ref", command.provider_ref or "", 120)
    payment_id = next_ids(tx, "payment", 1)[0]
    tx.add(INSERT_PAYMENT, [(payment_id, command.order_id, command.provider, command.method, currency, 0, 0, 0, 0, 0)])
    _settle(tx, payment_id, "authorization", command.amount, None, actor, now, ref=command.provider_ref)
    carrying.share_out(tx, command.order_id, actor, now)
    return payment_id


def capture_payment(tx: Tx, command: CapturePayment, actor: Actor, now: dt.datetime) -> int:
    """Take the money. Returns the captured amount.

    Raises: Conflict, above what is authorized, for a changed payment, or without an amount where the order needs no more money.
    """
    payment = _read(tx, command.payment_id, command.version)
    most = rules.capturable(payment["authorized"], payment["captured"], payment["voided"])
    if not most:
        _nothing("capture")
    amount = command.amount
    if amount is None:
        order = tx.execute(sa.select(*_COSTS).where(Order.id == payment["order_id"])).one()
        amount = min(most, to_take(order)) or _nothing_due()
    rules.check_amount(amount, most, "captured", payment["currency"])
    _settle(tx, command.payment_id, "capture", amount, None, actor, now)
    return amount


def void_payment(tx: Tx, command: VoidPayment, actor: Actor, now: dt.datetime) -> int:
    """Give back what is authorized and not captured, or a part of it. Returns the voided amount.

    Raises: Conflict, when nothing is left to void, or less than that; Invalid, for a part with a provider that voids none.
    """
    payment = _read(tx, command.payment_id, command.version)
    most = rules.capturable(payment["authorized"], payment["captured"], payment["voided"]) or _nothing("void")
    amount = most if command.amount is None else rules.check_amount(command.amount, most, "voided", payment["currency"])
    if amount < most and not provider(payment["provider"]).voids_in_part:
        raise Invalid("This provider voids all of a payment or nothing.", fields={"amount": "all of it"})
    _settle(tx, command.payment_id, "void", amount, text.kept("reason", command.reason, 200) or None, actor, now)
    return amount


def refund_payment(tx: Tx, command: RefundPayment, actor: Actor, now: dt.datetime) -> int:
    """Pay back. Returns the refunded amount.

    Raises: Invalid, below 1; Conflict, above what was captured and not yet refunded; Forbidden, above what the role may pay back.
    """
    payment = _read(tx, command.payment_id, command.version)
    amount = rules.check_amount(command.amount, rules.refundable(payment["captured"], payment["refunded"]), "refunded", payment["currency"])
    reach.assert_refund(actor, amount, payment["currency"])
    _settle(tx, command.payment_id, "refund", amount, text.kept("reason", command.reason, 200) or None, actor, now)
    return amount


def _nothing(what: str) -> int:
    raise Conflict(f"There is nothing left to {what} on this payment.", most=0)


def _nothing_due() -> int:
    raise Conflict("This order needs no more money. Say how much to take all the same.", most=0)


def _read(tx: Tx, payment_id: int, version: int | None) -> dict[str, Any]:
    row = tx.run(_READ, id=payment_id).fetchone()
    if row is None:
        raise NotFound("This payment does not exist.")
    found = dict(zip(_FIELDS.split(", "), row, strict=True))
    if version is not None and found["version"] != version:
        raise Conflict(
            "This payment was changed meanwhile. Look at it again before you go on.", version=found["version"], seen=version
        )
    return found


def _settle(
    tx: Tx, payment_id: int, kind: str, amount: int, reason: str | None, actor: Actor, now: dt.datetime, ref: str | None = None
) -> None:
    """Move the sums under their guard, write the ledger row, re-derive the order, record the event."""
    deltas = dict.fromkeys(_NAMES[:4], 0)
    deltas[{"authorization": "authorized", "capture": "captured", "void": "voided", "refund": "refunded"}[kind]] = amount
    if tx.run(_MOVE, id=payment_id, **deltas).rowcount != 1:
        raise Conflict("This payment does not allow that amount any more.", wanted=amount)
    crash.point("payment_moved")
    after = _read(tx, payment_id, None)
    order_id = after["order_id"]
    _ledger(tx, payment_id, order_id, kind, amount, reason, ref, actor, now)
    if kind == "refund":  # before the order's own sum of refunds moves
        tx.run(_REPAID, id=order_id, amount=amount)
    tx.run(_TO_ORDER, id=order_id)
    derive.rederive(tx, order_id, actor, now)
    tx.record(
        PaymentRecorded(
            id=payment_id,
            version=after["version"],
            order_id=order_id,
            kind=kind,
            amount=amount,
            currency=after["currency"],
            provider=after["provider"],
            method=after["method"],
            authorized=after["authorized"],
            captured=after["captured"],
            refunded=after["refunded"],
            voided=after["voided"],
            reason=texts.keep(tx, order_id, reason) if reason else None,
        ),
        actor,
        now,
    )


def _ledger(
    tx: Tx,
    payment_id: int,
    order_id: int,
    kind: str,
    amount: int,
    reason: str | None,
    ref: str | None,
    actor: Actor,
    now: dt.datetime,
) -> None:
    row = (payment_id, order_id, kind, rules.SETTLED[kind], amount, ref, reason, actor.ref, actor.name, clock.micros(now))
    tx.add(INSERT_TRANSACTION, [row])
