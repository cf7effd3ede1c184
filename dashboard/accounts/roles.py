"""The role table: what each role may do and how far, as data. Everything that asks "who may" reads it here."""

from dataclasses import dataclass, field

from dashboard.kernel.actor import Actor

PERMISSIONS = {
    "self": "Own session, password and theme",
    "orders.read": "See orders",
    "orders.prices": "See prices and e-mail addresses on orders",
    "orders.create": "Place orders",
    "orders.update": "Change orders",
    "orders.cancel": "Cancel orders",
    "holds.write": "Place and release holds",
    "notes.write": "Write notes",
    "work.read": "See what to pick and pack",
    "work.write": "Release, pick, pack and ship",
    "stock.read": "See stock",
    "stock.adjust": "Adjust, transfer and count stock",
    "counts.approve": "Approve counts above the tolerance",
    "purchasing.read": "See purchase orders",
    "purchasing.write": "Write and cancel purchase orders",
    "routing.write": "Change routing rules",
    "catalog.read": "See SKUs",
    "catalog.write": "Change SKUs",
    "payments.read": "See payments",
    "payments.capture": "Authorize, capture and void payments",
    "payments.refund": "Refund payments",
    "customers.read": "See customers",
    "customers.write": "Change, merge and erase customers",
    "kpis.read": "See KPIs",
    "exports.read": "Download exports",
    "imports.write": "Import files",
    "users.manage": "Manage users and their roles",
    "tokens.manage": "Manage API tokens, secrets and webhooks",
    "displays.manage": "Pair and revoke wall displays",
    "audit.read": "Read the audit log",
    "audit.verify": "Verify the audit log",
    "jobs.manage": "Retry failed background work",
    "wall.read": "See the wall",
    "tracking.read": "See one's own order by its link",
}


@dataclass(frozen=True)
class Limits:
    """How far a role's permissions reach.

    Amounts are minor units of the order's currency, None means no limit and 0 nothing. refund_alone: the highest refund without
    a second person. adjust: units per adjustment. The rest are words: `full`, `masked` (no personal data), `own`, `team`...
    """

    refund: int | None = 0
    refund_alone: int | None = 0
    adjust: int | None = 0
    cancel: str = "none"
    orders: str = "none"
    customers: str = "none"
    exports: str = "none"
    kpis: str = "none"
    audit: str = "none"
    locations: str = "none"


@dataclass(frozen=True)
class RoleRules:
    """One column of the role table. holder: person, api, kiosk or tracking."""

    label: str
    holder: str
    description: str
    permissions: frozenset[str]
    limits: Limits = field(default_factory=Limits)
    second_factor: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EVERYTHING = frozenset(PERMISSIONS) - {"tracking.read"}
_FULL = Limits(None, None, None, "any", "full", "full", "full", "all", "all", "all")

