"""Import all of Orderdeck once, before a process forks: each child would spend a second of CPU on it."""

import gc

from sqlalchemy.orm import configure_mappers

from dashboard import wiring


def load_everything() -> None:
    """Afterwards `create_app` imports nothing. What is loaded is shared with the children for as long as nothing moves it."""
    wiring.load_adapters()
    for name in wiring.SLICES:
        for part in ("model", "store", "reactions", "jobs", "views"):
            wiring.optional(f"dashboard.{name}.{part}")
    configure_mappers()
    gc.collect()
    gc.freeze()
