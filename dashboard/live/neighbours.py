"""What several server processes tell each other through Redis: whom each of them sees where.

Nothing waits for Redis and nothing is kept there. While it is away each process knows its own screens only, and a second after it is
back the next word of any screen (they speak every few seconds) tells everybody again.
"""

import importlib
import json
import logging
import queue
import secrets
import threading
from collections.abc import Callable
from typing import Any

from dashboard.live.presence import Place, Seen

log = logging.getLogger(__name__)

CHANNEL = "orderdeck:presence"
MOST_WAITING = 1000
PAUSE_SECONDS = 1.0
Hear = Callable[[str, Place, list[Seen]], None]


class Neighbours:
    """One process's ear and mouth. hear(process, place, people) is called for every word of the others, in a thread of its own."""

    def __init__(self, url: str, hear: Hear):
        self.name = secrets.token_hex(6)
        self._url, self._hear = url, hear
        self._said: queue.Queue[tuple[Place, list[Seen]] | None] = queue.Queue(MOST_WAITING)
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def tell(self, place: Place, people: list[Seen]) -> None:
        """Never waits: what cannot be kept is said again soon."""
        try:
            self._said.put_nowait((place, people))
        except queue.Full:
            log.debug("neighbours hear nothing: Redis is away")

    def start(self) -> None:
        self._threads = [
            threading.Thread(target=self._again, args=(turn,), name=f"neighbours{turn.__name__}", daemon=True)
            for turn in (self._speak, self._listen)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self.tell(("", ""), [])  # wakes the mouth
        for thread in self._threads:
            thread.join(timeout=2 * PAUSE_SECONDS)

    def _again(self, turn: Callable[[Any], None]) -> None:
        """Until the end: what failed begins again after a pause."""
        client = _client(self._url)
        while not self._stopping.is_set():
            try:
                turn(client)
            except Exception as error:  # noqa: BLE001 (Redis is away: the next turn dials again)
                log.warning("neighbours cannot be reached: %s", error)
                self._stopping.wait(PAUSE_SECONDS)

    def _speak(self, client: Any) -> None:
        while (said := self._said.get()) is not None and not self._stopping.is_set():
            (kind, key), people = said
            client.publish(CHANNEL, json.dumps([self.name, kind, key, people]))

    def _listen(self, client: Any) -> None:
        with client.pubsub(ignore_subscribe_messages=True) as ear:
            ear.subscribe(CHANNEL)
            while not self._stopping.is_set():
                message = ear.get_message(timeout=PAUSE_SECONDS)
                if message is not None:
                    self._take(message["data"])

    def _take(self, data: bytes) -> None:
        process, kind, key, people = json.loads(data)
        if process != self.name:
            self._hear(process, (kind, key), [Seen(*person) for person in people])


def _client(url: str) -> Any:
    """Redis' client, loaded where it is used and nowhere else."""
    return importlib.import_module("redis").Redis.from_url(url, socket_timeout=2 * PAUSE_SECONDS, socket_connect_timeout=PAUSE_SECONDS)
