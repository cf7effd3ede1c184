"""Small things that OWASP ASVS asks for and no other test holds (tests/asvs.csv)."""

import re
import stat

from dashboard import config
from dashboard.accounts import passwords, sessions
from tests.accounts.helpers import add_user

WORDS = "copper lamp under rain"


def test_a_long_password_is_taken():
    words = " ".join(f"{word}{place}" for place, word in enumerate(["copper", "lamp", "under", "rain", "violet", "anchor"] * 3))

    assert passwords.weakness(words[: passwords.LONGEST]) is None
    assert passwords.LONGEST >= 64


def test_password_fields_hide_what_is_typed_and_let_managers_help(app, client):
    page = client.get("/login").get_data(as_text=True)
    (field,) = re.findall(r'<input[^>]*name="password"[^>]*>', page)

    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page


def test_trace_is_answered_by_nobody(app, client):
    for path in ("/", "/login", "/api/v1/orders", "/static/css/app.css"):
        assert client.open(path, method="TRACE").status_code in (404, 405), path


def test_the_secret_of_an_instance_is_its_owner_s_alone(tmp_path):
    kept = config._kept_secret(tmp_path / "secret")

    assert len(kept) >= 64
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert config._kept_secret(tmp_path / "secret") == kept


def test_each_sign_in_has_a_secret_of_its_own(app, client):
    add_user(app, "support", "mia@shop.example", WORDS)
    found = []
    for _ in range(2):
        client.post("/login", data={"email": "mia@shop.example", "password": WORDS})
        with client.session_transaction() as session:
            found.append(session[sessions.KEY])
        client.post("/logout")

    assert found[0] and found[1] and found[0] != found[1]
