"""What stock does by the clock: holds expire."""

import datetime as dt

from dashboard.inventory import holds
from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import system
from dashboard.kernel.jobs import Leased

CLOCK = system("clock")


@jobs.periodic("inventory.expire_holds", dt.timedelta(seconds=20))
def expire_stock_holds(_job: Leased) -> int:
    """Returns how many ended."""
    count = 0
    while ended := db.write(holds.expire_holds, holds.AT_ONCE, CLOCK, clock.now()):
        count += ended
    return count
