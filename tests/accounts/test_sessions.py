"""Sessions: what ends them, for good and for every copy of the cookie."""

import time

from dashboard.accounts import sessions, store
from dashboard.accounts.actions import end_sessions
from dashboard.accounts.model import SignIn
from dashboard.kernel import clock, db, ids
from dashboard.kernel.actor import system
from tests.accounts.helpers import add_user, sign_in

WORDS = "copper lamp under rain"
OTHER = "seven grey boats at noon"


def copy_of(client):
    """Another browser with the same cookies."""
    other = client.application.test_client()
    with client.session_transaction() as session:
        values = dict(session)
    with other.session_transaction() as session:
        session.update(values)
    return other


def test_signing_out_ends_every_copy_of_the_cookie(app, client):
    sign_in(client, "support")
    thief = copy_of(client)
    assert thief.get("/change").status_code == 200

    assert client.post("/logout").headers["Location"] == "/login"

    assert (client.get("/change").status_code, thief.get("/change").status_code) == (303, 303)


def test_signing_out_here_leaves_other_devices_alone(app, client):
    user = sign_in(client, "support")
    other = app.test_client()
    sign_in(other, user=user)

    client.post("/logout")

    assert other.get("/change").status_code == 200


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(app, client):
    user = add_user(app, "support", password=WORDS)
    sign_in(client, user=user)
    other = app.test_client()
    sign_in(other, user=user)

    answer = client.post("/change", data={"password": WORDS, "new_password": OTHER, "new_password_confirm": OTHER})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert (client.get("/change").status_code, other.get("/change").status_code) == (200, 303)
    assert store.find_user("id", user.id).password != user.password


def test_a_weak_or_wrong_password_changes_nothing(app, client):
    user = add_user(app, "support", password=WORDS)
    sign_in(client, user=user)

    weak = client.post("/change", data={"password": WORDS, "new_password": "password12", "new_password_confirm": "password12"})
    wrong = client.post("/change", data={"password": "not this one", "new_password": OTHER, "new_password_confirm": OTHER})

    assert (weak.status_code, wrong.status_code) == (422, 422)
    after = store.find_user("id", user.id)
    assert (after.password, after.fs_uniquifier) == (user.password, user.fs_uniquifier)


def test_an_owner_signs_somebody_out_everywhere(app, client):
    user = sign_in(client, "support")

    assert db.write(end_sessions, user.id, "asked", system("test"), clock.now()) == 1

    assert client.get("/change").status_code == 303


def test_a_session_lasts_a_working_day(app, client):
    user = sign_in(client, "support")
    with db.db.engine.connect() as connection:
        row = connection.execute(SignIn.__table__.select()).one()

    assert (row.expires_at - row.started_at).total_seconds() == sessions.HOURS * 3600
    assert store.session_user(user.fs_uniquifier, row.secret_hash, row.expires_at) is None


def test_an_answer_that_changes_nothing_of_the_session_leaves_its_cookie_alone(app, client):
    """Of two requests at once the later answer would put back the cookie from before the other's, and its message would be lost."""
    user = add_user(app, "support", password=WORDS)
    client.post("/login", data={"email": user.email, "password": WORDS})
    assert client.get("/change").status_code == 200

    assert "Set-Cookie" not in client.get("/orders").headers


def test_a_session_that_says_who_but_has_no_secret_is_nobody(app, client):
    user = add_user(app, "owner")
    with client.session_transaction() as session:
        session.update({"_user_id": user.fs_uniquifier, "_fresh": True, "fs_paa": time.time()})

    assert client.get("/change").status_code == 303


def test_the_secret_of_one_person_does_not_open_another_s_session(app, client):
    sign_in(client, "support")
    owner = add_user(app, "owner")
    with client.session_transaction() as session:
        session["_user_id"] = owner.fs_uniquifier

    assert client.get("/change").status_code == 303


def test_only_the_hash_of_a_session_s_secret_is_stored(app, client):
    sign_in(client, "support")
    with client.session_transaction() as session:
        secret = session["sid"]

    with db.db.engine.connect() as connection:
        row = connection.execute(SignIn.__table__.select()).one()
    assert row.secret_hash == ids.token_hash(secret)
    assert secret not in str(row)


def test_users_and_secrets_ask_for_a_password_given_long_ago(app, client):
    sign_in(client, "owner")
    with client.session_transaction() as session:
        session["fs_paa"] = time.time() - sessions.RECENT - 1

    page = client.get("/users")
    post = client.post("/users", data={"email": "x@shop.example", "name": "X", "role": "owner"})

    assert (page.status_code, page.headers["Location"]) == (303, "/verify?next=/users")
    assert post.status_code == 303
    assert store.user_count() == 1


def test_giving_the_password_again_opens_them(app, client):
    user = add_user(app, "owner", password=WORDS)
    sign_in(client, user=user)
    with client.session_transaction() as session:
        session["fs_paa"] = 0

    answer = client.post("/verify?next=/users", data={"password": WORDS})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/users")
    assert client.get("/users").status_code == 200
