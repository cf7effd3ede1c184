"""Form tokens say whose page a form was on, so that what somebody typed outlives the session they typed it in."""

import flask
from itsdangerous import BadData, URLSafeTimedSerializer

from dashboard.kernel import idempotency
from dashboard.kernel.ids import new_token

FIELD, HEADER = "csrf_token", "X-CSRFToken"
SALT = "wtf-csrf-token"  # flask-wtf's own: these are its tokens
PERSON = "user:"


def name_session(ref: str) -> None:
    """Give the session that begins here a token that names its person (`user:3`); pages made before it had another."""
    flask.session[FIELD] = f"{ref} {new_token()}"
    flask.g.pop(FIELD, None)


def page_owner() -> str | None:
    """Whose page this request's form was on, by the token it brings; None for a visitor's page, an old one, and what is not ours.

    A form is believed for as long as the key it carries is remembered: sent again after that, it could be done twice.
    """
    signer = URLSafeTimedSerializer(str(flask.current_app.secret_key), salt=SALT)
    try:
        named = signer.loads(sent(), max_age=int(idempotency.KEPT.total_seconds()))
    except BadData:
        return None
    ref, space, _ = named.partition(" ") if isinstance(named, str) else ("", "", "")
    return ref if space and ref.startswith(PERSON) else None


def sent() -> str:
    """The token that this request brings; empty without one."""
    return flask.request.form.get(FIELD) or flask.request.headers.get(HEADER, "")


def accept() -> None:
    """Let flask-wtf's forms take this request's token."""
    flask.g.csrf_valid = True
