"""What an edit would do, asked of the request's own reading connection: nothing is locked, nothing is written."""

import datetime as dt

from dashboard.editing import actions, cancelling
from dashboard.editing.actions import Proposal
from dashboard.editing.commands import CancelUnits, EditOrder
from dashboard.kernel.db import db
from dashboard.kernel.tx import Tx


def preview_edit(command: EditOrder, now: dt.datetime) -> Proposal:
    """Raises: as actions.edit_order."""
    return actions.propose(Tx(db.session.connection()), command, now, lock=False)


def preview_cancel(command: CancelUnits, now: dt.datetime) -> Proposal:
    """Raises: as cancelling.cancel_units."""
    return cancelling.propose_cancel(Tx(db.session.connection()), command, now, lock=False)
