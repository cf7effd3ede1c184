"""A supplier and purchase orders for tests, made through the real actions."""

from typing import Any

from dashboard.purchasing.actions import create_purchase_order, place_purchase_order
from dashboard.purchasing.commands import (
    PlacePurchaseOrder,
    PurchaseDraft,
    PurchaseLine,
    ReceiptItem,
    ReceivePurchase,
    SaveSupplier,
    SupplySku,
)
from dashboard.purchasing.suppliers import save_supplier, supply_sku
from tests.factories import do, read


def supplier(name: str = "Acme", lead_days: int = 5, **more: Any) -> int:
    """The new supplier's id."""
    return do(save_supplier, SaveSupplier(name, lead_days, **more)).id


def supplies(supplier_id: int, sku: str, pack_size: int = 1, unit_cost_e4: int = 25_000) -> None:
    do(supply_sku, SupplySku(supplier_id, sku, pack_size, unit_cost_e4))


def draft(*lines: tuple[str, int], location: str = "north", name: str = "Acme", **more: Any) -> str:
    """The number of a new draft of (SKU, units) lines."""
    wanted = tuple(PurchaseLine(sku, units) for sku, units in lines)
    return do(create_purchase_order, PurchaseDraft(name, location, wanted, **more)).number


def ordered(*lines: tuple[str, int], **more: Any) -> str:
    """The number of a new purchase order that the supplier has."""
    number = draft(*lines, **more)
    do(place_purchase_order, PlacePurchaseOrder(number))
    return number


def receipt(number: str, *items: tuple[Any, ...], **more: Any) -> ReceivePurchase:
    """A receipt of (SKU, units[, damaged]) items."""
    return ReceivePurchase(number, tuple(ReceiptItem(*item) for item in items), **more)


def lines(number: str) -> list[tuple[Any, ...]]:
    """[(SKU, ordered, received, surplus, cancelled)]."""
    return read(
        "SELECT s.code, l.ordered, l.received, l.surplus, l.cancelled FROM purchase_order_line l JOIN sku s ON s.id = l.sku_id"
        " JOIN purchase_order p ON p.id = l.purchase_order_id WHERE p.number = :number ORDER BY l.position",
        number=number,
    )


def status(number: str) -> str:
    return read("SELECT status FROM purchase_order WHERE number = :number", number=number)[0][0]
