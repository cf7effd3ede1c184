"""The plain model beside the stock machine: cells of five numbers, and which units are tied to whom."""

from collections import Counter
from dataclasses import dataclass

from tests.factories import read

PLACES = ("north", "south")
BINS = ("P-1", "P-2", "CAGE")
"""Those of each place; the last is not picked from."""
BUCKETS = ("on_hand", "allocated", "held", "damaged", "quarantine")


@dataclass
class Cell:
    on_hand: int = 0
    allocated: int = 0
    held: int = 0
    damaged: int = 0
    quarantine: int = 0

    @property
    def available(self) -> int:
        return self.on_hand - self.allocated - self.held - self.damaged - self.quarantine


class Model:
    """What should be. Which location gives is the product's choice and read from it; how many is not."""

    def __init__(self, codes):
        self.codes = codes
        self.cells = {(code, at): Cell() for code in codes for at in PLACES}
        self.sku_ids = {code: read("SELECT id FROM sku WHERE code = :code", code=code)[0][0] for code in codes}
        self.orders: dict[int, Counter] = {}
        self.shipped: set[int] = set()
        self.holds: dict[str, Counter] = {}
        self.legs: dict[str, list] = {}
        self.counts: dict[str, tuple] = {}
        self.barred: set[tuple[int, str]] = set()
        self.bins: Counter = Counter()

    def cell(self, code, at) -> Cell:
        return self.cells[code, at]

    def sellable(self, code) -> int:
        return sum(self.cells[code, at].available for at in PLACES)

    def order(self, which) -> int:
        return sorted(self.orders)[which % len(self.orders)]

    def placed(self, order) -> int:
        self.orders[order] = Counter()
        self.read(order)
        return order

    def read(self, order) -> None:
        """Who gives to this order now; the units of its lines must add up, and nobody gives what is not there."""
        now = Counter()
        for code, at, units in read(
            "SELECT s.code, l.code, sum(a.units) FROM allocation a JOIN sku s ON s.id = a.sku_id JOIN location l ON l.id = a.location_id"
            " WHERE a.order_id = :id GROUP BY s.code, l.code HAVING sum(a.units) > 0", id=order,
        ):  # fmt: skip
            now[code, at] = int(units)
        for key in {*now, *self.orders[order]}:
            self.cells[key].allocated += now[key] - self.orders[order][key]
            assert self.cells[key].available >= 0, (key, self.cells[key])
        self.orders[order] = now
        buckets = "ordered, cancelled, backordered, allocated, picked, packed, shipped"
        lines = read(f"SELECT {buckets} FROM order_line WHERE order_id = :id", id=order)
        assert all(line[0] == sum(line[1:]) for line in lines), lines

    def allocated(self, order, code) -> int:
        return sum(units for (other, _), units in self.orders[order].items() if other == code)

    def tied(self, order) -> int:
        """Units that are tied to it now."""
        return sum(self.orders[order].values())

    def going(self) -> list[int]:
        """Orders that have units in a warehouse."""
        return [order for order in sorted(self.orders) if self.tied(order)]

    def sent(self) -> list[int]:
        """Orders of which something was shipped."""
        return sorted(self.shipped)

    def works(self, order) -> list[tuple[int, str]]:
        return read("SELECT id, status FROM fulfilment_order WHERE order_id = :id ORDER BY id", id=order)

    def work_lines(self, work_id) -> dict[int, int]:
        """Units per line of one fulfilment order."""
        return dict(read("SELECT id, units FROM fulfilment_line WHERE fulfilment_order_id = :id", id=work_id))

    def work_units(self, work_id, units="l.units") -> dict[tuple[str, str], int]:
        """Units per (SKU, location) of one fulfilment order. units: which, in SQL."""
        rows = read(
            f"SELECT s.code, p.code, sum({units}) FROM fulfilment_line l JOIN fulfilment_order f ON f.id = l.fulfilment_order_id"
            " JOIN sku s ON s.id = l.sku_id JOIN location p ON p.id = f.location_id WHERE f.id = :id GROUP BY s.code, p.code", id=work_id,
        )  # fmt: skip
        return {(code, at): int(units) for code, at, units in rows}

    def waiting(self, code) -> list[int]:
        """Orders of which a line of this SKU itself waits, the oldest first."""
        rows = read("SELECT DISTINCT order_id FROM order_line WHERE sku_code = :code AND backordered > 0 ORDER BY order_id", code=code)
        return [row[0] for row in rows]

    def has_kit(self, order) -> bool:
        return bool(read("SELECT 1 FROM order_line WHERE order_id = :id AND sku_code LIKE 'K%'", id=order))

    def shipped_lines(self, order) -> list[tuple[int, str]]:
        """(line id, SKU) of lines of which a unit can come back."""
        return [
            (line_id, code)
            for line_id, code, shipped, returned in read(
                "SELECT id, sku_code, shipped, returned FROM order_line WHERE order_id = :id ORDER BY position", id=order
            )
            if shipped > returned and code in self.codes
        ]

    def held(self, hold) -> None:
        rows = read(
            "SELECT s.code, p.code, l.units FROM stock_hold_line l JOIN sku s ON s.id = l.sku_id JOIN location p ON p.id = l.location_id"
            " WHERE l.hold_id = :id", id=hold.id,
        )  # fmt: skip
        self.holds[hold.token] = Counter({(code, at): units for code, at, units in rows})
        for key, units in self.holds[hold.token].items():
            self.cells[key].held += units

    def unhold(self, token) -> None:
        for key, units in self.holds.pop(token).items():
            self.cells[key].held -= units

    def travelled(self, number, units) -> None:
        self.legs[number][3] -= units
        if not self.legs[number][3]:
            del self.legs[number]

    def loose(self, code, at) -> int:
        """Units at the place that lie in no bin."""
        return self.cells[code, at].on_hand - sum(self.bins[code, at, name] for name in BINS)

    def lying(self) -> Counter:
        """Units per (SKU, place, bin), as stored."""
        rows = read(
            "SELECT s.code, l.code, b.code, x.units FROM bin_stock x JOIN bin b ON b.id = x.bin_id JOIN sku s ON s.id = x.sku_id"
            " JOIN location l ON l.id = b.location_id WHERE x.units > 0 AND s.code IN (:a, :b, :c)",
            **dict(zip("abc", self.codes, strict=True)),
        )
        return Counter({(code, at, name): units for code, at, name, units in rows})

    def compare_bins(self) -> None:
        """Only putting away and moving bring units into a bin; which bin loses some is the product's choice and read from it.

        No bin holds what is not there, and what cannot be picked is in quarantine.
        """
        now = self.lying()
        assert not now - self.bins, (now, self.bins)
        self.bins = now
        for (code, at), cell in self.cells.items():
            assert self.loose(code, at) >= 0, (code, at)
            assert now[code, at, BINS[-1]] <= cell.quarantine, (code, at)

    def compare(self) -> None:
        """Every balance of these SKUs, bucket by bucket; a place where nothing ever was has none."""
        self.compare_bins()
        rows = read(
            "SELECT s.code, l.code, b.on_hand, b.allocated, b.held, b.damaged, b.quarantine FROM stock_balance b"
            " JOIN sku s ON s.id = b.sku_id JOIN location l ON l.id = b.location_id WHERE s.code IN (:a, :b, :c)",
            **dict(zip("abc", self.codes, strict=True)),
        )
        stored = {(code, at): Cell(*units) for code, at, *units in rows}
        assert {key: stored.get(key, Cell()) for key in self.cells} == self.cells
