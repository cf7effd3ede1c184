"""Stock as it is read: locations, the matrix of SKU and location, one SKU's ledger."""

from dashboard.inventory.store.cell import Cell
from dashboard.inventory.store.kits import cells_of_kits, kits_with
from dashboard.inventory.store.ledger import Entry, Totals, explained, history, ledger
from dashboard.inventory.store.matrix import MatrixRow, cells_of, counts, matrix, rows_of
from dashboard.inventory.store.places import location, locations

__all__ = [
    "Cell",
    "Entry",
    "MatrixRow",
    "Totals",
    "cells_of",
    "cells_of_kits",
    "counts",
    "explained",
    "history",
    "kits_with",
    "ledger",
    "location",
    "locations",
    "matrix",
    "rows_of",
]
