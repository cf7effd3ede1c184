"""What happened to customers. No personal data: the log cannot be rewritten, a person can be erased."""

from dashboard.kernel.events import event


@event("customer")
class CustomerChanged:
    """what: create, note, tag, untag, consent, edit, export or distinct."""

    id: int
    version: int
    what: str


@event("customer")
class CustomersMerged:
    """id: the record that stays on top."""

    id: int
    version: int
    merge_id: int
    gone_id: int


@event("customer")
class MergeUndone:
    id: int
    version: int
    merge_id: int
    gone_id: int


@event("customer")
class CustomerErased:
    """orders: how many lost their names and addresses."""

    id: int
    version: int
    orders: int
