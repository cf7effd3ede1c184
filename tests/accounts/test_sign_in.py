"""The sign-in page: right and wrong answers, lockout, second factors."""

import datetime as dt
import re
import time

import pyotp
import pytest
import sqlalchemy as sa

from dashboard.accounts import demo_logins, store
from dashboard.accounts.commands import RefuseSignIn
from dashboard.accounts.model import User
from dashboard.accounts.session_actions import refuse_sign_in
from dashboard.kernel import clock, db, outbox
from dashboard.kernel.actor import system
from tests.accounts.helpers import add_user

WORDS = "copper lamp under rain"


@pytest.fixture
def mia(app):
    return add_user(app, "support", "mia@shop.example", WORDS)


def attempt(client, email="mia@shop.example", password=WORDS, path="/login", **more):
    return client.post(path, data={"email": email, "password": password, **more})


def events() -> list[str]:
    with db.db.engine.connect() as connection:
        return [event.type for event in outbox.after(connection, 0, 100)]


def body(answer) -> str:
    """The page without what differs by design: tokens and what was typed."""
    text = re.sub(r'value="[^"]*"|content="[^"]*"|X-CSRFToken": "[^"]*"', "", answer.get_data(as_text=True))
    return re.sub(r"\s+", " ", text)


def test_the_right_password_opens_a_session(app, client, mia):
    answer = attempt(client, "MIA@shop.example")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/change").status_code == 200
    assert events()[-1] == "SignedIn"
    assert store.find_user("id", mia.id).last_seen_at is not None


def test_signing_in_leads_back_to_where_one_came_from(client, mia):
    first = client.get("/change?x=1")
    assert first.headers["Location"] == "/login?next=/change?x%3D1"

    assert attempt(client, path=first.headers["Location"]).headers["Location"] == "/change?x=1"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(client, mia, target):
    answer = client.post("/login", query_string={"next": target}, data={"email": "mia@shop.example", "password": WORDS})

    assert answer.headers["Location"] in ("/", "/%5Cevil.example")


def test_an_unknown_address_and_a_wrong_password_look_the_same_and_leave_the_same_trace(app, client, mia):
    wrong, unknown = attempt(client, password="not this one"), attempt(client, "nobody@shop.example", "not this one")

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert body(wrong) == body(unknown)
    assert events()[-2:] == ["SignInRefused", "SignInRefused"]
    assert "Set-Cookie" not in wrong.headers or "sid" not in wrong.headers["Set-Cookie"]


def test_an_unknown_address_costs_a_hash_too(app, client, mia, monkeypatch):
    from flask_security import forms

    hashed = []
    monkeypatch.setattr(forms, "hash_password", lambda password: hashed.append(password))

    attempt(client, "nobody@shop.example")

    assert hashed == [WORDS]


def test_a_disabled_person_gets_the_same_answer(app, client, mia):
    wrong = attempt(client, password="not this one")
    _set(mia, active=False)

    disabled = attempt(client)

    assert disabled.status_code == 422
    assert body(disabled) == body(wrong)


def test_a_person_without_a_password_cannot_sign_in(app, client):
    add_user(app, "support", "new@shop.example")

    assert attempt(client, "new@shop.example", "").status_code == 422
    assert attempt(client, "new@shop.example", WORDS).status_code == 422


def test_after_five_wrong_tries_even_the_right_password_waits(app, client, mia):
    began = clock.now()
    for _ in range(5):
        attempt(client, password="not this one")
    user = store.find_user("id", mia.id)
    assert user.failed_sign_ins == 5
    assert began <= user.locked_until - dt.timedelta(seconds=30) <= clock.now()

    assert attempt(client).status_code == 422
    assert client.get("/change").status_code == 303


def test_after_the_rest_the_right_password_opens_and_the_count_starts_anew(app, client, mia):
    _set(mia, failed_sign_ins=9, locked_until=clock.now() - dt.timedelta(seconds=1))

    assert attempt(client).status_code == 302

    user = store.find_user("id", mia.id)
    assert (user.failed_sign_ins, user.locked_until) == (0, None)


def test_each_wrong_try_after_that_doubles_the_rest(app, mia):
    rests = [db.write(refuse_sign_in, RefuseSignIn(mia.id, "password"), system("test"), clock.now()) for _ in range(8)]

    assert rests == [0, 0, 0, 0, 30, 60, 120, 240]


