"""Every headline of an order from its facts, as a table; and the stored ones equal the derived ones."""



import pytest

from dashboard.orders.rules import PHASES, STATUS, VIEWS, Facts, derive, least_advanced, views_of

PAID = Facts(
    "open", ordered=3, cancelled=0, backordered=0, allocated=3, picked=0, packed=0, shipped=0, delivered=0,
    total=100, authorized=100, captured=0, refunded=0, voided=0, pay_on="placing", work="allocated", open_holds=0,
)  # fmt: skip


def facts(**changes):
    return PAID._replace(**changes)


def gone(**changes):
    return facts(**{"allocated": 0, "shipped": 3, "work": None, **changes})


PHASE = [
    ("cancelled", facts(cancelled=3, allocated=0, disputed=True, open_holds=1)),
    ("cancelled", facts(ordered=0, allocated=0, work=None, called_off=True)),
    ("disputed", facts(disputed=True, open_holds=1)),
    ("on_hold", facts(open_holds=2, authorized=0)),
    ("payment_due", facts(authorized=99)),
    ("payment_due", facts(authorized=100, voided=100)),
    ("payment_due", facts(authorized=0, backordered=3, allocated=0, work=None)),
    ("to_pick", facts(authorized=0, pay_on="delivery")),
    ("to_pick", facts(authorized=0, pay_on="invoice")),
    ("to_pick", facts(total=0, authorized=0)),
    ("out_of_stock", facts(backordered=3, allocated=0, work=None)),
    ("to_pick", facts(backordered=1, allocated=2)),
    ("to_route", facts(allocated=0, packed=3, work=None)),
    ("to_pick", facts()),
    ("to_pick", facts(work="released")),
    ("to_pick", facts(work="picking", allocated=1, picked=2)),
    ("to_pack", facts(work="picked", allocated=0, picked=3)),
    ("to_pack", facts(work="packing", allocated=0, picked=1, packed=2)),
    ("to_ship", facts(work="packed", allocated=0, packed=3)),
    ("to_ship", facts(work="packed", allocated=0, packed=1, shipped=2)),
    ("out_of_stock", facts(work=None, allocated=0, backordered=1, shipped=2)),
    ("in_transit", gone()),
    ("in_transit", gone(delivered=2, open_holds=1)),
    ("delivery_problem", gone(parcel_problem=True)),
    ("delivered", gone(delivered=3)),
    ("delivered", gone(delivered=3, parcel_problem=True)),
    ("return_open", gone(delivered=3, open_returns=1, captured=100)),
    ("completed", gone(delivered=3, captured=100)),
    ("completed", gone(ordered=3, cancelled=1, shipped=2, delivered=2, captured=100)),
]
FULFILMENT = [
    ("unfulfilled", facts(ordered=0, allocated=0, work=None)),
    ("cancelled", facts(cancelled=3, allocated=0)),
    ("backordered", facts(backordered=3, allocated=0, work=None)),
    ("partially_allocated", facts(backordered=1, allocated=2)),
    ("allocated", facts()),
    *[(work, facts(work=work)) for work in ("released", "picking", "picked", "packing", "packed")],
    ("partially_shipped", facts(allocated=1, shipped=2)),
    ("partially_shipped", facts(allocated=0, backordered=1, shipped=2, delivered=2, work=None)),
    ("shipped", gone()),
    ("shipped", gone(delivered=2)),
    ("delivered", gone(delivered=3)),
]
PAYMENT = [
    ("unpaid", facts(authorized=0)),
    ("authorized", facts()),
    ("authorized", facts(authorized=1)),
    ("voided", facts(voided=100)),
    ("partially_paid", facts(captured=99)),
    ("paid", facts(captured=100)),
    ("paid", facts(total=0, authorized=0)),
    ("overpaid", facts(captured=101, authorized=101)),
    ("partially_refunded", facts(captured=100, refunded=1)),
    ("refunded", facts(captured=100, refunded=100)),
    ("refunded", facts(captured=60, refunded=60)),
    ("disputed", facts(captured=100, disputed=True)),
    ("unpaid", facts(ordered=0, allocated=0, total=0, authorized=0, work=None)),
    ("unpaid", facts(cancelled=3, allocated=0, total=0, authorized=0)),
]
ORDER = [
    ("open", facts()),
    ("open", facts(ordered=0, allocated=0, work=None)),
    ("open", facts(shipped=2, allocated=1)),
    ("completed", gone()),
    ("completed", gone(cancelled=1, shipped=2)),
    ("cancelled", facts(cancelled=3, allocated=0)),
    ("cancelled", facts(ordered=0, allocated=0, work=None, called_off=True)),
    ("open", gone(shipped=2, backordered=1)._replace(status="completed")),
    ("draft", facts(status="draft")),
    ("discarded", facts(status="discarded", cancelled=3, allocated=0)),
]

