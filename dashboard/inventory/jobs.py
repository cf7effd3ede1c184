"""What stock does by the clock: holds expire, and so do lots."""

import datetime as dt
from collections.abc import Callable

from dashboard.inventory import expiry, holds
from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import system
from dashboard.kernel.jobs import Leased

CLOCK = system("clock")


@jobs.periodic("inventory.expire_holds", dt.timedelta(seconds=20))
def expire_stock_holds(_job: Leased) -> int:
    """Returns how many ended."""
    return _all(holds.expire_holds, holds.AT_ONCE)


@jobs.periodic("inventory.expire_lots", dt.timedelta(minutes=1))
def set_expired_lots_aside(_job: Leased) -> int:
    """Returns how many units were set aside."""
    return _all(expiry.expire_lots, expiry.AT_ONCE)


@jobs.periodic("inventory.purge_holds", dt.timedelta(hours=1))
def purge_stock_holds(_job: Leased) -> int:
    """Holds are forgotten a month after they ended. Returns how many are gone."""
    return _all(holds.purge_holds, holds.AT_ONCE)


def _all(action: Callable[..., int], most: int) -> int:
    """Run the action, on at most so many at once, until it finds nothing more. Returns the sum of what it returned."""
    count = 0
    while done := db.write(action, most, CLOCK, clock.now()):
        count += done
    return count