def test_wrong_answers_from_one_address_are_limited_and_right_ones_are_free(app, client, mia):
    answers = [attempt(client, f"nobody{number}@shop.example").status_code for number in range(21)]

    assert answers == [422] * 20 + [429]
    other = app.test_client()
    assert [attempt(other, path="/login").status_code for _ in range(1)] == [429]


def test_a_json_sign_in_gives_no_token(client, mia):
    answer = client.post("/login?include_auth_token", json={"email": "mia@shop.example", "password": WORDS})

    assert "authentication_token" not in answer.get_data(as_text=True)


def test_outside_the_demo_the_sign_in_page_names_nobody(client):
    assert demo_logins.PASSWORD not in client.get("/login").get_data(as_text=True)


def test_an_owner_must_set_up_a_second_factor_before_the_first_page(app, client):
    add_user(app, "owner", "olive@shop.example", WORDS)

    answer = attempt(client, "olive@shop.example")
    assert answer.headers["Location"] == "/tf-setup"
    assert client.get("/change").status_code == 303

    page = client.post("/tf-setup", data={"setup": "authenticator"}).get_data(as_text=True)
    key = re.search(r"<code>([A-Z2-7 -]+)</code>", page).group(1).replace("-", "").replace(" ", "")
    done = client.post("/tf-validate", data={"code": pyotp.TOTP(key).now()})

    assert done.status_code == 302
    assert client.get("/change").status_code == 200
    owner = store.find_user("email", "olive@shop.example")
    assert owner.tf_primary_method == "authenticator"
    assert key not in owner.tf_totp_secret


def test_an_owner_cannot_choose_to_have_no_second_factor(app, client):
    add_user(app, "owner", "olive@shop.example", WORDS)
    attempt(client, "olive@shop.example")

    assert client.post("/tf-setup", data={"setup": "disable"}).status_code == 422
    assert client.get("/change").status_code == 303


def with_factor(app, client) -> pyotp.TOTP:
    """Olive, an owner with a second factor; the client stands before the code."""
    user = add_user(app, "owner", "olive@shop.example", WORDS)
    secret = app.security.totp_factory.generate_totp_secret()
    key = app.security.totp_factory.get_totp_b32_key(secret)
    _set(user, tf_primary_method="authenticator", tf_totp_secret=secret)
    assert attempt(client, "olive@shop.example").headers["Location"] == "/tf-validate?next=/"
    return pyotp.TOTP(key)


def test_a_code_works_once(app, client):
    totp = with_factor(app, client)
    code = totp.now()
    assert client.post("/tf-validate", data={"code": code}).status_code == 302

    thief = app.test_client()
    attempt(thief, "olive@shop.example")

    assert thief.post("/tf-validate", data={"code": code}).status_code == 422
    assert thief.get("/change").status_code == 303


def test_wrong_codes_count_like_wrong_passwords(app, client):
    totp = with_factor(app, client)
    for _ in range(5):
        assert client.post("/tf-validate", data={"code": "000000"}).status_code == 422

    assert client.post("/tf-validate", data={"code": totp.at(time.time() + 30)}).status_code == 422
    assert client.get("/change").status_code == 303
    assert store.find_user("email", "olive@shop.example").failed_sign_ins == 5


def test_the_password_alone_opens_nothing(app, client):
    with_factor(app, client)

    assert client.get("/change").status_code == 303
    assert client.get("/mf-recovery-codes").status_code == 303


def test_a_recovery_code_opens_once(app, client):
    with_factor(app, client)
    user = store.find_user("email", "olive@shop.example")
    with app.test_request_context():
        codes = app.security.mf_recovery_codes_util.create_recovery_codes(user)
        app.security.datastore.commit()
    assert not any(code in str(store.find_user("id", user.id).mf_recovery_codes) for code in codes)

    assert client.post("/mf-recovery", data={"code": codes[0]}).status_code == 302
    assert client.get("/change").status_code == 200

    thief = app.test_client()
    attempt(thief, "olive@shop.example")
    assert thief.post("/mf-recovery", data={"code": codes[0]}).status_code == 422
    assert thief.post("/mf-recovery", data={"code": codes[1]}).status_code == 302


def test_asking_for_help_sends_nothing_and_breaks_nothing(app, client):
    with_factor(app, client)

    assert client.post("/tf-rescue", data={"help_setup": "help"}).status_code in (200, 422)
    assert client.post("/tf-rescue", data={"help_setup": "email"}).status_code in (200, 422)


def _set(user, **values):
    db.write(lambda tx: tx.execute(sa.update(User.__table__).where(User.__table__.c.id == user.id).values(**values)) and None)
