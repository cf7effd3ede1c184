"""Creating, changing and disabling users, as actions."""

import pytest
import sqlalchemy as sa

from dashboard.accounts import store
from dashboard.accounts.actions import change_credentials, change_role, create_user, reset_second_factor, set_active, use_totp
from dashboard.accounts.commands import ChangeCredentials, ChangeRole, CreateUser, ResetSecondFactor, SetActive
from dashboard.kernel import clock, db, outbox
from dashboard.kernel.actor import Actor, system
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from tests.accounts.helpers import add_user, sign_in

ADMIN = system("test")


def run(action, command):
    return db.write(action, command, ADMIN, clock.now())


def events() -> list[tuple[str, str]]:
    with db.db.engine.connect() as connection:
        return [(event.type, event.id) for event in outbox.after(connection, 0, 100)]


def test_a_user_gets_a_normal_address_one_role_and_one_audit_row(app):
    user_id = run(create_user, CreateUser("Mia@Shop.Example", "Mia", "copper lamp under rain", "support", "north"))

    user = store.find_user("id", user_id)
    assert (user.email, user.name, user.role, user.active, user.locations) == (
        "mia@shop.example",
        "Mia",
        "support",
        True,
        "north",
    )
    assert user.password.startswith("$argon2id$")
    assert events() == [("UserCreated", str(user_id))]


def test_neither_password_nor_address_is_in_the_log(app):
    run(create_user, CreateUser("mia@shop.example", "Mia", "copper lamp under rain", "support"))

    with db.db.engine.connect() as connection:
        text = str(connection.execute(sa.text("SELECT * FROM event")).all())
    assert "copper" not in text
    assert "mia@shop" not in text


@pytest.mark.parametrize(
    ("email", "role", "field"),
    [
        ("nobody", "support", "email"),
        ("MIA@shop.example", "support", "email"),
        ("b@shop.example", "kiosk", "role"),
        ("b@shop.example", "root", "role"),
    ],
)
def test_a_bad_address_a_taken_one_or_a_role_of_no_person_makes_no_user(app, email, role, field):
    run(create_user, CreateUser("mia@shop.example", "Mia", "", "owner"))
    before = events()

    with pytest.raises(Invalid) as refused:
        run(create_user, CreateUser(email, "B", "", role))

    assert list(refused.value.facts["fields"]) == [field]
    assert store.user_count() == 1
    assert events() == before


def test_another_role_replaces_the_old_one_and_ends_the_sessions(app, client):
    add_user(app, "owner")
    user = sign_in(client, "support")
    assert client.get("/change").status_code == 200

    run(change_role, ChangeRole(user.id, "warehouse", "north"))

    changed = store.find_user("id", user.id)
    assert ([role.name for role in changed.roles], changed.locations) == (["warehouse"], "north")
    assert client.get("/change").status_code == 303
    assert [kind for kind, _ in events()][-2:] == ["UserRoleChanged", "SessionsRevoked"]


def test_the_last_owner_stays_an_owner_and_active(app):
    owner = add_user(app, "owner")
    before = events()

    with pytest.raises(Conflict):
        run(change_role, ChangeRole(owner.id, "support"))
    with pytest.raises(Conflict):
        run(set_active, SetActive(owner.id, False))

    after = store.find_user("id", owner.id)
    assert (after.role, after.active, after.version) == ("owner", True, owner.version)
    assert events() == before


def test_a_second_owner_lets_the_first_go(app):
    first, _ = add_user(app, "owner"), add_user(app, "owner")

    run(set_active, SetActive(first.id, False))

    assert store.find_user("id", first.id).active is False


def test_nobody_disables_themselves(app):
    first, _ = add_user(app, "owner"), add_user(app, "owner")

    with pytest.raises(Conflict):
        db.write(set_active, SetActive(first.id, False), Actor("user", str(first.id), "first"), clock.now())

    assert store.find_user("id", first.id).active is True


def test_disabling_cuts_every_session_at_the_next_request(app, client):
    user = sign_in(client, "support")
    other = app.test_client()
    sign_in(other, user=user)
    assert (client.get("/change").status_code, other.get("/change").status_code) == (200, 200)

    run(set_active, SetActive(user.id, False))

    assert (client.get("/change").status_code, other.get("/change").status_code) == (303, 303)
    assert store.actor_of(f"user:{user.id}", clock.now()) is None


def test_enabling_again_does_not_revive_a_session(app, client):
    user = sign_in(client, "support")
    run(set_active, SetActive(user.id, False))

    run(set_active, SetActive(user.id, True))

    assert client.get("/change").status_code == 303
    assert store.actor_of(f"user:{user.id}", clock.now()).role == "support"


def test_disabling_twice_is_one_event(app):
    user = add_user(app, "support")
    run(set_active, SetActive(user.id, False))
    before = events()

    run(set_active, SetActive(user.id, False))

    assert events() == before


def test_only_credentials_change_by_way_of_flask_security(app):
    user = add_user(app, "support")

    with pytest.raises(Invalid):
        run(change_credentials, ChangeCredentials(user.id, {"active": False}))

    assert store.find_user("id", user.id).active is True


def test_a_recovery_code_used_by_two_at_once_works_for_one(app):
    user = add_user(app, "support")
    run(change_credentials, ChangeCredentials(user.id, {"mf_recovery_codes": ["a", "b"]}))
    run(change_credentials, ChangeCredentials(user.id, {"mf_recovery_codes": ["b"]}, {"mf_recovery_codes": ["a", "b"]}))

    with pytest.raises(Conflict):
        run(change_credentials, ChangeCredentials(user.id, {"mf_recovery_codes": ["b"]}, {"mf_recovery_codes": ["a", "b"]}))

    assert store.find_user("id", user.id).mf_recovery_codes == ["b"]


def test_a_one_time_code_counts_once(app):
    user = add_user(app, "support")

    assert db.write(use_totp, user.id, 100) is True
    assert db.write(use_totp, user.id, 100) is False
    assert db.write(use_totp, user.id, 99) is False
    assert db.write(use_totp, user.id, 101) is True


def test_a_reset_takes_the_factor_its_codes_and_the_sessions(app, client):
    user = sign_in(client, "support")
    run(change_credentials, ChangeCredentials(user.id, {"tf_primary_method": "authenticator", "mf_recovery_codes": ["a"]}))

    run(reset_second_factor, ResetSecondFactor(user.id))

    after = store.find_user("id", user.id)
    assert (after.tf_primary_method, after.mf_recovery_codes) == (None, None)
    assert client.get("/change").status_code == 303


@pytest.mark.parametrize(
    ("action", "command"),
    [
        (set_active, SetActive(99, False)),
        (change_role, ChangeRole(99, "support")),
        (reset_second_factor, ResetSecondFactor(99)),
    ],
)
def test_nothing_happens_to_a_user_there_is_not(app, action, command):
    with pytest.raises(NotFound):
        run(action, command)

    assert events() == []
