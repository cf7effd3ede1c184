"""The customer's page over HTTP: words in every state, no more personal data than the contract allows, headers, links that end."""

import datetime as dt
import gzip
import re

import pytest

from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder
from dashboard.kernel import db
from dashboard.kernel.ids import new_token
from dashboard.orders.actions import place_hold
from dashboard.orders.commands import PlaceHold
from dashboard.returns.actions import request_return
from dashboard.returns.commands import RequestReturn, ReturnItem
from dashboard.tracking import wording
from dashboard.tracking.views import changed_tracking, customer
from dashboard.web.livepage import Changes, Room


def title_of(response) -> str:
    return re.search(r"<h1>(.*?)</h1>", response.text).group(1)


def test_an_order_just_placed_says_when_it_arrives_and_what_is_in_it(shop, get):
    placed = shop.place("A", "A")

    page = get(placed.tracking_token)

    assert page.status_code == 200
    assert title_of(page).startswith("Arriving ")
    assert "It is set aside for you and gets packed next." in page.text
    assert "Mug, blue &lt;350 ml&gt;" in page.text
    assert f"Order {placed.number}" in page.text


def test_the_page_shows_city_and_a_masked_line_and_nothing_else_about_the_person(shop, get):
    page = get(shop.place().tracking_token)

    assert "Leeds" in page.text
    assert "1… H… R…" in page.text
    for private in ("Ada", "Byron", "ada@example.org", "7946", "Hill", "Flat 3", "LS1", "West Yorkshire", "5.00"):
        assert private not in page.text


def test_a_shipped_parcel_shows_carrier_number_copy_button_and_the_carriers_page(shop, get):
    placed = shop.place()
    shop.ship(shop.works(placed.id)[0], expected_at=shop.now + dt.timedelta(days=1))

    page = get(placed.tracking_token)

    assert title_of(page) == "Arriving tomorrow"
    assert 'data-copy="00340434161094021501"' in page.text
    assert 'href="https://www.dhl.com/global-en/home/tracking.html?tracking-id=00340434161094021501"' in page.text
    assert "handed over to DHL" in page.text
    assert '<span class="sr">Now: </span>On its way' in page.text


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("out_for_delivery", "Arriving today"),
        ("available_for_pickup", "Ready to collect"),
        ("failed_attempt", "They missed you"),
        ("lost", "Your parcel is lost"),
        ("returning", "Your parcel is coming back to us"),
    ],
)
def test_what_the_carrier_says_is_said_in_the_customers_words(shop, get, status, title):
    placed = shop.place()
    shop.parcel(shop.ship(shop.works(placed.id)[0]), status)

    assert title_of(get(placed.tracking_token)) == title


def test_a_delivered_order_says_when(shop, get):
    placed = shop.place()
    shop.parcel(shop.ship(shop.works(placed.id)[0]), "delivered")

    page = get(placed.tracking_token)

    assert title_of(page) == f"Delivered {wording.moment(shop.now, 'Europe/London', 'en_GB')}"
    assert page.text.count('data-state="done"') == 5


def test_a_day_that_has_passed_is_replaced_by_later_than_planned(shop, get):
    placed = shop.place()
    shop.ship(shop.works(placed.id)[0], expected_at=shop.now + dt.timedelta(days=1))
    shop.later(days=3)

    page = get(placed.tracking_token)

    assert title_of(page) == "Later than planned"
    assert "We are checking with the carrier" in page.text


def test_of_two_parcels_the_worst_comes_first_and_names_the_page(shop, get):
    placed = shop.place("A", "B")
    first, second = shop.works(placed.id)
    shop.ship(first)
    shop.parcel(shop.ship(second, "Evri", "H00X"), "damaged")

    page = get(placed.tracking_token)

    assert title_of(page) == "Your parcel was damaged"
    assert "Parcel 2 of 2: We are sorry." in page.text
    assert page.text.index("<h2>Parcel 2 of 2</h2>") < page.text.index("<h2>Parcel 1 of 2</h2>")


def test_of_two_good_parcels_the_headline_is_the_next_arrival(shop, get):
    placed = shop.place("A", "B")
    first, second = shop.works(placed.id)
    shop.parcel(shop.ship(first), "delivered")
    shop.ship(second, expected_at=shop.now + dt.timedelta(days=1))

    page = get(placed.tracking_token)

    assert title_of(page) == "Arriving tomorrow"
    assert "1 of 2 have arrived." in page.text


def test_what_waits_for_stock_is_a_card_of_its_own(shop, get):
    placed = shop.place("A", "C")

    page = get(placed.tracking_token)

    assert "Waiting for stock" in page.text
    assert page.text.count("Poster") == 1


