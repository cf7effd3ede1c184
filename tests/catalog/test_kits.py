"""What a kit may be made of: bad recipes are refused with field and reason, and nothing changes; two people meeting."""

import pytest

from dashboard.catalog.actions import create_sku, update_sku
from dashboard.catalog.commands import CreateSku, UpdateSku
from dashboard.catalog.rules import MOST_PARTS, MOST_PER_KIT
from dashboard.kernel.errors import Conflict, Invalid
from tests.factories import do, one, read, refused, skus
from tests.invariants import assert_whole
from tests.kits import kit


def recipe(code: str) -> list[tuple]:
    return read(
        "SELECT p.code, c.units FROM kit_component c JOIN sku k ON k.id = c.kit_id JOIN sku p ON p.id = c.part_id"
        " WHERE k.code = :code ORDER BY p.code",
        code=code,
    )


def test_a_kit_knows_its_parts(any_app):
    skus("A", "B")
    kit("K", b=1, A=2)
    assert recipe("K") == [("A", 2), ("B", 1)]
    assert_whole()


BAD = {
    "no part": ((), "components"),
    "an unknown part": ((("A", 1), ("NONE", 1)), "components.1.sku"),
    "a service": ((("FEE", 1),), "components.0.sku"),
    "a kit": ((("OTHER", 1),), "components.0.sku"),
    "itself": ((("k", 1),), "components.0.sku"),
    "twice": ((("A", 1), ("a ", 2)), "components.1.sku"),
    "an empty code": (((" ", 1),), "components.0.sku"),
    "a control character": ((("A\x00", 1),), "components.0.sku"),
    "no unit": ((("A", 0),), "components.0.quantity"),
    "a negative unit": ((("A", -1),), "components.0.quantity"),
    "half a unit": ((("A", 0.5),), "components.0.quantity"),
    "a truth": ((("A", True),), "components.0.quantity"),
    "too many units": ((("A", MOST_PER_KIT + 1),), "components.0.quantity"),
    "beyond 2^31": ((("A", 2**40),), "components.0.quantity"),
    "too many parts": (tuple((f"A{n}", 1) for n in range(MOST_PARTS + 1)), "components"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_parts_are_refused(any_app, name):
    skus("A")
    skus("FEE", kind="service")
    kit("OTHER", A=1)
    kit("K2", A=1)
    parts, field = BAD[name]
    error = refused(Invalid, create_sku, CreateSku("K", "Kit", kind="kit", components=parts))
    assert field in error.facts["fields"]
    parts = tuple(("K2", units) if code == "k" else (code, units) for code, units in parts)
    error = refused(Invalid, update_sku, UpdateSku("K2", 1, {"components": parts}))
    assert field in error.facts["fields"]


def test_only_a_kit_has_parts(any_app):
    skus("A")
    error = refused(Invalid, create_sku, CreateSku("B", "Item", components=(("A", 1),)))
    assert error.facts["fields"] == {"components": "Only a kit has parts."}
    refused(Invalid, update_sku, UpdateSku("A", 1, {"components": [["A", 1]]}))


def test_changing_parts_makes_a_version_and_keeps_the_rest(any_app):
    skus("A", "B")
    kit("K", A=2)
    do(update_sku, UpdateSku("K", 1, {"components": [["B", 3], ["A", 1]]}))
    assert (recipe("K"), one("SELECT version FROM sku WHERE code = 'K'")) == ([("A", 1), ("B", 3)], 2)
    do(update_sku, UpdateSku("K", 2, {"components": [["A", 1], ["B", 3]]}))
    assert one("SELECT version FROM sku WHERE code = 'K'") == 2
    assert_whole()


def test_two_people_changing_the_parts_meet(any_app):
    skus("A", "B")
    kit("K", A=1)
    base = {"name": "Kit K", "components": [["A", 1]]}
    do(update_sku, UpdateSku("K", 1, {"components": [["A", 2]]}, base))
    error = refused(Conflict, update_sku, UpdateSku("K", 1, {"components": [["B", 1]]}, base))
    assert error.facts["theirs"] == {"components": [["A", 2]]}
    assert error.facts["yours"] == {"components": [["B", 1]]}
    merged = do(update_sku, UpdateSku("K", 1, {"name": "Better kit", "components": [["A", 1]]}, base))
    assert merged.merged == ("components",)
    assert recipe("K") == [("A", 2)]
