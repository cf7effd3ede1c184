"""Kits for tests, made and changed through the real actions."""

from dashboard.catalog.actions import create_sku, update_sku
from dashboard.catalog.commands import CreateSku, UpdateSku
from tests.factories import do, one


def kit(code: str, price_e4: int = 100_000, **parts: int) -> int:
    """kit("K", A=2, B=1): a kit of two A and one B, 10.00 each. Returns its id."""
    made = CreateSku(code, f"Kit {code}", kind="kit", unit_price_e4=price_e4, components=tuple(parts.items()))
    return do(create_sku, made).id


def change_kit(code: str, **parts: int) -> None:
    """Give the kit other parts."""
    version = one("SELECT version FROM sku WHERE code = :code", code=code)
    do(update_sku, UpdateSku(code, version, {"components": [[part, units] for part, units in parts.items()]}))
