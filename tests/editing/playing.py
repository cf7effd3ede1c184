"""Random edits of random orders, and what must hold after each: units and money are conserved, payments are untouched."""

from hypothesis import strategies as st

from dashboard.editing import store
from dashboard.editing.actions import edit_order
from dashboard.editing.cancelling import cancel_units
from dashboard.editing.commands import (
    AddLine,
    CancelUnits,
    Discount,
    EditOrder,
    MergeOrders,
    RemoveLine,
    ReplaceSku,
    Reprice,
    SetAddress,
    SetPriority,
    SetQuantity,
    SetShipping,
    SetTax,
    SplitOrder,
    UndoEdit,
)
from dashboard.editing.merging import merge_orders
from dashboard.editing.splitting import split_order
from dashboard.editing.undoing import undo_edit
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.kernel import db
from dashboard.kernel.errors import Conflict, DomainError
from dashboard.orders import naming
from dashboard.orders.named import Named
from dashboard.orders.rules import owed, promised
from dashboard.payments import carrying
from dashboard.payments.actions import capture_payment, refund_payment
from dashboard.payments.commands import CapturePayment, RefundPayment, ReleaseSurplus
from dashboard.payments.surplus import release_surplus
from tests.factories import MIA, NOW, do, line_rows, order_row, payment_of, read, step_work

