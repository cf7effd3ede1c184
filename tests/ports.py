"""Ports for servers of the tests, from where no system hands them out by itself: between choosing and listening nobody takes one."""

import random
import socket

FIRST, LAST = 10_240, 32_767
"""Above every port a browser refuses, below those that connections are given."""
_given: set[int] = set()
_dice = random.SystemRandom()


def free_port() -> int:
    """A port nothing listens on, never given twice in this process."""
    while True:
        port = _dice.randint(FIRST, LAST)
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
