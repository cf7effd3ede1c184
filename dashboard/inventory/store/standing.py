"""Balances beside their ledger, allocations, holds, lots and serial numbers: of one SKU, or of a stretch of the catalogue."""

from typing import NamedTuple

import sqlalchemy as sa

from dashboard.inventory.drift import Standing

BUCKETS = ("on_hand", "allocated", "held", "damaged", "quarantine")
STRETCH = 2_000
_SUMS = ", ".join(f"sum({bucket}) AS {bucket}" for bucket in BUCKETS)
_STANDING = f"""
SELECT b.sku_id, b.location_id, s.code, l.code, l.name, b.version, {", ".join(f"b.{bucket}" for bucket in BUCKETS)},
 {", ".join(f"coalesce(m.{bucket}, 0)" for bucket in BUCKETS)}, coalesce(a.units, 0), coalesce(h.units, 0), s.tracks,
 coalesce(t.units, 0), coalesce(o.lots, 0)
FROM stock_balance b JOIN sku s ON s.id = b.sku_id JOIN location l ON l.id = b.location_id
LEFT JOIN (SELECT sku_id, location_id, {_SUMS} FROM stock_movement WHERE sku_id > :after AND sku_id <= :last
 GROUP BY sku_id, location_id) m ON m.sku_id = b.sku_id AND m.location_id = b.location_id
LEFT JOIN (SELECT sku_id, location_id, sum(units) AS units FROM allocation WHERE units > 0 AND sku_id > :after AND sku_id <= :last
 GROUP BY sku_id, location_id) a ON a.sku_id = b.sku_id AND a.location_id = b.location_id
LEFT JOIN (SELECT x.sku_id, x.location_id, sum(x.units) AS units FROM stock_hold_line x JOIN stock_hold k ON k.id = x.hold_id
 WHERE k.state = 'held' AND x.sku_id > :after AND x.sku_id <= :last GROUP BY x.sku_id, x.location_id) h
 ON h.sku_id = b.sku_id AND h.location_id = b.location_id
LEFT JOIN (SELECT sku_id, location_id, sum(units) AS units FROM lot_stock WHERE sku_id > :after AND sku_id <= :last
 GROUP BY sku_id, location_id UNION ALL SELECT sku_id, location_id, count(*) FROM serial WHERE location_id IS NOT NULL
 AND sku_id > :after AND sku_id <= :last GROUP BY sku_id, location_id) t ON t.sku_id = b.sku_id AND t.location_id = b.location_id
LEFT JOIN (SELECT k.sku_id, k.location_id, count(*) AS lots FROM lot_stock k WHERE k.sku_id > :after AND k.sku_id <= :last
 AND (k.units, k.set_aside) <> (SELECT coalesce(sum(v.units), 0), coalesce(sum(v.set_aside), 0) FROM lot_movement v
 WHERE v.lot_id = k.lot_id AND v.location_id = k.location_id) GROUP BY k.sku_id, k.location_id) o
 ON o.sku_id = b.sku_id AND o.location_id = b.location_id
WHERE b.sku_id > :after AND b.sku_id <= :last"""  # noqa: S608 (our own words)
_DIFFERS = " OR ".join(
    [f"b.{bucket} <> coalesce(m.{bucket}, 0)" for bucket in BUCKETS]
    + ["b.allocated <> coalesce(a.units, 0)", "b.held <> coalesce(h.units, 0)"]
    + ["s.tracks <> 'none' AND b.on_hand <> coalesce(t.units, 0)", "coalesce(o.lots, 0) <> 0"]
)
_ORDER = " ORDER BY s.code, l.priority, l.id"
_ALL = sa.text(_STANDING + _ORDER)
_DRIFTED = sa.text(f"{_STANDING} AND ({_DIFFERS}){_ORDER}")
_LAST = sa.text("SELECT max(id), count(*) FROM (SELECT id FROM sku WHERE id > :after ORDER BY id LIMIT :size) stretch")
_SKUS = sa.text("SELECT count(*) FROM sku")


class Stretch(NamedTuple):
    """SKUs checked together. drifted: places that do not agree; last: the id to go on after, None at the end."""

    drifted: list[Standing]
    checked: int
    last: int | None


def standing(connection: sa.Connection, sku_id: int) -> list[Standing]:
    """One SKU at every location that ever had it."""
    return [_read(row) for row in connection.execute(_ALL, {"after": sku_id - 1, "last": sku_id})]


def stretch(connection: sa.Connection, after: int, size: int = STRETCH) -> Stretch:
    """The drifts of the next SKUs by id: a whole catalogue is checked piece by piece, each soon done."""
    last, checked = connection.execute(_LAST, {"after": after, "size": size}).one()
    if not checked:
        return Stretch([], 0, None)
    found = [_read(row) for row in connection.execute(_DRIFTED, {"after": after, "last": last})]
    return Stretch(found, checked, last if checked == size else None)


def skus(connection: sa.Connection) -> int:
    return connection.scalar(_SKUS) or 0


def _read(row: sa.Row) -> Standing:
    wide = len(BUCKETS)
    *figures, tracks, named, astray = row[6:]
    figures = [int(value) for value in figures]
    balance, ledger = dict(zip(BUCKETS, figures, strict=False)), dict(zip(BUCKETS, figures[wide:], strict=False))
    return Standing(*row[:6], balance, ledger, *figures[2 * wide :], tracks, int(named), int(astray))
