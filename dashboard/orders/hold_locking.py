"""A hold that is to change, locked behind its order."""

from dashboard.kernel.errors import NotFound
from dashboard.kernel.tx import Tx
from dashboard.orders import derive
from dashboard.orders.model import OrderHold


def locked_hold(tx: Tx, hold_id: int) -> OrderHold:
    """The hold as it is now. Its order is locked first, as whatever ends the order does.

    Raises: NotFound.
    """
    hold = tx.orm.get(OrderHold, hold_id)
    if hold is None:
        raise NotFound("This hold does not exist.")
    derive.check_version(tx, hold.order_id, None)
    tx.orm.refresh(hold)
    return hold
