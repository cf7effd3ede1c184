"""State tables: which status may follow which, checked when the module loads."""

from collections.abc import Iterable, Mapping

from dashboard.kernel.errors import IllegalTransition


class StateTable:
    """A closed set of statuses and the moves between them.

    Args:
        name: shown in errors, for example "order".
        start: the statuses a new record may have.
        moves: {from_status: (to_status, ...)}; a status with () is final.

    Raises: ValueError at load, for an unknown or unreachable status.
    """

    def __init__(self, name: str, start: Iterable[str], moves: Mapping[str, tuple[str, ...]]):
        self.name, self.start, self.moves = name, tuple(start), dict(moves)
        seen: set[str] = set()
        todo = list(self.start)
        while todo:
            status = todo.pop()
            if status not in self.moves:
                raise ValueError(f"{name}: unknown status {status!r}")
            if status not in seen:
                seen.add(status)
                todo.extend(self.moves[status])
        if unreachable := set(self.moves) - seen:
            raise ValueError(f"{name}: unreachable {sorted(unreachable)}")

    @property
    def statuses(self) -> tuple[str, ...]:
        return tuple(self.moves)

    def next_of(self, status: str) -> tuple[str, ...]:
        return self.moves[status]

    def allows(self, now: str, wanted: str) -> bool:
        return wanted in self.moves.get(now, ())

    def check(self, now: str, wanted: str) -> str:
        """The wanted status.

        Raises: IllegalTransition, naming what is possible instead.
        """
        if not self.allows(now, wanted):
            possible = " or ".join(self.moves.get(now, ())) or "nothing: it is final"
            raise IllegalTransition(
                f"The {self.name} is {now}; it cannot become {wanted}. Possible next: {possible}.",
                now=now,
                wanted=wanted,
                allowed=list(self.moves.get(now, ())),
            )
        return wanted
