"""Who did it: a person, a machine with a token, or Orderdeck itself."""

import functools
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """Args: kind: user, token, kiosk, customer or system; permissions: what the access table grants this actor."""

    kind: str
    id: str
    name: str
    role: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset)
    channel: str | None = None
    locations: tuple[str, ...] | None = None

    @functools.cached_property
    def ref(self) -> str:
        return f"{self.kind}:{self.id}"

    def may(self, permission: str) -> bool:
        return permission in self.permissions


def system(name: str) -> Actor:
    """Orderdeck acting on its own: an import, a job, the demo."""
    return Actor("system", name, name)
