"""What the API answers about bulk actions, tags and assignments."""

from dashboard.api.schemas import Answer, Id, Time


class BulkAction(Answer):
    """status: queued, running, done or stopped. done, skipped, waiting: orders. query: the list that was meant; null for named orders.

    undoes, undone_by: the other run of an undo. not_undoable_because: null while it can be taken back.
    """

    id: Id
    action: str
    choice: dict[str, str]
    query: str | None
    status: str
    total: int
    done: int
    skipped: int
    waiting: int
    title: str
    message: str
    started_by: str
    created_at: Time
    started_at: Time | None
    finished_at: Time | None
    undoes: Id | None
    undone_by: Id | None
    undoable: bool
    not_undoable_because: str | None
    version: int


class BulkActionList(Answer):
    items: list[BulkAction]
    next: str | None


class BulkActionRow(Answer):
    """state: waiting, done or skipped. reason: why it was skipped."""

    place: int
    order: str
    state: str
    reason: str | None


class BulkActionRows(Answer):
    items: list[BulkActionRow]
    next: str | None


class OrderLabels(Answer):
    """version: of the order."""

    tags: list[str]
    assignee: Id | None
    assignee_name: str | None
    version: int
