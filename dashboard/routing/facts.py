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
    """wanted: units per SKU id; shelves: what each location could have given; kits: whether some units are parts of kits."""

    wanted: Mapping[int, int]
    shelves: Mapping[int, Shelf]
    wish: Wish
    kits: bool = False


def pack(demands: Sequence[Demand], shelves: Mapping[int, Shelf], wish: Wish) -> str:
    """[wanted, shelves, [country, start of the postal code, value, all or nothing, kits], excluded, sending, load]; the last three only
    where there are any. Of the postal code no more than the distance table asks for.
    """
    code = folded_code(wish.postal_code)[:LONGEST_PREFIX] if wish.postal_code else ""
    order = (wish.country.upper(), code, wish.value_e4, int(wish.all_or_nothing), int(any(demand.per for demand in demands)))
    facts = [list(wanted_units(demands).items()), list(shelves.items()), order]
    if wish.excluded or wish.sending or wish.load:
        facts += [list(wish.excluded.items()), wish.sending, list(wish.load.items())]
    return jsontext.encode(facts)


def unpack(text: str) -> Facts:
    wanted, shelves, (country, code, value_e4, all_or_nothing, kits), *more = json.loads(text)
    excluded, sending, load = more or ((), (), ())
    wish = Wish(country, code, value_e4, bool(all_or_nothing), dict(excluded), tuple(sending), dict(load))
    return Facts(dict(wanted), {sku: [(at, units) for at, units in shelf] for sku, shelf in shelves}, wish, bool(kits))


def pack_takes(takes: Sequence[Take]) -> str:
    """[[SKU id, location id, units]]."""
    return jsontext.encode([take[1:4] for take in takes])


def unpack_takes(text: str) -> dict[tuple[int, int], int]:
    """{(location id, SKU id): units}."""
    found: dict[tuple[int, int], int] = {}
    for sku, at, units in json.loads(text):
        found[at, sku] = found.get((at, sku), 0) + units
    return found
