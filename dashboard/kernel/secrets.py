"""Tokens made from the instance's secret: they can be made again for a link, while the database keeps only their hash."""

import base64
import hashlib
import hmac

_mac = hmac.new(b"", digestmod="sha256")


def configure(secret: str) -> None:
    """Called once per process by the factory."""
    global _mac  # noqa: PLW0603 (one secret per process, like the process's own environment)
    _mac = hmac.new(hashlib.sha256(b"orderdeck tokens\n" + secret.encode()).digest(), digestmod="sha256")


def token_for(purpose: str, *facts: object) -> str:
    """192 bits that only this instance can make for these facts: 32 URL-safe characters."""
    message = "\n".join([purpose, *map(str, facts)]).encode()
    mac = _mac.copy()  # the key is taken in once, not for every order
    mac.update(message)
    return base64.urlsafe_b64encode(mac.digest()[:24]).decode()
