"""Users and secrets are touched only by somebody who gave their password in the last half hour."""

import functools
from collections.abc import Callable
from typing import Any

from dashboard.accounts import sessions
from dashboard.accounts.identity import ask_password


def recently_verified(view: Callable[..., Any]) -> Callable[..., Any]:
    """Ask for the password again where it was given too long ago; then the person is back on the page."""

    @functools.wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if sessions.password_is_recent() else ask_password()

    return checked
