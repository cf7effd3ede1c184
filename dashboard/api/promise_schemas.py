"""What the API answers about preorders."""

from dashboard.api.schemas import Answer


class Preorder(Answer):
    """waiting: units that wait for the SKU now. on_preorder: until the day it is available from."""

    sku: str
    available_from: str | None
    cap: int | None
    waiting: int
    on_preorder: bool
