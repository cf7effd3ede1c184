"""The storm: processes that do everything that moves stock, at random, on twelve SKUs that everybody wants.

`python -m tests.concurrency.storm <instance> <database url or -> <processes> <actions of each>` leaves storm-<seed>.json per process in
the instance folder: outcomes per kind of action, units it received and adjusted per SKU, and every error that is no refusal.
"""

import json
import multiprocessing
import random
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dashboard.channels.actions import place_order
from dashboard.config import Config
from dashboard.counts.actions import count_units, open_count
from dashboard.counts.approval import approve_lines
from dashboard.counts.commands import CountUnits, DecideLines, OpenCount
from dashboard.factory import create_app
from dashboard.fulfilment import actions as work
from dashboard.fulfilment.backorders import fill_backorders
from dashboard.fulfilment.cancellation import cancel_order
from dashboard.fulfilment.commands import CancelOrder, FillBackorders, PackUnits, PickUnits, ReleaseWork, ShipParcel, ShortPick
from dashboard.inventory.actions import adjust_stock, receive_stock
from dashboard.inventory.commands import AdjustStock, ReceiveStock
from dashboard.inventory.hold_commands import HoldStock, ReleaseStockHold
from dashboard.inventory.holds import expire_holds, hold_stock, release_hold
from dashboard.kernel import clock, db
from dashboard.kernel.actor import Actor
from dashboard.kernel.errors import DomainError
from dashboard.orders.commands import CaptureOrder, DraftLine, PaymentDraft
from dashboard.purchasing.actions import create_purchase_order, place_purchase_order
from dashboard.purchasing.commands import PlacePurchaseOrder, PurchaseDraft, PurchaseLine, ReceiptItem, ReceivePurchase
from dashboard.purchasing.receiving import receive_purchase
from dashboard.transfers.actions import dispatch_transfer, receive_transfer
from dashboard.transfers.commands import DispatchTransfer, DraftedLine, DraftTransfer, ReceiveTransfer
from dashboard.transfers.drafts import draft_transfer
from tests.factories import read
from tests.loading import load_everything
from tests.serving import SECRET

SKUS = tuple(f"HOT{number:02d}" for number in range(12))
KITS = {"KITA": (("HOT00", 2), ("HOT01", 1)), "KITB": (("HOT01", 1), ("HOT02", 3))}
PLACES = ("north", "south", "east")
SUPPLIER = "Stormy Ltd"


