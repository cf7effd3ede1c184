"""What happened to transfers."""

from dashboard.kernel.events import event


@event("transfer")
class TransferDrafted:
    """from_location, to_location: codes; lines: [{sku, units}]."""

    id: int
    version: int
    number: str
    from_location: str
    to_location: str
    lines: list


@event("transfer")
class TransferMoved:
    """step: as in rules.STEPS; before, after: statuses; lines: what the step did, units per SKU.

    sku_ids: of a loss, whose units are no longer on the way though no balance changed.
    """

    id: int
    version: int
    number: str
    step: str
    before: str
    after: str
    lines: list
    reason: str | None = None
    sku_ids: tuple[int, ...] = ()