SKUS = ("A", "B", "C", "K", "FEE")
STEPS = ("released", "picked", "packed", "shipped")
change = st.one_of(
    st.tuples(st.just("quantity"), st.integers(0, 3), st.integers(0, 6)),
    st.tuples(st.just("remove"), st.integers(0, 3)),
    st.tuples(st.just("replace"), st.integers(0, 3), st.sampled_from(SKUS)),
    st.tuples(st.just("add"), st.sampled_from(SKUS), st.integers(1, 5)),
    st.tuples(st.just("price"), st.integers(0, 3), st.integers(0, 200_000)),
    st.tuples(st.just("tax"), st.integers(0, 3), st.integers(0, 300)),
    st.tuples(st.just("taxes"), st.integers(0, 3), st.lists(st.integers(0, 99), min_size=1, max_size=3)),
    st.tuples(st.just("named"), st.integers(0, 500), st.sampled_from(["SUMMER10", "LOYAL"])),
    st.tuples(st.just("discount"), st.one_of(st.none(), st.integers(0, 3)), st.integers(0, 500)),
    st.tuples(st.just("percent"), st.one_of(st.none(), st.integers(0, 3)), st.integers(0, 100)),
    st.tuples(st.just("header"), st.integers(-1, 2), st.integers(0, 999)),
)
deed = st.one_of(
    st.tuples(st.just("edit"), st.integers(0, 2), st.lists(change, min_size=1, max_size=3), st.booleans()),
    st.tuples(st.just("edit_and_undo"), st.integers(0, 2), st.lists(change, min_size=1, max_size=3), st.booleans()),
    st.tuples(st.just("undo"), st.integers(0, 2)),
    st.tuples(st.just("cancel_units"), st.integers(0, 2), st.integers(0, 3), st.integers(1, 4), st.booleans()),
    st.tuples(st.just("cancel"), st.integers(0, 2)),
    st.tuples(st.just("split"), st.integers(0, 2), st.lists(st.integers(0, 3), min_size=1, max_size=4)),
    st.tuples(st.just("merge"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("step"), st.integers(0, 2), st.sampled_from(STEPS)),
    st.tuples(st.just("capture"), st.integers(0, 2), st.integers(1, 5000)),
    st.tuples(st.just("refund"), st.integers(0, 2), st.integers(1, 2000)),
)


class Play:
    """Three orders and what is done to them."""

    def __init__(self, orders: list[int]):
        self.orders = orders
        self.done = 0

    def act(self, what: tuple) -> None:
        """One deed; a refusal is an answer like another."""
        name, place, *rest = what
        try:
            getattr(self, f"_{name}")(self.orders[place % len(self.orders)], *rest)
            self.done += 1
        except DomainError:
            pass
        self._react()

    def _react(self):
        """As payments.reactions and editing.reactions do, when money moves and when an order is over."""
        for each in self.orders:
            db.write(lambda tx, order_id, actor, now: carrying.share_out(tx, order_id, actor, now), each, MIA, NOW)
            do(release_surplus, ReleaseSurplus(each))

    def finish(self):
        """Send what can be sent, cancel the rest, take what is owed: everybody has paid what he owes, and nothing is promised above it."""
        taken = {each: sum(order_row(one).captured for one in kin(each)) for each in self.orders}
        for each in self.orders:
            for step in STEPS:
                self.act(("step", self.orders.index(each), step))
            self.act(("cancel", self.orders.index(each)))
        for (payment,) in read("SELECT id FROM payment ORDER BY id"):
            try:
                do(capture_payment, CapturePayment(payment))
            except Conflict:
                pass
        self._react()
        for each in self.orders:
            family = [order_row(one) for one in kin(each)]
            owes = sum(owed(one) for one in family)
            kept = sum(one.captured - one.repaid for one in family)
            assert sum(one.authorized - one.voided - one.captured for one in family) == 0, family
            assert kept <= max(owes, taken[each]), family
            if sum(max(0, owed(one) - promised(one)) for one in family) == 0:
                assert kept >= owes, family

    def _edit(self, order_id, wanted, backorder):
        before = payments()
        command = EditOrder(order_id, changes(order_id, wanted), on_shortage="backorder" if backorder else "refuse")
        edited = do(edit_order, command)
        assert payments() == before
        return edited

    def _edit_and_undo(self, order_id, wanted, backorder):
        before, money = state(order_id), payments()
        edited = self._edit(order_id, wanted, backorder)
        if edited.edit_id is not None:
            do(undo_edit, UndoEdit(edited.edit_id))
            assert payments() == money
            assert state(order_id) == before

    def _undo(self, order_id):
        before = payments()
        with db.db.engine.connect() as connection:
            found = store.edits_of(connection, order_id, 1)
        if found:
            do(undo_edit, UndoEdit(found[0].id))
        assert payments() == before

    def _cancel_units(self, order_id, place, units, refund):
        rows = line_rows(order_id)
        line = rows[place % len(rows)]
        total, refunded = order_row(order_id).total, order_row(order_id).refunded
        do(cancel_units, CancelUnits(order_id, {line.id: units}, "customer", refund=refund))
        after = order_row(order_id)
        assert after.total <= total
        assert refund or after.refunded == refunded

    def _cancel(self, order_id):
        do(cancel_order, CancelOrder(order_id, "customer"))

    def _step(self, order_id, step):
        for (work_id,) in read("SELECT id FROM fulfilment_order WHERE order_id = :id", id=order_id):
            step_work(work_id, step)

    def _split(self, order_id, units):
        before, total = payments()[1], self._worth()
        lines = [line.id for line in line_rows(order_id)]
        done = do(split_order, SplitOrder(order_id, dict(zip(lines, units, strict=False))))
        self.orders.append(done.other_id)
        assert payments()[1] == before
        assert self._worth() == total

    def _merge(self, order_id, place):
        before, total = payments(), self._worth()
        do(merge_orders, MergeOrders(order_id, self.orders[place % len(self.orders)]))
        assert payments() == before
        assert self._worth() == total

    def _worth(self):
        """What all orders cost together, and what is promised and received for them."""
        rows = [order_row(order_id) for order_id in self.orders]
        return (
            sum(row.total for row in rows),
            sum(row.authorized + row.carried for row in rows),
            sum(row.captured + row.carried_received for row in rows),
        )

    def _capture(self, order_id, amount):
        do(capture_payment, CapturePayment(payment_of(order_id), amount))

    def _refund(self, order_id, amount):
        do(refund_payment, RefundPayment(payment_of(order_id), amount))


def kin(order_id):
    """The orders that this one was one with, and itself."""
    return db.database().write(lambda tx: carrying.family(tx, order_id))


def assert_shared(orders):
    """No order is short of money that another of its family has above what it costs."""
    for each in orders:
        family = [order_row(one) for one in kin(each)]
        short = sum(max(0, owed(one) - promised(one)) for one in family)
        above = sum(max(0, promised(one) - owed(one)) for one in family)
        given = sum(one.refunded - one.repaid for one in family)
        assert not short or above <= given, family
        assert sum(one.carried for one in family) == sum(one.carried_received for one in family) == 0


def changes(order_id, wanted):
    """The drawn changes as commands about this order's lines."""
    rows = line_rows(order_id)

    def line(place):
        return None if place is None else rows[place % len(rows)].id

    made = {
        "quantity": lambda place, units: SetQuantity(line(place), units),
        "remove": lambda place: RemoveLine(line(place)),
        "replace": lambda place, sku: ReplaceSku(line(place), sku, quantity=2),
        "add": AddLine,
        "price": lambda place, price: Reprice(line(place), price),
        "tax": lambda place, tax: SetTax(line(place), tax),
        "discount": lambda place, amount: Discount(line(place), amount=amount),
        "taxes": lambda place, parts: SetTax(line(place), sum(parts), tuple(Named(f"T{at}", part) for at, part in enumerate(parts))),
        "named": lambda amount, name: Discount(amount=amount, name=name),
        "percent": lambda place, percent: Discount(line(place), percent=percent),
    }
    found = []
    for kind, *rest in wanted:
        if kind == "header":
            found += [SetPriority(rest[0]), SetShipping("express", rest[1]), SetAddress({"city": f"City {rest[1]}"})]
        else:
            found.append(made[kind](*rest))
    return tuple(found)


def payments():
    """Every row of the ledger, as it is stored."""
    return read("SELECT * FROM payment ORDER BY id"), read("SELECT * FROM payment_transaction ORDER BY id")


def state(order_id):
    """What the customer gets and pays: an edit that is taken back must leave exactly this."""
    order = order_row(order_id)
    with db.db.engine.connect() as connection:
        names = naming.of_order(connection, order_id)
    lines = [
        (line.id, line.ordered - line.cancelled, line.unit_price_e4, line.tax, line.discount, names.get((line.id, "tax")),
         names.get((line.id, "discount")))
        for line in line_rows(order_id)
    ]  # fmt: skip
    header = (order.lines_total, order.tax, order.shipping, order.discount, order.total, order.priority, order.shipping_method)
    money = (order.authorized, order.captured, order.refunded, order.voided, order.repaid)
    return {line for line in lines if line[1]}, header, order.ship_city, money


def assert_conserved():
    """Cheap enough for every step; the whole of `flask check` follows at the end."""
    assert not read(
        "SELECT id FROM order_line WHERE ordered <> cancelled + backordered + allocated + picked + packed + shipped OR credited > cancelled"
    )
    assert not read(
        "SELECT n.order_line_id FROM order_line_amount n JOIN order_line l ON l.id = n.order_line_id"
        " GROUP BY n.order_line_id, n.kind, l.tax, l.discount"
        " HAVING sum(n.amount) <> CASE n.kind WHEN 'tax' THEN l.tax ELSE l.discount END"
    )
    assert not read("SELECT id FROM orders WHERE total <> lines_total + tax + shipping - discount OR total < 0")
    assert read("SELECT coalesce(sum(allocated), 0) FROM stock_balance") == read(
        "SELECT coalesce(sum(a.units), 0) FROM allocation a"
    )
