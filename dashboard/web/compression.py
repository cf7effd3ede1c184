"""Compress what browsers load: files once, as small as they get, and pages as they are made.

A page says what its reader typed beside that form's token, so the length of the packed page says a little about the token (BREACH).
Cookies that other sites cannot send (SameSite) stand before that; padding of a random length in a header blurs what is left.
"""

import gzip
import secrets

import brotli
import flask
from flask import Response

KINDS = {"text/html", "text/css", "text/javascript", "text/plain", "application/json", "image/svg+xml"}
LEAST = 1_000
"""Bytes; a smaller answer fits a packet as it is."""
PADDING = 64
_files: dict[tuple[str, str], bytes] = {}
"""(ETag, encoding) -> a packed static file; there are no more of them than files in `static`."""


def packed(response: Response) -> Response:
    """The answer of a browser's request, packed if whoever asks can read it."""
    if flask.request.endpoint == "static" and response.status_code == 200:
        return _file(response)
    if not _is_packable(response) or response.is_streamed or (response.content_length or 0) < LEAST:
        return response
    response.vary.add("Accept-Encoding")
    encoding = _encoding()
    if encoding:
        data = response.get_data()
        _put(response, encoding, brotli.compress(data, quality=5) if encoding == "br" else gzip.compress(data, 9, mtime=0))
        response.headers["X-Padding"] = secrets.token_urlsafe(PADDING)[: secrets.randbelow(PADDING)]
    return response


def _file(response: Response) -> Response:
    """A static file, packed and to be kept for ever: its address names its content."""
    response.cache_control.immutable = True
    response.headers["Vary"] = "Accept-Encoding"
    encoding = _encoding()
    if encoding and _is_packable(response):
        key = (response.headers["ETag"], encoding)
        response.direct_passthrough = False
        if key not in _files:
            data = response.get_data()
            _files[key] = brotli.compress(data, quality=11) if encoding == "br" else gzip.compress(data, 9, mtime=0)
        response.close()
        _put(response, encoding, _files[key])
        response.headers.pop("Accept-Ranges", None)
        response.headers["ETag"] = f"W/{key[0]}"
    return response


def _is_packable(response: Response) -> bool:
    return (
        response.mimetype in KINDS and response.status_code not in (204, 206, 304) and "Content-Encoding" not in response.headers
    )


def _encoding() -> str | None:
    accepted = flask.request.accept_encodings
    return next((name for name in ("br", "gzip") if accepted[name]), None)


def _put(response: Response, encoding: str, data: bytes) -> None:
    response.set_data(data)
    response.headers["Content-Encoding"] = encoding
