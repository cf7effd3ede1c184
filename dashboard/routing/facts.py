"""What a decision was made from, as one short JSON text, and back. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashboard.inventory.commands import Demand, Take
from dashboard.inventory.rules import Shelf, wanted_units
from dashboard.kernel import jsontext
from dashboard.routing.commands import Wish
from dashboard.routing.rules import LONGEST_PREFIX, folded_code


class Facts(NamedTuple):
    """wanted: units per SKU id; shelves: what each location could have given."""

    wanted: Mapping[int, int]
    shelves: Mapping[int, Shelf]
    wish: Wish


def pack(demands: Sequence[Demand], shelves: Mapping[int, Shelf], wish: Wish) -> str:
    """Only of the postal code's first characters: no more than the distance table asks for."""
    facts: dict[str, object] = {
        "w": list(wanted_units(demands).items()),
        "s": list(shelves.items()),
        "to": (wish.country.upper(), folded_code(wish.postal_code)[:LONGEST_PREFIX]),
        "v": wish.value_e4,
    }
    if wish.all_or_nothing:
        facts["all"] = 1
    if wish.excluded or wish.sending or wish.load:
        facts |= {"x": list(wish.excluded.items()), "on": wish.sending, "l": list(wish.load.items())}
    return jsontext.encode(facts)


def unpack(text: str) -> Facts:
    data = json.loads(text)
    country, code = data["to"]
    wish = Wish(
        country,
        code,
        data["v"],
        bool(data.get("all")),
        {at: why for at, why in data.get("x", ())},
        tuple(data.get("on", ())),
        {at: count for at, count in data.get("l", ())},
    )
    shelves = {sku: [(at, units) for at, units in shelf] for sku, shelf in data["s"]}
    return Facts(dict(data["w"]), shelves, wish)


def pack_takes(takes: Sequence[Take]) -> str:
    """[[location id, SKU id, units]]."""
    return jsontext.encode([(take.location_id, take.sku_id, take.units) for take in takes])


def unpack_takes(text: str) -> dict[tuple[int, int], int]:
    """{(location id, SKU id): units}."""
    found: dict[tuple[int, int], int] = {}
    for at, sku, units in json.loads(text):
        found[at, sku] = found.get((at, sku), 0) + units
    return found
