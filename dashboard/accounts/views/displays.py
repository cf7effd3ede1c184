"""/displays: the wall screens that are let in; pair one by its code, make an address for one, switch one off."""

from typing import Any

import flask
from markupsafe import Markup

from dashboard.accounts import links, store
from dashboard.accounts.bearer import remembered
from dashboard.accounts.commands import PairDisplay
from dashboard.accounts.forms import DisplayForm, PairingForm
from dashboard.accounts.token_actions import pair_display, revoke_token
from dashboard.kernel import clock
from dashboard.kernel.db import write
from dashboard.kernel.errors import Invalid
from dashboard.web import access
from dashboard.web.access import requires
from dashboard.web.forms import show_errors
from dashboard.web.htmx import redirect
from dashboard.web.limits import limiter

blueprint = flask.Blueprint("displays", __name__, url_prefix="/displays")
NEW = "new"  # two forms on one page: their fields need names and ids of their own


@blueprint.get("")
@requires("displays.manage")
def index() -> str:
    return _page()


@blueprint.post("")
@requires("displays.manage")
def create() -> Any:
    """Make an address for a display; the page shows it, once, as text and as a QR code."""
    form = DisplayForm(prefix=NEW)
    if not form.validate():
        return _page(display_form=form), 422
    address = links.new_wall_address(flask.request.url_root, form.name.data, form.location.data, access.actor())
    return _page(address=address, made=form.name.data), 201


@blueprint.post("/pairing")
@requires("displays.manage")
@limiter.limit("30 per hour", deduct_when=lambda response: response.status_code == 422)
def pair() -> Any:
    """Let in the display that shows the code; it opens the wall by itself within seconds."""
    form = PairingForm()
    if not form.validate():
        return _page(pairing_form=form), 422
    code = "".join(form.code.data.split())
    try:
        write(pair_display, PairDisplay(code, form.name.data, form.location.data), access.actor(), clock.now())
    except Invalid as error:
        show_errors(form, error)
        return _page(pairing_form=form), 422
    flask.flash(f"“{form.name.data}” is paired; the wall opens there by itself.", "ok")
    return redirect(flask.url_for("displays.index"))


@blueprint.post(f"/<int(max={2**62}):token_id>/revocation")
@requires("displays.manage")
def revoke(token_id: int) -> Any:
    store.assert_kind(token_id, "kiosk")
    write(revoke_token, token_id, access.actor(), clock.now())
    remembered().forget()
    flask.flash("The display is switched off.", "ok")
    return redirect(flask.url_for("displays.index"))


def _page(
    display_form: DisplayForm | None = None, pairing_form: PairingForm | None = None, address: str | None = None, made: str = ""
) -> str:
    return flask.render_template(
        "accounts/displays.html",
        display_form=display_form or DisplayForm(formdata=None, prefix=NEW),
        pairing_form=pairing_form or PairingForm(formdata=None),
        displays=store.tokens("kiosk"),
        address=address,
        qr=Markup(links.qr_svg(address)) if address else None,  # noqa: S704 (our own SVG, the address has no markup)
        made=made,
    )
