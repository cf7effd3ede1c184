"""/setup/<token>: a one-time link by which the first owner comes in, or a person sets a password."""

from typing import Any

import flask

from dashboard.accounts import store
from dashboard.accounts.commands import TakeSetupLink
from dashboard.accounts.forms import FirstOwnerForm, PasswordForm
from dashboard.accounts.model import AccessToken
from dashboard.accounts.token_actions import take_setup_link
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.kernel.db import write
from dashboard.kernel.errors import Invalid, NotFound
from dashboard.kernel.ids import token_hash
from dashboard.web.access import PUBLIC, requires
from dashboard.web.forms import show_errors
from dashboard.web.htmx import redirect
from dashboard.web.limits import limiter

blueprint = flask.Blueprint("setup", __name__, url_prefix="/setup")


@blueprint.get("/<token>")
@requires(PUBLIC)
@limiter.limit("60 per hour")
def show(token: str) -> flask.Response:
    return _page(_link(token), _form(_link(token)))


@blueprint.post("/<token>")
@requires(PUBLIC)
@limiter.limit("30 per hour")
def take(token: str) -> Any:
    """Set the password; a link works once."""
    link = _link(token)
    form = _form(link)
    if not form.validate():
        return _page(link, form, 422)
    person = {"email": form.email.data, "name": form.name.data} if isinstance(form, FirstOwnerForm) else {}
    command = TakeSetupLink(link.secret_hash, form.password.data, **person)
    try:
        write(take_setup_link, command, Actor("setup", str(link.id), link.name), clock.now())
    except Invalid as error:
        show_errors(form, error)
        return _page(link, form, 422)
    flask.flash("Your password is set. Sign in with it.", "ok")
    return redirect(flask.url_for("security.login"))


def _link(token: str) -> AccessToken:
    """The live link behind the token.

    Raises: NotFound, the same for one that is unknown, used or too old.
    """
    link = store.token(token_hash(token))
    if link is None or link.kind != "setup" or link.revoked_at is not None or link.expires_at <= clock.now():
        raise NotFound("This link was used already or is too old. Ask an owner for a new one.")
    return link


def _form(link: AccessToken) -> PasswordForm:
    return PasswordForm() if link.user_id else FirstOwnerForm()


def _page(link: AccessToken, form: PasswordForm, status: int = 200) -> flask.Response:
    """Nobody keeps, indexes or passes on an address that holds a secret."""
    user = store.find_user("id", link.user_id) if link.user_id else None
    response = flask.make_response(flask.render_template("accounts/setup.html", link=link, form=form, user=user), status)
    response.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"})
    return response
