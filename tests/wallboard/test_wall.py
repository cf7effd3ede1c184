"""The wall: who gets in, what it shows at each density, and what it must not hold."""

import re

import pytest

from dashboard.accounts.commands import CreateToken
from dashboard.accounts.token_actions import create_token
from dashboard.inventory.model import Location
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from dashboard.kernel.ids import new_token, token_hash
from dashboard.wallboard.rules import density_of, keys_of
from dashboard.web import livepage
from tests.accounts.helpers import kiosk_secret, sign_in


@pytest.fixture
def display(app, client):
    """A client that is a paired display."""
    db.write(lambda tx: tx.orm.add(Location(code="N", name="North")))
    client.get(f"/wall?token={kiosk_secret(app)}")
    return client


def keys_on(page):
    return re.findall(r'id="tile-([a-z_]+)"', page.text)


def test_a_paired_display_shows_eight_tiles(display):
    page = display.get("/wall")

    assert page.status_code == 200
    assert len(keys_on(page)) == 8
    assert 'data-density="8"' in page.text
    assert 'data-tz="Europe/London"' in page.text
    assert "data-live=" in page.text


@pytest.mark.parametrize(("asked", "count"), [("4", 4), ("1", 1), ("8", 8), ("9", 8), ("x", 8)])
def test_the_density_is_chosen_by_the_address(display, asked, count):
    assert len(keys_on(display.get(f"/wall?d={asked}"))) == count


def test_tiles_can_be_chosen(display):
    assert keys_on(display.get("/wall?d=1&k=exceptions")) == ["exceptions"]
    assert keys_on(display.get("/wall?d=4&k=stock_risk,nonsense"))[0] == "stock_risk"


def test_a_visitor_gets_a_code_to_pair_by_and_no_number(app, client):
    page = client.get("/wall")

    assert page.status_code == 401
    assert re.search(r"\d{3} \d{3}", page.text)
    assert "tile-" not in page.text


def test_a_person_who_may_see_the_wall_sees_it(app, client):
    sign_in(client, "analyst")

    assert client.get("/wall").status_code == 200


def test_the_wall_is_not_kept_or_indexed_and_holds_no_form_or_token(display):
    page = display.get("/wall")

    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "csrf" not in page.text
    assert "<form" not in page.text


def test_densities_and_their_tiles():
    assert [density_of(text) for text in ("8", "4", "1", None, "", "2")] == [8, 4, 1, 8, 8, 8]
    assert keys_of(4, None, ["backlog", "at_risk", "fulfilment_rate", "shipped_per_hour", "x"]) == (
        "fulfilment_rate",
        "backlog",
        "at_risk",
        "shipped_per_hour",
    )
    assert keys_of(1, "x", ["at_risk", "x"]) == ("x",)
    assert keys_of(1, None, ["at_risk", "x"]) == ("at_risk",)


def test_a_display_of_one_location_shows_its_figures_in_its_own_room(app, client):
    db.write(lambda tx: tx.orm.add_all([Location(code="N", name="North"), Location(code="S", name="South")]))
    secret = new_token()
    command = CreateToken("kiosk", "South wall", "kiosk", token_hash(secret), None, "S")
    db.write(create_token, command, system("test"), clock.now())
    client.get(f"/wall?token={secret}")

    page = client.get("/wall")

    assert "<h1>South" in page.text
    assert client.get("/wall?location=N").status_code == 403
    screen = re.search(r'data-live="([^"]+)"', page.text).group(1)
    assert [room.name for room in livepage.open_screen(screen)[0].rooms] == ["kpi:2"]
