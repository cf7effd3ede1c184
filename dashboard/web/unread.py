"""The answer to a request that gunicorn would not read: as clear as any other page, without the application."""

from typing import Any

from gunicorn import util

WAYS = {
    414: ("Address too long", "This address is longer than we read. Take some of its filters or rows out and try again."),
    431: ("Too much at once", "Your browser sent more than we read: shorten the address, or delete this site's cookies and sign in again."),
}
BROKEN = ("Something went wrong", "We don't know whether your change went through; look before you repeat it.")
OTHER = ("Not readable", "The server could not read this request, and nothing was changed.")
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} · Orderdeck</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/css/desk-pages.css">
</head>
<body class="ops">
<main class="page">
<div class="narrow">
<p class="problem-status">{status}</p>
<h1>{title}</h1>
<p>{way}</p>
<p><a class="button quiet" href="/">Back to the start</a></p>
</div>
</main>
</body>
</html>
"""
HEAD = """HTTP/1.1 {status} {reason}\r
Connection: close\r
Content-Type: text/html; charset=utf-8\r
Content-Length: {length}\r
Cache-Control: no-store\r
Content-Security-Policy: default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'\r
X-Content-Type-Options: nosniff\r
\r
"""


def install() -> None:
    """Let gunicorn say it in our words."""
    util.write_error = answer


def answer(sock: Any, status: int, reason: str, _detail: str) -> None:
    """Write the page for this status; what was sent is not repeated in it."""
    title, way = WAYS.get(status, BROKEN if status >= 500 else OTHER)
    body = PAGE.format(status=status, title=title, way=way).encode()
    util.write_nonblock(sock, HEAD.format(status=status, reason=reason, length=len(body)).encode() + body)