ROLES: dict[str, RoleRules] = {
    "owner": RoleRules(
        "Owner",
        "person",
        "Everything, users and secrets included",
        _EVERYTHING,
        _FULL,
        second_factor=True,
    ),
    "ops_manager": RoleRules(
        "Operations manager",
        "person",
        "Runs the floor: orders, stock, work, displays",
        _EVERYTHING - {"users.manage", "tokens.manage", "audit.verify"},
        Limits(50_000, 50_000, None, "any", "full", "full", "full", "all", "all", "all"),
    ),
    "support": RoleRules(
        "Support",
        "person",
        "Answers customers: orders, holds, small refunds",
        _words(
            "self orders.read orders.prices orders.create orders.update orders.cancel holds.write notes.write stock.read catalog.read"
            " payments.read payments.refund customers.read customers.write exports.read kpis.read audit.read"
        ),
        Limits(5_000, 5_000, 0, "before_ship", "full", "full", "limited", "own", "own"),
    ),
    "warehouse": RoleRules(
        "Warehouse",
        "person",
        "Picks, packs and ships; sees no price and no e-mail",
        _words("self orders.read work.read work.write stock.read stock.adjust purchasing.read catalog.read kpis.read"),
        Limits(adjust=20, orders="pick", customers="ship_to", kpis="team", locations="own"),
    ),
    "finance": RoleRules(
        "Finance",
        "person",
        "Money: captures, refunds, books",
        _words(
            "self orders.read orders.prices stock.read purchasing.read catalog.read payments.read payments.capture payments.refund"
            " customers.read exports.read kpis.read audit.read wall.read"
        ),
        Limits(None, 100_000, 0, "none", "full", "full", "full", "all", "all"),
        second_factor=True,
    ),
    "analyst": RoleRules(
        "Analyst",
        "person",
        "Figures without personal data",
        _words("self orders.read stock.read catalog.read exports.read kpis.read wall.read"),
        Limits(orders="masked", customers="masked", exports="masked", kpis="all"),
    ),
    "kiosk": RoleRules(
        "Wall display",
        "kiosk",
        "Aggregates on the wall, nothing else",
        _words("wall.read"),
        Limits(kpis="aggregates"),
    ),
    "tracking": RoleRules(
        "Tracking link",
        "tracking",
        "A customer's own order, public fields",
        _words("tracking.read"),
        Limits(orders="own", customers="city"),
    ),
    "channel": RoleRules(
        "Channel",
        "api",
        "A sales channel: creates and reads its own orders, reads stock",
        _words("orders.read orders.prices orders.create stock.read catalog.read"),
        Limits(orders="own_channel", customers="own_channel"),
    ),
    "api_fulfilment": RoleRules(
        "API: fulfilment",
        "api",
        "A warehouse system: reads orders to pick, picks, packs, ships",
        _words("orders.read work.read work.write stock.read catalog.read"),
        Limits(orders="pick", customers="ship_to", locations="all"),
    ),
    "api_stock": RoleRules(
        "API: stock",
        "api",
        "A stock system: reads, adjusts, transfers and counts",
        _words("stock.read stock.adjust catalog.read catalog.write"),
        Limits(adjust=None),
    ),
    "api_reader": RoleRules(
        "API: reporting",
        "api",
        "Reads orders and figures without personal data",
        _words("orders.read stock.read catalog.read kpis.read"),
        Limits(orders="masked", customers="masked", kpis="all"),
    ),
}

PEOPLE = tuple(name for name, rules in ROLES.items() if rules.holder == "person")
"""Roles a person may have."""
MACHINES = tuple(name for name, rules in ROLES.items() if rules.holder in ("api", "person"))
"""Roles an API token may have: the scopes, or a person's role without that person's own session."""

_NOBODY = RoleRules("Nobody", "person", "", frozenset())


def rules_of(role: str) -> RoleRules:
    """The role's column; a role that is not in the table may do nothing."""
    return ROLES.get(role, _NOBODY)


def limits_of(actor: Actor) -> Limits:
    """How far this actor reaches; Orderdeck itself has no limits."""
    return _FULL if actor.kind == "system" else rules_of(actor.role).limits


def permissions_for(role: str, kind: str) -> frozenset[str]:
    """What a holder of this role may do. kind: user, token or kiosk; a token has no session of its own."""
    found = rules_of(role).permissions
    return found - {"self"} if kind == "token" else found


def refund_verdict(actor: Actor, amount: int) -> str:
    """Whether this actor may refund the amount (minor units): yes, second_person or no."""
    limits = limits_of(actor)
    if limits.refund is not None and amount > limits.refund:
        return "no"
    return "yes" if limits.refund_alone is None or amount <= limits.refund_alone else "second_person"


def may_adjust(actor: Actor, units: int) -> bool:
    """Whether this actor may change a balance by so many units (either way) in one adjustment."""
    limit = limits_of(actor).adjust
    return limit is None or abs(units) <= limit


def reaches_location(actor: Actor, location: str) -> bool:
    """Whether this actor may work at the location (its code); an actor without a list of locations works everywhere."""
    return actor.locations is None or location in actor.locations