READINESS_OF = [
    ("ready", facts()),
    ("ready", facts(allocated=1, picked=1, packed=1)),
    ("ready", facts(allocated=0, packed=1, shipped=2)),
    ("ready", facts(open_holds=1, authorized=0)),
    ("part", facts(backordered=1, allocated=2)),
    ("part", facts(backordered=2, allocated=0, packed=1)),
    ("none", facts(backordered=2, allocated=0, packed=1, work=None)),  # a service, and goods that are not there
    ("part", facts(backordered=1, allocated=1, packed=1)),
    ("none", facts(backordered=3, allocated=0, work=None)),
    ("none", facts(backordered=1, allocated=0, shipped=2, work=None)),
    (None, gone()),
    (None, facts(cancelled=3, allocated=0)),
    (None, facts(ordered=0, allocated=0, work=None)),
    (None, facts(status="draft")),
]


@pytest.mark.parametrize(("wanted", "given"), READINESS_OF)
def test_the_readiness(wanted, given):
    assert derive(given).readiness == wanted


@pytest.mark.parametrize(("wanted", "given"), PHASE)
def test_the_phase(wanted, given):
    assert derive(given).phase == wanted


@pytest.mark.parametrize(("wanted", "given"), FULFILMENT)
def test_the_fulfilment_status(wanted, given):
    assert derive(given).fulfilment_status == wanted


@pytest.mark.parametrize(("wanted", "given"), PAYMENT)
def test_the_payment_status(wanted, given):
    assert derive(given).payment_status == wanted


@pytest.mark.parametrize(("wanted", "given"), ORDER)
def test_the_status(wanted, given):
    assert derive(given).status == wanted


def test_every_phase_has_a_case():
    assert {wanted for wanted, _ in PHASE} == set(PHASES)


@pytest.mark.parametrize(("wanted", "of"), [
    ("open to_release", ("open", "to_pick", "allocated")),
    ("open picking", ("open", "to_pick", "released")),
    ("open picking", ("open", "to_pick", "picking")),
    ("open to_pack", ("open", "to_pack", "picked")),
    ("open packed", ("open", "to_ship", "packed")),
    ("open on_hold", ("open", "on_hold", "allocated")),
    ("open payment_due", ("open", "payment_due", "allocated")),
    ("open out_of_stock", ("open", "out_of_stock", None)),
    ("open", ("open", "to_route", None)),
    ("shipped", ("completed", "in_transit", None)),
    ("shipped", ("completed", "delivery_problem", None)),
    ("delivered", ("completed", "delivered", None)),
    ("delivered", ("completed", "return_open", None)),
    ("delivered", ("completed", "completed", None)),
    ("cancelled", ("cancelled", "cancelled", None)),
])  # fmt: skip
def test_the_views_that_count_it(wanted, of):
    found = views_of(*of)
    assert found == {"all", *wanted.split()}
    assert found <= set(VIEWS)


def test_an_order_waits_for_its_least_advanced_work():
    assert least_advanced([]) is None
    assert least_advanced(["shipped", "cancelled", "closed", "rejected"]) is None
    assert least_advanced(["packed", "released", "picked"]) == "released"
    assert least_advanced(["shipped", "packing"]) == "packing"


def test_the_statuses_that_derive_gives_are_legal_moves():
    for before in STATUS.statuses:
        for _, given in ORDER:
            after = derive(given._replace(status=before)).status
            if before in ("draft", "discarded"):
                assert after == before
