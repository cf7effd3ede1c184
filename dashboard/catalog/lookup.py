"""SKUs by code inside a transaction: what a capture needs of the catalogue, in one statement."""

from collections.abc import Iterable
from typing import NamedTuple

from dashboard.catalog import rules
from dashboard.kernel import jsontext, text
from dashboard.kernel.statements import Prepared
from dashboard.kernel.tx import Tx

MOST_CODE = 64


class SkuFacts(NamedTuple):
    """unit_price_e4: 1/10,000 of `currency`."""

    id: int
    code: str
    name: str
    kind: str
    unit_price_e4: int
    currency: str
    active: bool


_COLUMNS = "s.id, s.code, s.name, s.kind, s.unit_price_e4, s.currency, s.active"
_BY_CODE = Prepared(
    sqlite=f"SELECT {_COLUMNS} FROM json_each(:codes) j JOIN sku s ON s.code = j.value",  # noqa: S608
    postgresql=f"SELECT {_COLUMNS} FROM sku s WHERE s.code = ANY(SELECT json_array_elements_text(%(codes)s::json))",  # noqa: S608
)


def folded(code: str) -> str:
    """The one spelling of a SKU code."""
    return rules.fold_code(code)


def skus(tx: Tx, codes: Iterable[str]) -> dict[str, SkuFacts]:
    """The SKUs of these (folded) codes by code; unknown ones are missing."""
    askable = [code for code in codes if not text.trouble(code, MOST_CODE)]
    rows = tx.run(_BY_CODE, codes=jsontext.encode(askable)).fetchall()
    return {row[1]: SkuFacts(*row) for row in rows}
