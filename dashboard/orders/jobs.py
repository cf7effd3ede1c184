"""What orders do by the clock: holds end on their date."""

import datetime as dt

from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import system
from dashboard.kernel.jobs import Leased
from dashboard.orders import actions
from dashboard.orders.clearing_holds import release_cleared, release_ended

CLOCK = system("clock")


@jobs.periodic("orders.due_holds", dt.timedelta(minutes=1))
def release_due_holds(_job: Leased) -> int:
    return sum(db.write(action, None, CLOCK, clock.now()) for action in (actions.due_holds, release_cleared, release_ended))
