"""Mapping files: the shipped ones are sound, a wrong one says where."""

import json

import pytest

from dashboard.channels import mapping
from dashboard.kernel.errors import Invalid

GOOD = {"name": "Mine", "fields": {"external_id": "id", "sku": "sku", "quantity": "qty", "currency": {"constant": "GBP"}}}


def with_(**changes):
    return json.dumps({**GOOD, **changes})


def test_the_shipped_mappings_are_sound_and_plain_comes_first():
    found = mapping.shipped()

    assert list(found)[0] == "plain"
    assert found["plain"].required_columns == ("external_id", "sku", "quantity")
    assert found["online_retail"].mode == "history"
    assert all(row_class.why for shipped in found.values() for row_class in shipped.classes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        (with_(fields={"sku": "a"}), "external_id, quantity, currency"),
        (with_(fields={**GOOD["fields"], "colour": "c"}), "unknown fields: colour"),
        (with_(fields={**GOOD["fields"], "name": {"column": "a", "constant": "b"}}), "either a column or a constant"),
        (with_(mode="history"), "placed_at, unit_price"),
        (with_(format={"time_zone": "Mars/Olympus"}), "unknown time zone"),
        (with_(surprise=1), "surprise"),
        (
            with_(classes=[{"name": "x", "then": "order_line", "why": "", "when": [{"field": "email", "is": "empty"}]}]),
            "tests email",
        ),
        (
            with_(
                classes=[{"name": "x", "then": "order_line", "why": "", "when": [{"field": "sku", "is": "above", "value": "1"}]}]
            ),
            "sku is no number",
        ),
        (
            with_(
                classes=[
                    {"name": "x", "then": "order_line", "why": "", "when": [{"field": "sku", "is": "matches", "value": "("}]}
                ]
            ),
            "missing )",
        ),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(text, says):
    with pytest.raises(Invalid) as refusal:
        mapping.parse(text, "mine.json")

    assert says in refusal.value.message


def test_a_mapping_is_found_by_name_or_by_path_and_nothing_else_is_read(tmp_path):
    mine = tmp_path / "mine.json"
    mine.write_text(json.dumps(GOOD), "utf-8")

    assert mapping.load("plain").name == "Plain order lines"
    assert mapping.load(str(mine)).name == "Mine"
    with pytest.raises(Invalid, match=r"Shipped mappings: online_retail, plain"):
        mapping.load("nonsense")
