"""Addresses, rests after wrong tries, locations, passwords."""

import datetime as dt

import pytest

from dashboard.accounts import passwords, rules
from dashboard.accounts.commands import CreateUser, TakeSetupLink
from dashboard.web.access import local_path

NOW = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (11, 900), (500, 900)]
)
def test_an_account_rests_longer_after_each_wrong_try_up_to_a_quarter_of_an_hour(failures, seconds):
    assert rules.rest_after(failures) == seconds


def test_a_rest_ends_at_its_moment():
    assert rules.is_resting(NOW + dt.timedelta(microseconds=1), NOW)
    assert not rules.is_resting(NOW, NOW)
    assert not rules.is_resting(None, NOW)


@pytest.mark.parametrize(
    ("text", "email"),
    [(" Mia@Shop.Example ", "mia@shop.example"), ("ops@shop.lan", "ops@shop.lan"), ("nobody", None), ("", None), ("a@b@c", None),
     ("<script>@x.example", None)],
)  # fmt: skip
def test_an_address_is_read_one_way(text, email):
    assert rules.normal_email(text) == email


@pytest.mark.parametrize(
    ("text", "codes"), [("north, south", ("north", "south")), ("north", ("north",)), (" , ", None), (None, None)]
)
def test_no_location_means_every_location(text, codes):
    assert rules.location_codes(text) == codes


@pytest.mark.parametrize("password", ["short", "password123", "qwertyuiop12", "orderdeck2026", "x" * 129])
def test_a_guessable_password_is_refused_with_a_sentence(password):
    assert passwords.weakness(password, ["Orderdeck"]).endswith(".")


def test_a_few_words_are_a_good_password():
    assert passwords.weakness("copper lamp under rain") is None


def test_one_password_has_one_hash_however_it_is_typed():
    from passlib.hash import argon2

    hashed = passwords.hash_password("caf\u00e9 au lait 9")

    assert hashed.startswith("$argon2id$")
    assert argon2.verify(passwords.normal("cafe\u0301 au lait 9"), hashed)


def test_no_password_is_part_of_a_command():
    user = CreateUser("a@shop.example", "A", "copper lamp under rain", "owner")
    link = TakeSetupLink("hash", "copper lamp under rain")

    assert "copper" not in repr(user) + repr(link) + repr(vars(user)) + repr(vars(link))


@pytest.mark.parametrize(
    ("text", "path"),
    [("/orders?q=1", "/orders?q=1"), ("/", "/"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/"),
     ("\\\\evil.example", "/"), ("javascript:alert(1)", "/"), ("orders", "/"), ("", "/"), (None, "/"), ("/a\r\nSet-Cookie: x=1", "/")],
)  # fmt: skip
def test_a_way_on_stays_on_this_site(text, path):
    assert local_path(text) == path
