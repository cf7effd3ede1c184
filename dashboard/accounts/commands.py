"""What can be asked of accounts. A password is hashed as soon as its command is made: none reaches the writer or a log."""

from dataclasses import InitVar, dataclass, field

from dashboard.accounts.passwords import hash_password


@dataclass(frozen=True)
class CreateUser:
    """password: may be empty; then the person sets one by a set-up link. locations: codes with commas; None: all of them."""

    email: str
    name: str
    password: InitVar[str]
    role: str
    locations: str | None = None
    password_hash: str | None = field(init=False, repr=False)

    def __post_init__(self, password: str) -> None:
        object.__setattr__(self, "password_hash", hash_password(password) if password else None)


@dataclass(frozen=True)
class ChangeRole:
    user_id: int
    role: str
    locations: str | None = None


@dataclass(frozen=True)
class SetActive:
    user_id: int
    active: bool


@dataclass(frozen=True)
class ResetSecondFactor:
    """For somebody who lost the telephone: the factor, its recovery codes and every session go."""

    user_id: int


@dataclass(frozen=True)
class SetTheme:
    """theme: auto, light or dark."""

    user_id: int
    theme: str


@dataclass(frozen=True)
class SetSounds:
    """sounds: whether a scan answers with a tone."""

    user_id: int
    sounds: bool


@dataclass(frozen=True)
class ChangeCredentials:
    """Columns flask-security changed on a user: only those of CREDENTIALS are taken. before: what they were when it read them."""

    user_id: int
    changes: dict[str, object] = field(repr=False)
    before: dict[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class StartSession:
    user_id: int
    secret_hash: str
    hours: int
    ip: str | None = None
    agent: str = ""


@dataclass(frozen=True)
class RefuseSignIn:
    """user_id None: nobody has that address. what: password or code."""

    user_id: int | None
    what: str
    ip: str | None = None


@dataclass(frozen=True)
class CreateToken:
    """kind: api, kiosk or setup. secret_hash: of the secret that only its holder has."""

    kind: str
    name: str
    role: str
    secret_hash: str
    channel: str | None = None
    location: str | None = None
    user_id: int | None = None
    hours: int | None = None


@dataclass(frozen=True)
class OpenPairing:
    """A display without a token asks to be let in: six digits to read off its screen."""

    secret_hash: str
    code: str
    ip: str | None
    minutes: int = 10


@dataclass(frozen=True)
class PairDisplay:
    code: str
    name: str
    location: str | None = None


@dataclass(frozen=True)
class TakeSetupLink:
    """email and name count for the first owner only; a link of an existing user sets that user's password."""

    secret_hash: str
    password: InitVar[str]
    email: str = ""
    name: str = ""
    password_hash: str = field(init=False, repr=False)

    def __post_init__(self, password: str) -> None:
        object.__setattr__(self, "password_hash", hash_password(password))
