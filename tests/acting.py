"""Let a test's requests come from somebody with exactly these permissions, whatever the role table says."""

import flask

from dashboard.kernel.actor import Actor

EVERYTHING = (
    "orders.read orders.create orders.update orders.cancel orders.prices holds.write notes.write work.read work.write stock.read"
    " stock.adjust catalog.read catalog.write payments.read payments.capture payments.refund customers.read customers.write kpis.read self"
).split()


def act_as(app: flask.Flask, *permissions: str, kind: str = "user", channel: str | None = None, role: str = "owner") -> Actor:
    """Every request of this app comes from this actor from now on (all permissions unless some are named)."""
    actor = Actor(kind, "7", "Mia", role, frozenset(permissions or EVERYTHING), channel)
    before = app.before_request_funcs.setdefault(None, [])
    before[:] = [function for function in before if function.__name__ != "_acting"]

    def _acting() -> None:
        flask.g.actor = actor

    before.insert(0, _acting)
    return actor
