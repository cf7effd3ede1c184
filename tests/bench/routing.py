"""Route 1,000 orders over 20 locations: one pass of the engine without a query, beside the whole capture; every decision explained."""

import random
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from dashboard.channels.actions import place_order
from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.kernel import clock, db
from dashboard.orders.commands import Address, CaptureOrder, Customer, DraftLine, PaymentDraft
from dashboard.routing import actions, engine, rules, store
from dashboard.routing.commands import EditDraft, StartDraft, SwitchOn
from dashboard.routing.rules import KINDS, Rule, RuleSet
from dashboard.schema import migrate
from tests.bench.capture import SECRET, as_served
from tests.bench.measuring import Figure
from tests.factories import MIA, locations, skus

ORDERS = 1_000
PLACES = 20
SKUS = 60
AREAS = ("YO1 7HH", "SW1A 1AA", "EH1 1AA", "M1 1AE", "CF10 1DD")
RANKED = ("one_location_has_everything", "capacity_left_today", "nearest", "cheapest_split", "location_priority")


def rule_set() -> RuleSet:
    """Everything that ranks is on, with tables as large as a real shop's."""
    dice = random.Random(7)  # noqa: S311
    ranked = (*RANKED, *(kind for kind in KINDS if kind not in RANKED))
    distances = {
        ("GB", area.replace(" ", "")[:length]): {at: dice.randint(5, 700) for at in range(1, PLACES + 1)}
        for area in AREAS
        for length in (0, 1, 2, 3)
    }
    return RuleSet(
        tuple(Rule(kind, kind in RANKED) for kind in ranked),
        {at: dice.randint(40, 90) for at in range(1, PLACES + 1)},
        {at: dice.randint(300, 600) for at in range(1, PLACES + 1)},
        distances,
    )


def order(number: int, dice: random.Random) -> CaptureOrder:
    lines = tuple(DraftLine(f"SKU{index:03d}", dice.randint(1, 3)) for index in dice.sample(range(SKUS), 3))
    return CaptureOrder(
        "web", "GBP", lines, external_id=f"R-{number}", customer=Customer("Ada Lindqvist"),
        ship_to=Address("Ada", "12 Mill Row", "", "York", "", dice.choice(AREAS), "GB"),
        payment=PaymentDraft("manual", 9000, "card_terminal"), on_shortage="backorder",
    )  # fmt: skip


def _fill(tx: Any) -> None:
    """Every SKU in about six of the twenty places, so that many orders find no single place."""
    dice = random.Random(3)  # noqa: S311
    for sku in range(1, SKUS + 1):
        for at in sorted(dice.sample(range(1, PLACES + 1), 6)):
            units = dice.randint(20, 200)
            tx.connection.exec_driver_sql(
                "INSERT INTO stock_balance (sku_id, location_id, on_hand, allocated, held, damaged, quarantine, safety, reorder_point,"
                f" version) VALUES ({sku}, {at}, {units}, 0, 0, 0, 0, 0, 0, 1)"
            )


def measure() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="orderdeck-bench-"))
    try:
        with as_served():
            return _measure(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(folder: Path) -> list[Figure]:
    app = create_app(Config(instance=folder, secret_key=SECRET))
    migrate(app)
    with app.app_context():
        locations(*(f"L{number:02d}" for number in range(1, PLACES + 1)))
        skus(*(f"SKU{index:03d}" for index in range(SKUS)))
        db.database().write(_fill)
        _switch_on()
        whole = _capture()
        with db.db.engine.connect() as connection:
            decisions = store.newest(connection, ORDERS)
            explained = sum(1 for one in decisions for why in store.why(connection, one.order_id) if why.same and _all_told(why))
        alone = min(_pass(decisions) for _ in range(3))
        split = sum(len({at for at, _ in one.chosen}) > 1 for one in decisions)
        db.database().close()
    return [
        Figure("routing, decisions alone (no query)", ORDERS / alone, "orders/s",
               notes={"orders split": f"{split} of {ORDERS}", "locations": PLACES}),
        Figure("routing, share of a capture", 100 * alone / whole, "%", notes={"captures": f"{ORDERS / whole:,.0f} orders/s, one caller"}),
        Figure("routing, decisions explained", explained, "orders", at_least=ORDERS),
    ]  # fmt: skip


def _switch_on() -> None:
    now = clock.now()
    draft = db.write(actions.start_draft, StartDraft(0), MIA, now)
    saved = db.write(actions.edit_draft, EditDraft(draft.id, draft.version, rules.document_of(rule_set())), MIA, now)
    db.write(actions.switch_on, SwitchOn(saved.id, saved.version, 0), MIA, now)


def _capture() -> float:
    """Seconds to place all orders, one after another."""
    dice = random.Random(11)  # noqa: S311
    commands = [order(number, dice) for number in range(ORDERS)]
    began = time.perf_counter()
    for command in commands:
        db.write(place_order, command, MIA, clock.now())
    return time.perf_counter() - began


def _pass(decisions: list[store.Decision]) -> float:
    """Seconds to decide all of them again from their facts, without a query."""
    by = rule_set()
    began = time.perf_counter()
    for one in decisions:
        engine.explain(by, one.facts.wanted, one.facts.shelves, one.facts.wish)
    return time.perf_counter() - began


def _all_told(why: store.Why) -> bool:
    """Whether it says who sends, and of every other location that has some of it why it does not."""
    places = {at for shelf in why.decision.facts.shelves.values() for at, _ in shelf}
    return bool(why.because.sends) and len(why.because.others) == len(places - why.locations)
