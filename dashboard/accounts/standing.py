"""People and displays looked up again while their screens stay open: still allowed, and with which rights."""

from dashboard.accounts import store
from dashboard.accounts.model import User
from dashboard.kernel import clock
from dashboard.kernel.ids import token_hash
from dashboard.web import livepage
from dashboard.web.livepage import Standing

STAMP = 16  # characters of a hash: enough to tell two sign-in states apart, and nothing can be made of it


@livepage.resolver("user")
def user_standing(user_id: str) -> Standing | None:
    """The stamp changes when every session of the person was ended: their screens are cut then."""
    return _standing(store.find_user("id", int(user_id)) if user_id.isdigit() else None)


@livepage.resolver("session")
def session_standing(session_id: str) -> Standing | None:
    """A screen of this session: cut when it ends, by its hour or by signing out."""
    found = store.session_standing(int(session_id), clock.now()) if session_id.isdigit() else None
    return _standing(found.user if found else None)


def _standing(user: User | None) -> Standing | None:
    return Standing(store.person(user), token_hash(user.fs_uniquifier)[:STAMP]) if user and user.active else None


@livepage.resolver("kiosk")
def display_standing(token_id: str) -> Standing | None:
    actor = store.actor_of(f"kiosk:{token_id}", clock.now())
    return Standing(actor) if actor else None