def test_a_held_order_asks_or_reassures_and_never_accuses(shop, get):
    placed = shop.place()
    shop.run(place_hold, PlaceHold(placed.id, "fraud", "card looks stolen"))

    page = get(placed.tracking_token)

    assert title_of(page) == "We are checking your order"
    assert "fraud" not in page.text.lower()
    assert "stolen" not in page.text


def test_an_unpaid_order_says_what_is_open(shop, get):
    placed = shop.place(payment=None)

    page = get(placed.tracking_token)

    assert title_of(page) == "We are waiting for your payment"
    assert "£5.00 is still open." in page.text


def test_a_cancelled_order_shows_no_parcels(shop, get):
    placed = shop.place()
    shop.run(cancel_order, CancelOrder(placed.id, "customer"))

    page = get(placed.tracking_token)

    assert title_of(page) == "Your order is cancelled"
    assert 'class="stepper' not in page.text


def test_a_return_has_its_own_ladder(shop, get):
    placed = shop.place()
    shop.parcel(shop.ship(shop.works(placed.id)[0]), "delivered")
    shop.run(request_return, RequestReturn(placed.id, "changed_mind", (ReturnItem(1, 1),)))

    page = get(placed.tracking_token)

    assert "Return R00001" in page.text
    assert "Return agreed" in page.text


def test_unknown_and_ended_links_are_the_same_page(shop, get, app):
    placed = shop.place()
    shop.parcel(shop.ship(shop.works(placed.id)[0]), "delivered")
    assert get(placed.tracking_token).status_code == 200
    shop.later(days=90)

    ended, unknown, odd = get(placed.tracking_token), get(new_token()), get("x" * 4000)

    assert ended.status_code == unknown.status_code == odd.status_code == 404
    assert ended.text == unknown.text == odd.text
    assert "ask for a new link" in ended.text


def test_after_thirty_days_only_the_state_is_left(shop, get):
    placed = shop.place()
    shop.parcel(shop.ship(shop.works(placed.id)[0]), "delivered")
    shop.later(days=31)

    page = get(placed.tracking_token)

    assert page.status_code == 200
    assert title_of(page).startswith("Delivered ")
    assert "Leeds" not in page.text
    assert "Mug" not in page.text


@pytest.mark.parametrize("known", [True, False])
def test_the_page_is_nobodys_to_keep_index_or_refer_to(shop, get, known):
    page = get(shop.place().tracking_token if known else "unknown")

    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in page.headers
    assert 'property="og:title" content="Your order"' in page.text


def test_looking_changes_nothing(shop, get, app):
    placed = shop.place()

    def everything():
        return [
            db.write(lambda tx, name=name: list(tx.raw.execute(f"SELECT * FROM {name}"))) for name in ("orders", "event", "job")
        ]

    before = everything()
    get(placed.tracking_token)

    assert everything() == before


def test_the_page_works_without_javascript_and_reloads_itself(shop, get):
    page = get(shop.place().tracking_token)

    assert '<noscript><meta http-equiv="refresh" content="120"></noscript>' in page.text


def test_the_page_is_small(shop, get):
    placed = shop.place("A", "B", "C")
    for work_id in shop.works(placed.id):
        shop.ship(work_id)

    assert len(gzip.compress(get(placed.tracking_token).data)) <= 3 * 1024


def test_dates_are_written_as_the_browsers_country_writes_them(shop, get):
    shop.now = shop.now.replace(hour=12)  # the same day wherever it is read
    placed = shop.place()
    shop.parcel(shop.ship(shop.works(placed.id)[0]), "delivered")

    british = get(placed.tracking_token, **{"Accept-Language": "en-GB,en;q=0.9"})
    american = get(placed.tracking_token, **{"Accept-Language": "en-US,en;q=0.9"})

    assert 'id="tracking"' in british.text
    assert 'id="tracking-en_US"' in american.text
    assert f"{shop.now.astimezone():%b} {shop.now.day}," in american.text
    assert "Accept-Language" in american.headers["Vary"]


def test_guessing_is_slowed_down(shop, client):
    statuses = [client.get(f"/t/{new_token()}").status_code for _ in range(25)]

    assert statuses[0] == 404
    assert statuses[-1] == 429


def test_the_pushed_part_is_the_part_of_the_page(shop, get, app):
    placed = shop.place()
    shown = get(placed.tracking_token).text
    with app.test_request_context("/"):
        pushed = changed_tracking(Changes(Room("t", str(placed.id))), None).rows

    assert [row.k for row in pushed] == ["tracking", "tracking-en_US"]
    assert pushed[0].html in shown


def test_the_holder_of_a_link_is_known_until_it_ends(shop):
    placed = shop.place()

    standing = customer(str(placed.id))

    assert (standing.actor.kind, standing.actor.id, standing.actor.permissions) == ("customer", str(placed.id), frozenset())
    assert customer("999") is None
