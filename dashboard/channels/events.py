"""What happened to imports."""

from dashboard.kernel.events import event


@event("import")
class ImportStarted:
    id: int
    version: int
    channel: str
    file_name: str
    mapping: str
    dry_run: bool


@event("import")
class ImportFinished:
    """outcomes: rows per outcome; made: what was written (or, in a dry run, would have been)."""

    id: int
    version: int
    channel: str
    file_name: str
    dry_run: bool
    rows: int
    outcomes: dict
    made: dict


@event("import")
class ImportFailed:
    id: int
    version: int
    channel: str
    file_name: str
    message: str
