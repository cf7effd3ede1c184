"""What happened to a SKU."""

from typing import Any

from dashboard.kernel.events import event


@event("sku")
class SkuCreated:
    id: int
    version: int
    code: str
    name: str


@event("sku")
class SkuChanged:
    """changes: {field: [before, after]}."""

    id: int
    version: int
    code: str
    changes: dict[str, Any]