class Storm:
    """Actions by their names; `done` counts outcomes, `moved` sums the units this process put on or took off shelves itself."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.actor = Actor("user", str(seed), f"Worker {seed}", "ops_manager")
        self.orders: list[int] = []
        self.done: Counter[str] = Counter()
        self.moved: Counter[str] = Counter()
        self.broken: list[str] = []
        self.steps: list[tuple[int, Callable[[], Any]]] = [
            (8, self.order), (2, self.cancel), (4, self.fulfil), (3, self.receive), (2, self.adjust), (2, self.transfer),
            (2, self.count), (2, self.purchase), (2, self.hold), (1, self.expire), (2, self.fill), (1, self.short),
        ]  # fmt: skip

    def run(self, actions: int) -> None:
        weights, steps = zip(*self.steps, strict=True)
        for step in self.chance.choices(steps, weights, k=actions):
            try:
                step()
                outcome = "done"
            except DomainError as error:
                outcome = type(error).__name__
            except Exception as error:  # noqa: BLE001 (what the storm is about)
                outcome = "broken"
                self.broken.append(f"{step.__name__}: {error!r}"[:400])
            self.done[f"{step.__name__} {outcome}"] += 1

    def do(self, action: Callable[..., Any], command: Any) -> Any:
        return db.write(action, command, self.actor, clock.now())

    def sku(self) -> str:
        return self.chance.choice(SKUS)

    def order(self) -> None:
        codes = [self.chance.choice((*SKUS, *KITS)) for _ in range(self.chance.randint(2, 5))]
        lines = tuple(DraftLine(code, self.chance.randint(1, 3)) for code in codes)
        shortage = self.chance.choice(("refuse", "backorder"))
        command = CaptureOrder("web", "GBP", lines, payment=PaymentDraft("manual", 1_000_000), on_shortage=shortage)
        self.orders.append(self.do(place_order, command).id)

    def cancel(self) -> None:
        if self.orders:
            self.do(cancel_order, CancelOrder(self.orders.pop(self.chance.randrange(len(self.orders))), "customer"))

    def _work(self) -> list[tuple[int, str]]:
        if not self.orders:
            return []
        order_id = self.chance.choice(self.orders)
        return read("SELECT id, status FROM fulfilment_order WHERE order_id = :id ORDER BY id", id=order_id)

    def fulfil(self) -> None:
        for work_id, status in self._work():
            if status == "allocated":
                self.do(work.release_work, ReleaseWork(work_id))
                self.do(work.pick_units, PickUnits(work_id))
                self.do(work.pack_units, PackUnits(work_id))
                self.do(work.ship_parcel, ShipParcel(work_id, "DHL", f"T{work_id}"))

    def short(self) -> None:
        for work_id, status in self._work()[:1]:
            if status == "allocated":
                self.do(work.release_work, ReleaseWork(work_id))
                self.do(work.short_pick, ShortPick(work_id, "not_found"))

    def receive(self) -> None:
        code, units = self.sku(), self.chance.randint(1, 6)
        self.do(receive_stock, ReceiveStock(code, self.chance.choice(PLACES), units))
        self.moved[f"received {code}"] += units

    def adjust(self) -> None:
        code, change = self.sku(), self.chance.choice((-2, -1, 1, 2))
        self.do(adjust_stock, AdjustStock(code, self.chance.choice(PLACES), "correction", change=change))
        self.moved[f"adjusted {code}"] += change

    def transfer(self) -> None:
        here, there = self.chance.sample(PLACES, 2)
        codes = self.chance.sample(SKUS, self.chance.randint(1, 3))
        draft = DraftTransfer(here, there, tuple(DraftedLine(code, self.chance.randint(1, 3)) for code in codes))
        number = self.do(draft_transfer, draft).number
        self.do(dispatch_transfer, DispatchTransfer(number))
        self.do(receive_transfer, ReceiveTransfer(number))

    def count(self) -> None:
        place, codes = self.chance.choice(PLACES), tuple(self.chance.sample(SKUS, 2))
        number = self.do(open_count, OpenCount(place, codes)).number
        for code in codes:
            rows = read("SELECT b.on_hand FROM stock_balance b JOIN sku s ON s.id = b.sku_id JOIN location l ON l.id = b.location_id"
                        " WHERE s.code = :sku AND l.code = :place", sku=code, place=place)  # fmt: skip
            seen = rows[0][0] if rows else 0
            self.do(count_units, CountUnits(number, code, max(0, seen + self.chance.choice((-1, 0, 0, 0, 1)))))
        self.do(approve_lines, DecideLines(number))

    def purchase(self) -> None:
        codes = self.chance.sample(SKUS, 2)
        lines = tuple(PurchaseLine(code, 4) for code in codes)
        number = self.do(create_purchase_order, PurchaseDraft(SUPPLIER, self.chance.choice(PLACES), lines)).number
        self.do(place_purchase_order, PlacePurchaseOrder(number))
        for code in codes:
            self.do(receive_purchase, ReceivePurchase(number, (ReceiptItem(code, 4),)))
            self.moved[f"received {code}"] += 4

    def hold(self) -> None:
        held = self.do(hold_stock, HoldStock("web", tuple((self.sku(), 1) for _ in range(3)), 5))
        if self.chance.random() < 0.7:
            self.do(release_hold, ReleaseStockHold(held.token))

    def expire(self) -> None:
        self.do(expire_holds, 10)

    def fill(self) -> None:
        for (sku_id,) in read("SELECT id FROM sku WHERE code = :code", code=self.sku()):
            self.do(fill_backorders, FillBackorders(sku_id))


def one_process(instance: str, url: str, seed: int, actions: int, start: Any) -> None:
    app = create_app(Config(instance=Path(instance), secret_key=SECRET, database_url="" if url == "-" else url))
    with app.app_context():
        storm = Storm(seed)
        start.wait()
        storm.run(actions)
        db.database().close()
    said = {"done": storm.done, "moved": storm.moved, "broken": storm.broken}
    (Path(instance) / f"storm-{seed}.json").write_text(json.dumps(said))


def main(instance: str, url: str, processes: str, actions: str) -> None:
    load_everything()
    context = multiprocessing.get_context("fork")  # nothing runs here yet: no thread, no connection
    start = context.Barrier(int(processes))
    workers = [
        context.Process(target=one_process, args=(instance, url, seed, int(actions), start)) for seed in range(int(processes))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
