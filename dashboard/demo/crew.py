"""Who works in the demo shop, who carries its parcels, and when they are at it."""

import datetime as dt
from typing import Any

from dashboard.kernel.actor import Actor, system

MIA, TOM, SAM, FAY = (
    Actor("user", f"demo-{name.split()[0].lower()}", name, role)
    for name, role in (
        ("Mia Ops", "ops_manager"),
        ("Tom Warehouse", "warehouse"),
        ("Sam Support", "support"),
        ("Fay Finance", "finance"),
    )
)
CHANNEL, CARRIER = system("channel"), system("carrier")
CARRIERS = (("DHL", "00340434"), ("DPD", "1550"), ("Royal Mail", "QB"), ("Evri", "H00"))


def working_time(world: Any, at: dt.datetime) -> dt.datetime:
    """The warehouse works 06:00 to 18:00, but on Sundays."""
    if at.hour >= 18:
        at = (at + dt.timedelta(days=1)).replace(hour=6, minute=world.dice.randrange(60))
    elif at.hour < 6:
        at = at.replace(hour=6, minute=world.dice.randrange(60))
    if at.weekday() == 6:
        at += dt.timedelta(days=1)
    return at
