"""People and displays looked up again while their screens stay open: still allowed, and with which rights."""

from dashboard.accounts import store
from dashboard.kernel import clock
from dashboard.kernel.ids import token_hash
from dashboard.web import livepage
from dashboard.web.livepage import Standing

STAMP = 16  # characters of a hash: enough to tell two sign-in states apart, and nothing can be made of it


@livepage.resolver("user")
def user_standing(user_id: str) -> Standing | None:
    """The stamp changes when every session of the person was ended: their screens are cut then."""
    user = store.find_user("id", int(user_id)) if user_id.isdigit() else None
    return Standing(store.person(user), token_hash(user.fs_uniquifier)[:STAMP]) if user and user.active else None


@livepage.resolver("kiosk")
def display_standing(token_id: str) -> Standing | None:
    actor = store.actor_of(f"kiosk:{token_id}", clock.now())
    return Standing(actor) if actor else None
