"""Secrets that are shown once: API tokens, wall addresses and set-up links. Made here, kept as hashes, never again to be seen."""

from dashboard.accounts import store
from dashboard.accounts.commands import CreateToken
from dashboard.accounts.token_actions import create_token, issue_setup_link
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.db import write
from dashboard.kernel.ids import new_token, token_hash

SETUP_HOURS = 72
FIRST_HOURS = 24 * 7


def new_api_token(name: str, role: str, channel: str | None, actor: Actor) -> str:
    """Make an API token; returns its secret."""
    secret = new_token()
    write(create_token, CreateToken("api", name, role, token_hash(secret), channel or None), actor, clock.now())
    return secret


def new_wall_address(base: str, name: str, location: str | None, actor: Actor) -> str:
    """Make a display's token; returns the address that opens the wall with it. base: where we are served, without a path."""
    secret = new_token()
    write(create_token, CreateToken("kiosk", name, "kiosk", token_hash(secret), None, location or None), actor, clock.now())
    return f"{base.rstrip('/')}/wall?token={secret}"


def new_setup_address(base: str, user_id: int, name: str, role: str, actor: Actor) -> str:
    """Make a one-time link by which this person sets a password; earlier links of theirs die."""
    secret = new_token()
    command = CreateToken("setup", name, role, token_hash(secret), user_id=user_id, hours=SETUP_HOURS)
    write(issue_setup_link, command, actor, clock.now())
    return f"{base.rstrip('/')}/setup/{secret}"


def first_setup_address(base: str, actor: Actor) -> str | None:
    """The one-time link that makes the first owner; None once there are users. Each call replaces the link before."""
    if store.user_count():
        return None
    secret = new_token()
    command = CreateToken("setup", "First owner", "owner", token_hash(secret), hours=FIRST_HOURS)
    write(issue_setup_link, command, actor, clock.now())
    return f"{base.rstrip('/')}/setup/{secret}"


def qr_svg(text: str) -> str:
    """The text as a QR code: an SVG element without inline style, as the content policy wants it."""
    import segno  # 6 ms to load, seldom needed

    code = segno.make(text, error="m")
    return code.svg_inline(
        scale=5, svgclass="qr", lineclass=None, border=2, dark="#000", light="#fff", title="QR code of this address"
    )
