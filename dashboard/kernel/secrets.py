"""Tokens made from the instance's secret: they can be made again for a link, while the database keeps only their hash."""

import base64
import hashlib
import hmac

_key = b""


def configure(secret: str) -> None:
    """Called once per process by the factory."""
    global _key  # noqa: PLW0603 (one secret per process, like the process's own environment)
    _key = hashlib.sha256(b"orderdeck tokens\n" + secret.encode()).digest()


def token_for(purpose: str, *facts: object) -> str:
    """192 bits that only this instance can make for these facts: 32 URL-safe characters."""
    message = "\n".join([purpose, *map(str, facts)]).encode()
    return base64.urlsafe_b64encode(hmac.digest(_key, message, "sha256")[:24]).decode()
