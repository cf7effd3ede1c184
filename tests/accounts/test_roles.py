"""The role table, column by column, as TRUST.md states it."""

import pytest

from dashboard.accounts import roles
from dashboard.kernel.actor import Actor, system

PEOPLE = ("owner", "ops_manager", "support", "warehouse", "finance", "analyst")
TABLE = {
    "orders.read": PEOPLE,
    "orders.prices": ("owner", "ops_manager", "support", "finance"),
    "orders.create": ("owner", "ops_manager", "support"),
    "orders.update": ("owner", "ops_manager", "support"),
    "orders.cancel": ("owner", "ops_manager", "support"),
    "holds.write": ("owner", "ops_manager", "support"),
    "notes.write": ("owner", "ops_manager", "support"),
    "work.read": ("owner", "ops_manager", "warehouse"),
    "work.write": ("owner", "ops_manager", "warehouse"),
    "stock.read": PEOPLE,
    "stock.adjust": ("owner", "ops_manager", "warehouse"),
    "counts.approve": ("owner", "ops_manager"),
    "purchasing.read": ("owner", "ops_manager", "warehouse", "finance"),
    "purchasing.write": ("owner", "ops_manager"),
    "routing.write": ("owner", "ops_manager"),
    "catalog.read": PEOPLE,
    "catalog.write": ("owner", "ops_manager"),
    "payments.read": ("owner", "ops_manager", "support", "finance"),
    "payments.capture": ("owner", "ops_manager", "finance"),
    "payments.refund": ("owner", "ops_manager", "support", "finance"),
    "customers.read": ("owner", "ops_manager", "support", "finance"),
    "customers.write": ("owner", "ops_manager", "support"),
    "exports.read": ("owner", "ops_manager", "support", "finance", "analyst"),
    "imports.write": ("owner", "ops_manager"),
    "kpis.read": PEOPLE,
    "users.manage": ("owner",),
    "tokens.manage": ("owner",),
    "displays.manage": ("owner", "ops_manager"),
    "audit.read": ("owner", "ops_manager", "support", "finance"),
    "audit.verify": ("owner",),
    "jobs.manage": ("owner", "ops_manager"),
    "wall.read": ("owner", "ops_manager", "finance", "analyst"),
    "self": PEOPLE,
    "tracking.read": (),
}


def holder(role: str, kind: str = "user") -> Actor:
    return Actor(kind, "1", role, role, roles.permissions_for(role, kind))


@pytest.mark.parametrize("permission", sorted(roles.PERMISSIONS))
def test_every_permission_is_held_by_exactly_these_people(permission):
    held = tuple(role for role in roles.PEOPLE if holder(role).may(permission))

    assert held == TABLE[permission]


def test_people_are_the_six_roles_of_the_table():
    assert roles.PEOPLE == PEOPLE


def test_machines_and_links_hold_only_their_scope():
    assert roles.ROLES["kiosk"].permissions == {"wall.read"}
    assert roles.ROLES["tracking"].permissions == {"tracking.read"}
    assert roles.ROLES["channel"].permissions == {"orders.read", "orders.prices", "orders.create", "stock.read", "catalog.read"}
    assert roles.ROLES["api_fulfilment"].permissions == {"orders.read", "work.read", "work.write", "stock.read", "catalog.read"}
    assert roles.ROLES["api_stock"].permissions == {"stock.read", "stock.adjust", "catalog.read", "catalog.write"}
    assert roles.ROLES["api_reader"].permissions == {"orders.read", "stock.read", "catalog.read", "kpis.read"}


def test_every_role_names_only_permissions_that_exist():
    for name, rules in roles.ROLES.items():
        assert rules.permissions <= set(roles.PERMISSIONS), name


def test_a_role_that_is_not_in_the_table_may_do_nothing():
    assert holder("root").permissions == frozenset()
    assert roles.limits_of(holder("root")) == roles.Limits()


def test_a_token_has_no_session_of_its_own():
    assert not holder("owner", "token").may("self")


def test_owner_and_finance_need_a_second_factor():
    assert [name for name, rules in roles.ROLES.items() if rules.second_factor] == ["owner", "finance"]


@pytest.mark.parametrize(
    ("role", "amount", "verdict"),
    [
        ("owner", 10_000_000, "yes"),
        ("ops_manager", 50_000, "yes"),
        ("ops_manager", 50_001, "no"),
        ("support", 5_000, "yes"),
        ("support", 5_001, "no"),
        ("finance", 100_000, "yes"),
        ("finance", 100_001, "second_person"),
        ("warehouse", 1, "no"),
        ("analyst", 1, "no"),
        ("channel", 1, "no"),
    ],
)
def test_refunds_reach_as_far_as_the_role(role, amount, verdict):
    assert roles.refund_verdict(holder(role), amount) == verdict


@pytest.mark.parametrize(
    ("role", "units", "allowed"),
    [("owner", 100_000, True), ("warehouse", 20, True), ("warehouse", -20, True), ("warehouse", 21, False), ("warehouse", -21, False),
     ("support", 1, False), ("analyst", 1, False), ("api_stock", 5_000, True)],
)  # fmt: skip
def test_adjustments_reach_as_far_as_the_role(role, units, allowed):
    assert roles.may_adjust(holder(role), units) is allowed


def test_orderdeck_itself_has_no_limits():
    assert roles.refund_verdict(system("job"), 10**12) == "yes"
    assert roles.may_adjust(system("job"), 10**9)


def test_a_person_with_locations_works_only_there():
    north = Actor("user", "1", "Tom", "warehouse", locations=("north",))

    assert roles.reaches_location(north, "north")
    assert not roles.reaches_location(north, "south")
    assert roles.reaches_location(holder("warehouse"), "south")
