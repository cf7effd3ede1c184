"""SKUs by code inside a transaction: what a capture needs of the catalogue, in one statement; in a second one what kits are made of."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from dashboard.catalog import rules
from dashboard.kernel import jsontext, text
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

MOST_CODE = 64


class SkuFacts(NamedTuple):
    """unit_price_e4: 1/10,000 of `currency`. tracks: as in model.Sku."""

    id: int
    code: str
    name: str
    kind: str
    unit_price_e4: int
    currency: str
    active: bool
    tracks: str = "none"


class KitPart(NamedTuple):
    """units: of this SKU in one kit."""

    sku_id: int
    code: str
    units: int


_COLUMNS = "s.id, s.code, s.name, s.kind, s.unit_price_e4, s.currency, s.active, s.tracks"
_BY_CODE = Prepared(
    sqlite=f"SELECT {_COLUMNS} FROM json_each(:codes) j JOIN sku s ON s.code = j.value",  # noqa: S608
    postgresql=f"SELECT {_COLUMNS} FROM sku s WHERE s.code = ANY(SELECT json_array_elements_text(%(codes)s::json))",  # noqa: S608
    apart=True,
)
_PARTS = Prepared(
    sqlite="SELECT c.kit_id, c.part_id, p.code, c.units FROM json_each(:kits) j JOIN kit_component c ON c.kit_id = j.value"
    " JOIN sku p ON p.id = c.part_id ORDER BY c.kit_id, p.code",
    postgresql="SELECT c.kit_id, c.part_id, p.code, c.units FROM kit_component c JOIN sku p ON p.id = c.part_id"
    " WHERE c.kit_id = ANY(SELECT json_array_elements_text(%(kits)s::json)::bigint) ORDER BY c.kit_id, p.code",
)


def folded(code: str) -> str:
    """The one spelling of a SKU code."""
    return rules.fold_code(code)


def skus(tx: Tx, codes: Collection[str]) -> dict[str, SkuFacts]:
    """The SKUs of these (folded) codes by code; unknown ones are missing."""
    seen = tx.seen("sku")
    asked = [code for code in codes if code not in seen and not text.trouble(code, MOST_CODE)]
    if asked:
        for row in tx.run(_BY_CODE, codes=jsontext.encode(asked)).fetchall():
            seen[row[1]] = SkuFacts(*row)
    return {code: seen[code] for code in codes if code in seen}


def kit_parts(tx: Tx, kit_ids: Iterable[int]) -> dict[int, list[KitPart]]:
    """What each of these kits is made of, by the kit's id."""
    found: dict[int, list[KitPart]] = {}
    for kit_id, *part in tx.run(_PARTS, kits=jsontext.encode(sorted(set(kit_ids)))).fetchall():
        found.setdefault(kit_id, []).append(KitPart(*part))
    return found
