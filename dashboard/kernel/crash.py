"""Named crash points: with ORDERDECK_CRASH_AT=<name> the process ends there at once, as if killed; `<name>:3` the third time.

Tests start again afterwards and prove that nothing acknowledged is missing and nothing is half done.
"""

import os
import threading

STATUS = 137
POINTS = (
    "capture_lines_written",
    "capture_stock_taken",
    "capture_work_opened",
    "payment_moved",
    "hold_written",
    "release_advanced",
    "pick_counted",
    "pack_counted",
    "ship_stock_gone",
    "parcel_delivered",
    "cancel_stock_freed",
    "reject_stock_freed",
    "return_restocked",
    "writer_group",
    "before_commit",
    "after_commit",
    "relay_read",
    "relay_moved",
    "relay_dispatched",
    "job_leased",
    "reaction_done",
    "job_settled",
    "seal_written",
)

_lock = threading.Lock()
_armed: str | None = None
_left = 0


def configure(at: str) -> None:
    """Arm the point named by the setting; empty for none.

    Raises: ValueError, for a name there is not.
    """
    global _armed, _left  # noqa: PLW0603 (one process, one end)
    name, _, times = at.partition(":")
    if name and name not in POINTS:
        raise ValueError(f"there is no crash point {name!r}; choose one of {', '.join(POINTS)}")
    _armed, _left = name or None, int(times or 1)


def point(name: str) -> None:
    """End the process here, if this point is the armed one and its time has come."""
    if _armed == name:
        _count_down()


def _count_down() -> None:
    global _left  # noqa: PLW0603
    with _lock:
        _left -= 1
        if _left == 0:
            os._exit(STATUS)
