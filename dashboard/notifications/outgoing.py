"""Whether mail goes out at all, by which sender, and in whose name: one setting, read where it is needed."""

from typing import NamedTuple
from urllib.parse import urlsplit

import flask

from dashboard.notifications import rules
from dashboard.notifications.port import SENDERS, Mail

NO_SERVER = "no mail server is set (ORDERDECK_SMTP_URL)"


class Outgoing(NamedTuple):
    url: str
    sender: str

    def send(self, mail: Mail) -> None:
        """Raises: Undelivered."""
        SENDERS[urlsplit(self.url).scheme].send(self.url, mail)


def outgoing() -> Outgoing | None:
    """None where no mail server is set: nothing is sent then, and nothing is offered."""
    config = flask.current_app.extensions["orderdeck_config"]
    if not config.smtp_url:
        return None
    return Outgoing(config.smtp_url, config.mail_from or f"orders@{config.hosts[0] if config.hosts else 'localhost'}")


def why_not(email: str, what: str = "the order") -> str:
    """Why the customer of `what` with this address cannot be told, '' when they can."""
    if outgoing() is None:
        return NO_SERVER
    return "" if rules.can_be_written_to(email) else f"{what} has no e-mail address that can be written to"


def check(smtp_url: str) -> None:
    """Raises: ValueError, for a setting that can send nothing."""
    scheme = urlsplit(smtp_url).scheme
    if scheme not in SENDERS:
        raise ValueError(f"ORDERDECK_SMTP_URL begins with {' or '.join(sorted(name + '://' for name in SENDERS))}.")
    SENDERS[scheme].check(smtp_url)
