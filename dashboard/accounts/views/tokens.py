"""/settings/tokens: the API tokens of machines; owners only. A secret is shown once, when it is made."""

from typing import Any

import flask

from dashboard.accounts import links, roles, store
from dashboard.accounts.bearer import remembered
from dashboard.accounts.forms import TokenForm
from dashboard.accounts.token_actions import revoke_token
from dashboard.accounts.views.reauth import recently_verified
from dashboard.kernel import clock
from dashboard.kernel.db import write
from dashboard.kernel.errors import Invalid
from dashboard.web import access
from dashboard.web.access import requires
from dashboard.web.forms import show_errors
from dashboard.web.htmx import redirect

blueprint = flask.Blueprint("tokens", __name__, url_prefix="/settings/tokens")


@blueprint.get("")
@requires("tokens.manage")
@recently_verified
def index() -> Any:
    return _page(TokenForm())


@blueprint.post("")
@requires("tokens.manage")
@recently_verified
def create() -> Any:
    form = TokenForm()
    if not form.validate():
        return _page(form), 422
    try:
        secret = links.new_api_token(form.name.data, form.role.data, form.channel.data, access.actor())
    except Invalid as error:
        show_errors(form, error)
        return _page(form), 422
    return _page(TokenForm(formdata=None), secret=secret, made=form.name.data), 201


@blueprint.post(f"/<int(max={2**62}):token_id>/revocation")
@requires("tokens.manage")
@recently_verified
def revoke(token_id: int) -> Any:
    store.assert_kind(token_id, "api")
    write(revoke_token, token_id, access.actor(), clock.now())
    remembered().forget()
    flask.flash("The token is revoked; it opens nothing any more.", "ok")
    return redirect(flask.url_for("tokens.index"))


def _page(form: TokenForm, secret: str | None = None, made: str = "") -> str:
    return flask.render_template(
        "accounts/tokens.html", form=form, tokens=store.tokens("api"), roles=roles.ROLES, secret=secret, made=made
    )
