"""What stock does by the clock: holds expire, and so do lots."""

import datetime as dt

from dashboard.inventory import expiry, holds
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


@jobs.periodic("inventory.expire_lots", dt.timedelta(minutes=1))
def set_expired_lots_aside(_job: Leased) -> int:
    """Returns how many units were set aside."""
    count = 0
    while units := db.write(expiry.expire_lots, expiry.AT_ONCE, CLOCK, clock.now()):
        count += units
    return count


@jobs.periodic("inventory.purge_holds", dt.timedelta(hours=1))
def purge_stock_holds(_job: Leased) -> int:
    """Holds are forgotten a month after they ended. Returns how many are gone."""
    count = 0
    while gone := db.write(holds.purge_holds, holds.AT_ONCE, CLOCK, clock.now()):
        count += gone
    return count
