"""Bearer tokens of the API: looked up by hash, remembered for a few seconds so that a busy channel costs no query per call."""

import threading
import time
from collections import OrderedDict

import flask

from dashboard.accounts import store
from dashboard.accounts.token_actions import touch_token
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.db import write
from dashboard.kernel.errors import Unavailable
from dashboard.kernel.ids import token_hash

REMEMBERED = 5.0  # seconds; a token revoked by another process dies within them
MOST = 1024
SEEN_EVERY = 60.0  # seconds between two notes of when a token was last used


class Remembered:
    """Live tokens by hash for a few seconds, and when each was last noted as used. One per application."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders: OrderedDict[str, tuple[float, store.TokenHolder]] = OrderedDict()
        self._noted: dict[int, float] = {}

    def get(self, digest: str, now: float) -> store.TokenHolder | None:
        found = self._holders.get(digest)
        return found[1] if found and found[0] > now else None

    def keep(self, digest: str, holder: store.TokenHolder, now: float) -> None:
        with self._lock:
            self._holders[digest] = (now + REMEMBERED, holder)
            self._holders.move_to_end(digest)
            while len(self._holders) > MOST:
                self._holders.popitem(last=False)

    def forget(self) -> None:
        """Look every token up again: one was revoked here."""
        with self._lock:
            self._holders.clear()

    def due(self, token_id: int, now: float) -> bool:
        """Whether it is time to note that the token was used; says so once a minute."""
        if self._noted.get(token_id, -SEEN_EVERY) + SEEN_EVERY > now:
            return False
        self._noted[token_id] = now
        return True


def remembered() -> Remembered:
    return flask.current_app.extensions["orderdeck_tokens"]


def init_app(app: flask.Flask) -> None:
    app.extensions["orderdeck_tokens"] = Remembered()


def bearer_actor() -> Actor | None:
    """Who the `Authorization: Bearer` token of this request stands for."""
    scheme, _, secret = flask.request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        return None
    holder = _holder(token_hash(secret))
    if holder is None:
        return None
    note_use(holder)
    return holder.actor


def note_use(holder: store.TokenHolder) -> None:
    """Remember that and from where the token was used, at most once a minute; a full disk is no reason to refuse a read."""
    if remembered().due(holder.id, time.monotonic()):
        try:
            write(touch_token, holder.id, flask.request.remote_addr, clock.now())
        except Unavailable:
            flask.current_app.logger.warning("could not note the use of token %s", holder.id)


def _holder(digest: str) -> store.TokenHolder | None:
    now = time.monotonic()
    holder = remembered().get(digest, now)
    if holder is None:
        holder = store.token_holder(digest, "api", clock.now())
        if holder is not None:
            remembered().keep(digest, holder, now)
    return holder
