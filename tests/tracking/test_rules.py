"""What a customer is told in every state, and when a link ends."""

import datetime as dt

import pytest

from dashboard.fulfilment.rules import OPEN, PARCEL
from dashboard.orders.rules import HOLD_KINDS, PHASES
from dashboard.tracking import carriers, eta, rules, wording
from dashboard.tracking.eta import Days, Transit

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
AHEAD = Days(dt.date(2026, 11, 26), dt.date(2026, 11, 27))
FRESH = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "title", "tone", "step"),
    [
        ("draft", "Arriving {when}", "info", 0),
        ("labelled", "Arriving {when}", "info", 1),
        ("handed_over", "Arriving {when}", "info", 2),
        ("in_transit", "Arriving {when}", "info", 2),
        ("out_for_delivery", "Arriving today", "info", 3),
        ("available_for_pickup", "Ready to collect", "info", 3),
        ("failed_attempt", "They missed you", "warn", 3),
        ("exception", "Your parcel is held up", "bad", 2),
        ("lost", "Your parcel is lost", "bad", 2),
        ("damaged", "Your parcel was damaged", "bad", 2),
        ("returning", "Your parcel is coming back to us", "bad", 2),
        ("returned_to_sender", "Your parcel came back to us", "bad", 2),
        ("delivered", "Delivered {when}", "ok", 4),
    ],
)
def test_what_is_said_of_a_parcel(status, title, tone, step):
    said = rules.parcel_said(status, AHEAD, FRESH)

    assert (said.title, said.tone, said.step) == (title, tone, step)
    assert said.text.endswith(".")


def test_every_status_of_a_parcel_and_of_work_has_words():
    assert set(PARCEL.statuses) - {"voided"} <= set(rules.PARCELS)
    assert set(OPEN) <= set(rules.WORK)


@pytest.mark.parametrize("status", ["handed_over", "in_transit", "labelled"])
def test_a_day_that_has_passed_is_never_shown(status):
    assert rules.parcel_said(status, None, FRESH).title == "Later than planned"


def test_a_delivered_parcel_is_never_late():
    assert rules.parcel_said("delivered", None, 9 * DAY).title == "Delivered {when}"


def test_a_packed_parcel_is_not_called_shipped():
    assert "waits for the carrier" in rules.parcel_said("labelled", AHEAD, FRESH).text
    assert "waits for the carrier" in rules.work_said("packed", AHEAD).text


def test_a_carrier_that_says_nothing_is_named_after_two_days():
    said = rules.parcel_said("handed_over", AHEAD, 3 * DAY)

    assert said.text == "No news from the carrier for 3 days. That is longer than usual; we are checking."
    assert said.tone == "warn"


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ("allocated", "It is set aside for you and gets packed next."),
        ("released", "We are getting it ready."),
        ("picking", "We are getting it from the shelf."),
        ("picked", "We are packing it."),
        ("packing", "We are packing it."),
        ("packed", "It is packed and waits for the carrier."),
        ("backordered", "It is on its way to us. We send it as soon as it is here."),
    ],
)
def test_what_is_said_before_anything_has_left(status, text):
    assert rules.work_said(status, AHEAD).text == text


def test_work_past_its_day_is_late_unless_it_waits_for_stock():
    assert rules.work_said("picking", None).title == "Later than planned"
    assert rules.work_said("backordered", None).title == "Waiting for stock"


@pytest.mark.parametrize(
    ("holds", "title"),
    [
        (["address"], "We need your help with the address"),
        (["payment"], "We need your help with the payment"),
        (["customer_request"], "On hold, as you asked"),
        (["stock"], "Waiting for stock"),
        (["awaiting_return"], "We are waiting for your return"),
        (["manual", "address"], "We need your help with the address"),
        ([], "We are checking your order"),
    ],
)
def test_what_is_said_of_a_held_order(holds, title):
    assert rules.order_said("on_hold", holds).title == title


@pytest.mark.parametrize("kind", sorted(HOLD_KINDS))
def test_no_hold_tells_a_customer_that_they_are_suspected(kind):
    said = rules.order_said("on_hold", [kind])

    assert "fraud" not in f"{said.title} {said.text}".lower()


def test_which_phases_speak_for_the_whole_order():
    assert {phase for phase in PHASES if rules.order_said(phase, [])} == {"cancelled", "on_hold", "payment_due", "disputed"}


@pytest.mark.parametrize(
    ("expires", "delivered", "cancelled", "is_open", "is_full"),
    [
        (None, None, None, True, True),
        (None, NOW - 29 * DAY, None, True, True),
        (None, NOW - 30 * DAY, None, True, False),
        (None, NOW - 89 * DAY, None, True, False),
        (None, NOW - 90 * DAY, None, False, False),
        (None, None, NOW - 91 * DAY, False, False),
        (NOW - DAY, None, None, False, True),
        (NOW + DAY, NOW - DAY, None, True, True),
    ],
)
def test_when_a_link_ends(expires, delivered, cancelled, is_open, is_full):
    assert rules.is_open(NOW, expires, delivered, cancelled) is is_open
    assert rules.is_full(NOW, delivered, cancelled) is is_full


@pytest.mark.parametrize(
    ("status", "states"),
    [
        ("draft", ["done", "todo", "todo", "todo", "todo"]),
        ("labelled", ["done", "done", "todo", "todo", "todo"]),
        ("in_transit", ["done", "done", "now", "todo", "todo"]),
        ("out_for_delivery", ["done", "done", "done", "now", "todo"]),
        ("delivered", ["done"] * 5),
        ("lost", ["done", "done", "problem", "todo", "todo"]),
        ("failed_attempt", ["done", "done", "done", "now", "todo"]),
    ],
)
def test_the_ladder_of_a_parcel(status, states):
    steps = rules.ladder(rules.parcel_said(status, AHEAD, FRESH), ["a", "b", "c", "d", "e"])

    assert [step.state for step in steps] == states
    assert [step.note for step in steps] == [note if state != "todo" else "" for note, state in zip("abcde", states, strict=True)]


