"""How long our parcels take per country: asked of the database once an hour."""

import datetime as dt

import flask
import sqlalchemy as sa

from dashboard.tracking import eta, store
from dashboard.tracking.eta import Transit

KEPT = dt.timedelta(hours=1)
MOST_COUNTRIES = 300


def transit(connection: sa.Connection, country: str, now: dt.datetime) -> Transit | None:
    """Days on the road to this country; None while we have too few deliveries to tell."""
    kept = flask.current_app.extensions.setdefault("orderdeck_transit", {})
    found = kept.get(country)
    if found is None or not dt.timedelta() <= now - found[0] < KEPT:
        while len(kept) >= MOST_COUNTRIES:
            kept.pop(next(iter(kept)), None)
        found = kept[country] = now, eta.transit_of(store.transit_seconds(connection, country))
    return found[1]
