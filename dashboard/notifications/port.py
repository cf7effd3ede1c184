"""What every way of sending mail must do, and the registry of those there are, by the scheme of their URL."""

from typing import NamedTuple, Protocol


class Mail(NamedTuple):
    """One message. id: the same at every attempt, so that a mail system that gets it twice can tell."""

    id: str
    sender: str
    recipient: str
    subject: str
    body: str


class Undelivered(Exception):
    """The mail was not taken; said in words without the address. for_good: another attempt would be refused as well."""

    def __init__(self, said: str, *, for_good: bool = False):
        super().__init__(said)
        self.for_good = for_good


class Sender(Protocol):
    """schemes: of the URLs it understands; check raises ValueError for one it cannot use."""

    schemes: tuple[str, ...]

    def check(self, url: str) -> None: ...

    def send(self, url: str, mail: Mail) -> None:
        """Raises: Undelivered."""


SENDERS: dict[str, Sender] = {}


def register(sender: Sender) -> Sender:
    SENDERS.update(dict.fromkeys(sender.schemes, sender))
    return sender