@pytest.mark.parametrize(
    ("status", "refunded", "states"),
    [
        ("approved", False, ["now", "todo", "todo", "todo"]),
        ("in_transit", False, ["done", "now", "todo", "todo"]),
        ("received", False, ["done", "done", "now", "todo"]),
        ("closed", True, ["done", "done", "done", "done"]),
        ("approved", True, ["now", "todo", "todo", "todo"]),
        ("declined", False, ["problem"]),
    ],
)
def test_the_ladder_of_a_return(status, refunded, states):
    assert [step.state for step in rules.return_ladder(status, refunded)] == states


@pytest.mark.parametrize(
    ("status", "phase", "pay_on", "text"),
    [
        ("refunded", "cancelled", "placing", "Refunded £5.00. It takes up to 5 working days to reach you."),
        (
            "partially_refunded",
            "completed",
            "placing",
            "£5.00 of your payment was refunded. It takes up to 5 working days to reach you.",
        ),
        ("paid", "cancelled", "placing", "We refund £9.00 to the way you paid with."),
        ("voided", "cancelled", "placing", None),
        ("unpaid", "payment_due", "placing", "£9.00 is still open."),
        ("unpaid", "to_pick", "delivery", "Have £9.00 ready: you pay on delivery."),
        ("unpaid", "in_transit", "invoice", "You pay £9.00 by invoice."),
        ("paid", "in_transit", "placing", None),
        ("authorized", "to_pick", "placing", None),
    ],
)
def test_what_is_said_of_money(status, phase, pay_on, text):
    said = rules.payment_said(status, phase, pay_on, "£9.00", "£5.00")

    assert (said[1] if said else None) == text


def test_our_own_deliveries_give_the_range_and_working_days_stand_in_for_them():
    friday = dt.date(2026, 11, 27)
    hours = [3600.0 * hour for hour in range(20, 60, 2)]

    assert eta.transit_of(hours[:19]) is None
    assert eta.transit_of(hours) == Transit(1, 3)
    assert eta.arrival(friday, Transit(1, 3)) == Days(dt.date(2026, 11, 28), dt.date(2026, 11, 30))
    assert eta.arrival(friday, None) == Days(dt.date(2026, 12, 1), dt.date(2026, 12, 4))


def test_only_days_ahead_are_promised():
    span = Days(dt.date(2026, 11, 24), dt.date(2026, 11, 26))

    assert eta.from_today(span, dt.date(2026, 11, 20)) == span
    assert eta.from_today(span, dt.date(2026, 11, 25)) == Days(dt.date(2026, 11, 25), dt.date(2026, 11, 26))
    assert eta.from_today(span, dt.date(2026, 11, 27)) is None
    assert eta.from_today(None, dt.date(2026, 11, 27)) is None


@pytest.mark.parametrize(
    ("typed", "name", "link"),
    [
        ("DHL", "DHL", "https://www.dhl.com/global-en/home/tracking.html?tracking-id=00%2F1"),
        ("royal mail", "Royal Mail", "https://www.royalmail.com/track-your-item#/tracking-results/00%2F1"),
        ("Hermes", "Evri", "https://www.evri.com/track/parcel/00%2F1"),
        ("DPD UK", "DPD", "https://track.dpd.co.uk/parcels/00%2F1"),
        ("Bob's Van", "Bob's Van", None),
    ],
)
def test_carriers_and_their_pages(typed, name, link):
    carrier = carriers.carrier_of(typed)

    assert carrier.name == name
    assert carriers.link_of(carrier, "00/1") == link


@pytest.mark.parametrize(
    ("accepted", "locale"),
    [
        (["en-GB", "en"], "en_GB"),
        (["en-US", "en"], "en_US"),
        (["de-DE", "en-US"], "en_GB"),
        (["en"], "en_GB"),
        (["es-US"], "en_US"),
        ([], "en_GB"),
        (["x" * 5000], "en_GB"),
    ],
)
def test_dates_follow_the_region_of_the_browser(accepted, locale):
    assert wording.locale_of(accepted) == locale


TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("first", "last", "british", "american"),
    [
        ("2026-11-24", "2026-11-25", "Tue 24 – Wed 25 Nov", "Tue, Nov 24 – Wed, Nov 25"),
        ("2026-11-30", "2026-12-02", "Mon 30 Nov – Wed 2 Dec", "Mon, Nov 30 – Wed, Dec 2"),
        ("2026-11-24", "2026-11-24", "Tue 24 Nov", "Tue, Nov 24"),
        ("2026-11-20", "2026-11-20", "today", "today"),
        ("2026-11-20", "2026-11-21", "by tomorrow", "by tomorrow"),
        ("2026-11-20", "2026-11-23", "by Mon 23 Nov", "by Mon, Nov 23"),
    ],
)
def test_a_range_of_days_is_written_as_dates(first, last, british, american):
    span = Days(dt.date.fromisoformat(first), dt.date.fromisoformat(last))

    assert wording.days(span, TODAY, "en_GB") == british
    assert wording.days(span, TODAY, "en_US") == american


def test_an_address_line_is_masked():
    assert rules.masked("12 Hill Road") == "1… H… R…"
    assert rules.masked("") == ""
