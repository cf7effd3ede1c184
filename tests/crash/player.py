"""Plays lives in forked children of one process that has imported everything: `python -m tests.crash.player`.

A line of JSON in ([instance, crash point, notes file]) gives a line with the child's exit status out.
"""

import json
import os
import sys
import traceback
from pathlib import Path

from tests.crash.life import play
from tests.loading import load_everything


def main() -> None:
    load_everything()
    for line in sys.stdin:
        instance, crash_at, notes = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _child(Path(instance), crash_at, Path(notes))
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _child(instance: Path, crash_at: str, notes: Path) -> None:
    """Never returns."""
    try:
        play(instance, crash_at, notes)
    except BaseException:  # noqa: BLE001 (a child of a fork must not go on with its parent's work)
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
