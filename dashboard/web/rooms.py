"""Rooms: what screens follow, who may, and in which class where the HTML differs. The server chooses; a screen never does."""

from typing import NamedTuple

from dashboard.kernel.actor import Actor

NEEDS = {
    "orders": ("orders.read",),
    "order": ("orders.read",),
    "stock": ("stock.read",),
    "sku": ("stock.read",),
    "bins": ("stock.read",),
    "bin": ("stock.read",),
    "kpi": ("kpis.read", "wall.read"),
    "imports": ("imports.write",),
    "work": ("work.read",),
    "transfers": ("stock.read",),
    "transfer": ("stock.read",),
    "purchases": ("purchasing.read", "stock.adjust"),
    "count": ("stock.read",),
    "customer": ("customers.read",),
    "drafts": ("orders.create",),
    "exceptions": ("orders.read",),
    "desk": ("orders.read",),
    "bulk": ("orders.read",),
    "t": (),
    "me": (),
}
"""Kind of room -> permissions of which one is enough. `t` belongs to the customer whose order it is, `me` to one person."""
OWN = {"t": "customer", "me": "user"}
"""Rooms of one: only the actor of this kind whose id is the room's key may join."""
SHOWS_PRICES = "orders.prices"
TWO_CLASSES = {"orders", "order"}


class Room(NamedTuple):
    """A room's name in parts: `order:17:full` is kind order, key 17, variant full; `stock` is a kind only."""

    kind: str
    key: str = ""
    variant: str = ""

    @property
    def name(self) -> str:
        return ":".join(part for part in self if part)


def parse(name: str) -> Room:
    """`order:17:full` -> Room; raises ValueError for a kind that does not exist."""
    kind, _, rest = name.partition(":")
    if kind not in NEEDS:
        raise ValueError(f"no room {name!r}")
    if kind not in TWO_CLASSES:
        return Room(kind, rest)
    key, _, variant = rest.rpartition(":")
    return Room(kind, key, variant)


def room_for(name: str, actor: Actor) -> Room:
    """The class of the named room that this actor belongs in."""
    kind, _, key = name.partition(":")
    if kind not in NEEDS:
        raise ValueError(f"no room {name!r}; there are {sorted(NEEDS)}")
    if kind not in TWO_CLASSES:
        return Room(kind, key)
    return Room(kind, key, "full" if actor.may(SHOWS_PRICES) else "plain")


def may_join(actor: Actor, room: Room) -> bool:
    if room.kind in OWN:
        return actor.kind == OWN[room.kind] and actor.id == room.key
    if room.variant == "full" and not actor.may(SHOWS_PRICES):
        return False
    return any(actor.may(permission) for permission in NEEDS[room.kind])


def weakest(room: Room) -> Actor:
    """Who a room's parts are rendered for: may see the room and nothing more."""
    permissions = set(NEEDS[room.kind][:1])
    if room.variant == "full":
        permissions.add(SHOWS_PRICES)
    if room.kind in OWN:
        return Actor(OWN[room.kind], room.key, OWN[room.kind])
    return Actor("room", room.name, room.name, permissions=frozenset(permissions))
