"""What happens to users, their sessions, tokens and displays. No secret, password or e-mail address is ever part of an event."""

from dashboard.kernel.events import event


@event("user")
class UserCreated:
    id: int
    version: int
    name: str
    role: str
    locations: str | None


@event("user")
class UserRoleChanged:
    id: int
    version: int
    before: str
    after: str
    locations: str | None


@event("user")
class UserDisabled:
    """Also the signal that cuts the user's sessions and sockets."""

    id: int
    version: int


@event("user")
class UserEnabled:
    id: int
    version: int


@event("user")
class SessionsRevoked:
    """Every session of the user ended at once. reason: password, role, disabled or asked."""

    id: int
    version: int
    reason: str


@event("user")
class CredentialsChanged:
    """what: the names of the credentials that changed, such as password or second factor."""

    id: int
    version: int
    what: str


@event("user")
class SignedIn:
    id: int
    version: int
    ip: str | None


@event("user")
class SignedOut:
    id: int
    version: int


@event("user")
class SignInRefused:
    """id 0: nobody has that e-mail address (which is not kept: people type passwords there)."""

    id: int
    version: int
    what: str
    ip: str | None
    locked_seconds: int


@event("token")
class TokenCreated:
    id: int
    version: int
    kind: str
    name: str
    role: str
    channel: str | None


@event("token")
class TokenRevoked:
    id: int
    version: int
    kind: str
    name: str


@event("token")
class DisplayPaired:
    id: int
    version: int
    name: str
    ip: str | None
