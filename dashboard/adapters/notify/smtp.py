"""Mail over SMTP: smtp://user:password@host:587?starttls=1, or smtps://user:password@host:465 for TLS from the first byte."""

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from dashboard.notifications.port import Mail, Undelivered, register

SECONDS = 20
"""For one answer of the server."""
PORTS = {"smtp": 25, "smtps": 465}


class Server(NamedTuple):
    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool


class Smtp:
    schemes = ("smtp", "smtps")

    def check(self, url: str) -> None:
        server_of(url)

    def send(self, url: str, mail: Mail) -> None:
        server = server_of(url)
        try:
            with _connected(server) as line:
                line.send_message(_message(mail), parseaddr(mail.sender)[1], [mail.recipient])
        except (smtplib.SMTPException, OSError) as error:
            code = _code(error)
            raise Undelivered(_said(server, error, code), for_good=isinstance(error, _REFUSALS) and code >= 500) from None


_REFUSALS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


def server_of(url: str) -> Server:
    """Raises: ValueError, for a URL that is none of ours."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("ORDERDECK_SMTP_URL is smtp://user:password@host:port?starttls=1 or smtps://user:password@host:port.")
    starttls = parse_qs(parts.query).get("starttls", ["0"])[0] == "1"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.hostname, parts.port or PORTS[parts.scheme], user, password, parts.scheme == "smtps", starttls)


def _connected(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls:
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.starttls:
            line.starttls(context=context)
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = mail.id
    message["Date"] = formatdate()
    message["From"], message["To"], message["Subject"] = mail.sender, mail.recipient, mail.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def _code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def _said(server: Server, error: Exception, code: int) -> str:
    """What happened, without the address the server may repeat."""
    what = f"answered {code}" if code else "does not answer" if isinstance(error, OSError) else "broke off"
    return f"The mail server {server.host}:{server.port} {what} ({type(error).__name__})."


register(Smtp())
