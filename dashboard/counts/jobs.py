"""What counts do by the clock: the schedule of what is due is worked out again."""

import datetime as dt

from dashboard.counts import schedule
from dashboard.counts.policies import RESCHEDULE
from dashboard.kernel import clock, db, jobs
from dashboard.kernel.actor import system
from dashboard.kernel.jobs import Leased

CLOCK = system("clock")


@jobs.periodic(RESCHEDULE, dt.timedelta(hours=1))
def reschedule_counts(_job: Leased) -> int:
    """Returns how many shelves are due at another time than was written."""
    now = clock.now()
    with db.db.engine.connect() as connection:
        found = schedule.changes(connection, now)
    return sum(db.write(schedule.write_changes, portion, CLOCK, now) for portion in schedule.portions(found))
