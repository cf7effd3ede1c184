"""Every route is classified, and opens for exactly those whom the role table lets in."""

import flask
import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from dashboard.accounts import roles
from dashboard.web import access
from dashboard.web.access import PUBLIC, requires
from tests.accounts.helpers import api_token, kiosk_secret, sign_in

PUBLIC_PAGES = {
    "/healthz",
    "/login",
    "/logout",
    "/metrics",
    "/mf-recovery",
    "/readyz",
    "/setup/<token>",
    "/static/<path:filename>",
    "/tf-rescue",
    "/tf-select",
    "/tf-setup",
    "/tf-validate",
    "/theme",
    "/wall",
    "/api/v1/openapi.json",
}
"""What a stranger may open. A new one is added here by hand, with a thought."""
PUBLIC_TREES = ("/t/", "/hooks/", "/wall/")
"""A customer's own order by its link; signed webhooks; the wall, which asks for its own token."""
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
PEOPLE = (*roles.PEOPLE, None)
SCOPES = (*roles.MACHINES, None)


def rules(app: flask.Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)


def permission(app: flask.Flask, rule: Rule) -> str | None:
    return access.permission_of(app, rule.endpoint)


@pytest.fixture
def gated(app) -> flask.Flask:
    """The application with every view replaced by one that says it was reached, behind the same permission."""
    for endpoint in list(app.view_functions):
        found = access.permission_of(app, endpoint)
        view = lambda **_values: flask.Response("reached", 200)  # noqa: E731
        app.view_functions[endpoint] = requires(found)(view) if found else view
    return app


def test_every_route_names_a_permission_that_exists(app):
    strange = {
        rule.rule: permission(app, rule) for rule in rules(app) if permission(app, rule) not in {*roles.PERMISSIONS, PUBLIC}
    }

    assert strange == {}


def test_strangers_open_only_what_is_listed(app):
    public = {rule.rule for rule in rules(app) if permission(app, rule) == PUBLIC}

    assert {rule for rule in public if not rule.startswith(PUBLIC_TREES)} - PUBLIC_PAGES == set()


def test_no_public_route_of_the_api_changes_anything(app):
    for rule in rules(app):
        if rule.rule.startswith("/api/") and permission(app, rule) == PUBLIC:
            assert not set(UNSAFE) & set(rule.methods or ()), rule.rule


@pytest.mark.parametrize("role", PEOPLE, ids=str)
def test_pages_open_for_exactly_the_role(gated, client, role):
    if role:
        sign_in(client, role)

    wrong = walk(gated, client, api=False, expected=lambda needed: expected_page(role, needed))

    assert wrong == []


@pytest.mark.parametrize("role", SCOPES, ids=str)
def test_the_api_opens_for_exactly_the_scope(gated, client, role):
    headers = api_token(gated, role, "web" if role == "channel" else None) if role else {}

    wrong = walk(gated, client, api=True, headers=headers, expected=lambda needed: expected_api(role, needed))

    assert wrong == []


def test_a_session_opens_nothing_of_the_api(gated, client):
    sign_in(client, "owner")

    assert walk(gated, client, api=True, expected=lambda needed: 200 if needed == PUBLIC else 401) == []


def test_a_token_opens_no_page(gated, client):
    headers = api_token(gated, "owner")

    assert walk(gated, client, api=False, headers=headers, expected=lambda needed: expected_page(None, needed)) == []


def test_a_display_opens_no_page_but_public_ones(gated, client):
    client.set_cookie("wall", kiosk_secret(gated))

    assert walk(gated, client, api=False, expected=lambda needed: expected_page(None, needed), skip="/wall") == []


def test_a_new_route_without_a_permission_is_closed_to_everybody(app, client):
    app.add_url_rule("/new", "new_without_permission", lambda: "secret")
    app.add_url_rule("/api/v1/new", "api_new_without_permission", lambda: "secret")
    sign_in(client, "owner")

    assert client.get("/new").status_code == 403
    assert client.get("/api/v1/new", headers=api_token(app, "owner")).status_code == 403


def walk(app, client: FlaskClient, *, api: bool, expected, headers=None, skip="\0") -> list[tuple[str, str, int, int]]:
    """Ask every route of this door by each of its methods; returns where the answer was another: (method, rule, got, wanted)."""
    wrong = []
    for rule in rules(app):
        if rule.rule.startswith("/api/") != api or rule.rule.startswith((skip, "/hooks/")):
            continue
        for method in sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}):
            got = client.open(address(app, rule), method=method, headers=headers).status_code
            wanted = expected(permission(app, rule))
            if got != wanted:
                wrong.append((method, rule.rule, got, wanted))
    return wrong


def address(app, rule: Rule) -> str:
    with app.test_request_context():
        values = {name: "1" if "Integer" in type(rule._converters[name]).__name__ else "x" for name in rule.arguments}
        return flask.url_for(rule.endpoint, **{name: int(value) if value == "1" else value for name, value in values.items()})


def expected_page(role: str | None, needed: str) -> int:
    if needed == PUBLIC:
        return 200
    if role is None:
        return 303
    return 200 if needed in roles.permissions_for(role, "user") else 403


def expected_api(role: str | None, needed: str) -> int:
    if needed == PUBLIC:
        return 200
    if role is None:
        return 401
    return 200 if needed in roles.permissions_for(role, "token") else 403
