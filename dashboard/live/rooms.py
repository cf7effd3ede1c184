"""The state of rooms and their members. Touched by the hub's thread only."""

from dataclasses import dataclass, field

from dashboard.kernel.actor import Actor
from dashboard.kernel.outbox import Recorded
from dashboard.live.engine import ScreenSocket
from dashboard.web import livepage
from dashboard.web.livepage import Payload, Room, Screen

TICK_SECONDS = 0.25
MOST_SHOWN = 2000


@dataclass(eq=False)
class Member:
    """One connected screen. asked: when it last asked to catch up, per room (monotonic seconds); actor: who looks at it; said_at: when
    it last said who is there.
    """

    sid: str
    socket: ScreenSocket
    screen: Screen
    asked: dict[Room, float] = field(default_factory=dict)
    actor: Actor | None = None
    said_at: float = 0.0

    def send(self, frame: bytes) -> None:
        if self.socket.line is not None:
            self.socket.line.send(frame)


@dataclass(eq=False)
class RoomState:
    """A room somebody is in.

    seq: of the last event sent to it (or where the log stood when the room began). cost: seconds its last rendering took; a room
    takes at most a quarter of the time. least: seconds of its quickest one. busy: being rendered elsewhere. wanted: to be shown
    whole, events or not.
    """

    room: Room
    seq: int
    members: dict[str, Member] = field(default_factory=dict)
    pending: list[Recorded] = field(default_factory=list)
    ticked_at: float = float("-inf")
    shown: dict[str, int] = field(default_factory=dict)
    cost: float = 0.0
    least: float = 0.0
    busy: bool = False
    wanted: bool = False

    @property
    def interval(self) -> float | None:
        return livepage.interval_of(self.room)

    def due_at(self) -> float | None:
        """When its next batch goes out (monotonic seconds): at once after a quiet spell, else a tick after the last one."""
        if self.busy:
            return None
        if self.pending or self.wanted:
            return self.ticked_at + max(TICK_SECONDS, 4 * self.cost)
        return self.ticked_at + self.interval if self.interval else None

    def is_due(self, now: float) -> bool:
        due = self.due_at()
        return due is not None and due <= now

    def show_whole(self) -> None:
        """Somebody came who saw an older state: the next rendering leaves out nothing."""
        self.wanted = True
        self.shown.clear()

    def send(self, frame: bytes) -> None:
        for member in self.members.values():
            member.send(frame)

    def only_new(self, payload: Payload) -> Payload:
        """In rooms that are recomputed by the clock: leave out what the screens show already."""
        if self.interval is None:
            return payload
        if len(self.shown) > MOST_SHOWN:
            self.shown.clear()
        payload.rows = [row for row in payload.rows if self._is_new(row.k, row.html)]
        payload.ids = [changed for changed in payload.ids if self._is_new(f"id {changed.k}", str(changed.v))]
        payload.cells = [cell for cell in payload.cells if self._is_new(cell.k, str(cell.n))]
        payload.facets = {view: count for view, count in payload.facets.items() if self._is_new(f"facet {view}", str(count))}
        return payload

    def _is_new(self, key: str, content: str) -> bool:
        fingerprint = hash(content)
        if self.shown.get(key) == fingerprint:
            return False
        self.shown[key] = fingerprint
        return True
