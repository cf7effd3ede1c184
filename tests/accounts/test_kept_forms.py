"""A form whose session ended loses nothing: it is kept, sent again by its own person, and by nobody else without a word."""

import time

import flask
import pytest

from dashboard.web import livepage
from dashboard.web.access import actor, requires
from tests.accounts.helpers import PASSWORD, add_user, csrf_of
from tests.pages import Page

HTMX = {"HX-Request": "true", "HX-Source": "form#note-form"}
TYPED = {"body": "Call before <noon>\nand ring twice", "_key": "k-1", "pass_word_password": "hunter2"}


@pytest.fixture
def desk(build):
    """An application with a page that writes down who sent what; the list stands in its `taken`."""
    app = build()
    app.taken = []

    def take():
        app.taken.append((actor().name, flask.request.form.get("body"), flask.request.form.get("_key")))
        return "taken"

    app.add_url_rule("/notes", "test_notes", requires("notes.write")(take), methods=["POST"])
    app.people = {name: add_user(app, "support", f"{name}@shop.example", PASSWORD) for name in ("mia", "tom")}
    return app


def come_in(client, name: str) -> str:
    """Sign in at the sign-in page; returns the form token of the pages that follow."""
    answer = client.post("/login", data={"email": f"{name}@shop.example", "password": PASSWORD, "csrf_token": csrf_of(client)})
    assert answer.headers["Location"] == "/"
    return csrf_of(client, "/shortcuts")


def typed(token: str) -> dict[str, str]:
    return {**TYPED, "csrf_token": token}


def end_session(client) -> None:
    """The working day is over: the server forgets the session, the browser its cookie."""
    client.post("/logout", data={"csrf_token": csrf_of(client, "/shortcuts")})


def forget_cookie(client) -> None:
    client.delete_cookie("orderdeck")


@pytest.mark.parametrize("end", [end_session, forget_cookie])
def test_what_was_typed_is_kept_and_sent_again_by_its_own_person(desk, end):
    client = desk.test_client()
    token = come_in(client, "mia")
    end(client)

    answer = client.post("/notes?from=order", data=typed(token))

    assert (answer.status_code, answer.headers["Cache-Control"]) == (401, "no-store")
    form = Page(answer.text).get("kept-form")
    fields = form.fields()
    assert form.attributes["action"] == "/notes?from=order"
    assert (fields["body"].splitlines(), fields["_key"]) == (TYPED["body"].splitlines(), "k-1")
    assert fields["pass_word_password"] == ""
    assert "hunter2" not in answer.text
    come_in(client, "mia")
    assert client.post("/notes?from=order", data=fields).text == "taken"
    assert [taken[1:] for taken in desk.taken] == [(fields["body"], "k-1")]


def test_nobody_else_sends_it_without_meaning_to(desk):
    client = desk.test_client()
    token = come_in(client, "mia")
    end_session(client)
    theirs = come_in(client, "tom")

    answer = client.post("/notes", data=typed(token))

    assert (answer.status_code, desk.taken) == (403, [])
    assert "Send as Support" in answer.text
    fields = Page(answer.text).get("kept-form").fields()
    assert fields["csrf_token"].split(".")[0] == theirs.split(".")[0]
    assert client.post("/notes", data=fields).text == "taken"
    assert [taken[0] for taken in desk.taken] == [desk.people["tom"].name]


def test_a_screen_is_told_and_keeps_its_own_form(desk):
    client = desk.test_client()
    token = come_in(client, "mia")
    forget_cookie(client)

    answer = client.post("/notes", data=typed(token), headers=HTMX)

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (401, "#problem")
    assert "HX-Redirect" not in answer.headers
    assert "Your session ended. Sign in and send again" in answer.text
    assert 'href="/signed-in" target="_blank"' in answer.text
    assert "kept-form" not in answer.text
    come_in(client, "mia")
    assert client.post("/notes", data=TYPED, headers={**HTMX, "X-CSRFToken": token}).text == "taken"


@pytest.mark.parametrize(("source", "offered"), [("form#note-form", True), ("div#edit-live", False)])
def test_a_screen_of_somebody_else_offers_a_form_not_a_preview_of_one(desk, source, offered):
    client = desk.test_client()
    token = come_in(client, "mia")
    end_session(client)
    come_in(client, "tom")

    answer = client.post("/notes", data=typed(token), headers={"HX-Request": "true", "HX-Source": source})

    assert (answer.status_code, desk.taken) == (403, [])
    assert ("Send as Support" in answer.text) is offered


def test_a_page_of_another_site_is_given_nothing_to_press(desk):
    """A token of a visitor's page proves nothing about who had it: whoever wants one asks /login."""
    client, stranger = desk.test_client(), desk.test_client()
    come_in(client, "mia")

    answer = client.post("/notes", data=typed(csrf_of(stranger)))
    crossing = client.post("/notes", data=typed(csrf_of(client, "/shortcuts")), headers={"Sec-Fetch-Site": "cross-site"})

    for refused in (answer, crossing):
        assert refused.status_code == 403
        assert "kept-form" not in refused.text
    assert desk.taken == []


def test_an_old_page_is_not_believed(desk, monkeypatch):
    """Its key is forgotten by then: sent again, it could be done twice."""
    client = desk.test_client()
    token = come_in(client, "mia")
    end_session(client)
    come_in(client, "mia")

    in_a_week = time.time() + 7 * 86_400 + 60
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: in_a_week)
    answer = client.post("/notes", data=typed(token))

    assert (answer.status_code, desk.taken) == (403, [])


def test_signing_in_itself_is_never_kept(desk):
    client = desk.test_client()
    token = come_in(client, "mia")
    forget_cookie(client)

    answer = client.post("/change", data={"csrf_token": token, "password": PASSWORD, "new_password": "copper lamp under rain"})

    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/login")


def test_a_screen_ends_with_its_session(desk):
    """Signed out here, its live updates stop; the same person's other devices go on."""
    here, there = desk.test_client(), desk.test_client()
    come_in(here, "mia")
    come_in(there, "mia")
    screens = [client.get("/orders").text.partition('data-live="')[2].partition('"')[0] for client in (here, there)]

    end_session(here)

    with desk.app_context():
        assert [livepage.open_screen(screen) is not None for screen in screens] == [False, True]
