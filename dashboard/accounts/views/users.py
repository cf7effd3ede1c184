"""/users: who may sign in, with which role; owners only."""

from typing import Any

import flask

from dashboard.accounts import links, roles, store
from dashboard.accounts.actions import change_role, create_user, end_sessions, reset_second_factor, set_active
from dashboard.accounts.commands import ChangeRole, CreateUser, ResetSecondFactor, SetActive
from dashboard.accounts.forms import UserForm
from dashboard.accounts.views.reauth import recently_verified
from dashboard.kernel import clock
from dashboard.kernel.db import write
from dashboard.kernel.errors import Invalid, NotFound
from dashboard.web import access
from dashboard.web.access import requires
from dashboard.web.forms import show_errors
from dashboard.web.htmx import redirect

blueprint = flask.Blueprint("users", __name__, url_prefix="/users")
ROW = f"/<int(max={2**62}):user_id>"


@blueprint.get("")
@requires("users.manage")
@recently_verified
def index() -> Any:
    return _page(UserForm())


@blueprint.post("")
@requires("users.manage")
@recently_verified
def create() -> Any:
    """Make a user; the page shows, once, the link by which that person sets a password."""
    form = UserForm()
    if not form.validate():
        return _page(form), 422
    actor, now = access.actor(), clock.now()
    command = CreateUser(form.email.data, form.name.data, "", form.role.data, form.locations.data or None)
    try:
        user_id = write(create_user, command, actor, now)
    except Invalid as error:
        show_errors(form, error)
        return _page(form), 422
    link = links.new_setup_address(flask.request.url_root, user_id, form.name.data, form.role.data, actor)
    return _page(UserForm(formdata=None), link=link, for_name=form.name.data), 201


@blueprint.post(f"{ROW}/role")
@requires("users.manage")
@recently_verified
def update_role(user_id: int) -> Any:
    role, locations = flask.request.form.get("role", ""), flask.request.form.get("locations", "").strip()
    write(change_role, ChangeRole(user_id, role, locations or None), access.actor(), clock.now())
    return _back("The role is changed; that person signs in again.")


@blueprint.post(f"{ROW}/deactivation")
@requires("users.manage")
@recently_verified
def disable(user_id: int) -> Any:
    write(set_active, SetActive(user_id, False), access.actor(), clock.now())
    return _back("The account is disabled and signed out everywhere.")


@blueprint.post(f"{ROW}/activation")
@requires("users.manage")
@recently_verified
def enable(user_id: int) -> Any:
    write(set_active, SetActive(user_id, True), access.actor(), clock.now())
    return _back("The account may sign in again.")


@blueprint.post(f"{ROW}/sign-out")
@requires("users.manage")
@recently_verified
def sign_out(user_id: int) -> Any:
    write(end_sessions, user_id, "asked", access.actor(), clock.now())
    return _back("That person is signed out everywhere.")


@blueprint.post(f"{ROW}/second-factor-reset")
@requires("users.manage")
@recently_verified
def reset_factor(user_id: int) -> Any:
    write(reset_second_factor, ResetSecondFactor(user_id), access.actor(), clock.now())
    return _back("The second factor is gone and that person is signed out everywhere.")


@blueprint.post(f"{ROW}/setup-link")
@requires("users.manage")
@recently_verified
def create_link(user_id: int) -> Any:
    user = store.find_user("id", user_id)
    if user is None:
        raise NotFound("There is no such user.")
    link = links.new_setup_address(flask.request.url_root, user.id, user.name, user.role, access.actor())
    return _page(UserForm(formdata=None), link=link, for_name=user.name), 201


def _page(form: UserForm, link: str | None = None, for_name: str = "") -> str:
    people = [(name, roles.ROLES[name]) for name in roles.PEOPLE]
    return flask.render_template(
        "accounts/users.html",
        form=form,
        users=store.users(),
        people=people,
        permissions=roles.PERMISSIONS,
        link=link,
        for_name=for_name,
        own_id=access.actor().id,
    )


def _back(message: str) -> flask.Response:
    flask.flash(message, "ok")
    return redirect(flask.url_for("users.index"))
