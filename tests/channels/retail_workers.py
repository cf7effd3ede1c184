"""Workers that place the orders of the Online Retail file at the same time.

`python -m tests.channels.retail_workers <instance> <database url or -> <orders.json> <workers>`
"""

import contextlib
import datetime as dt
import json
import multiprocessing
import sys
from pathlib import Path
from typing import Any

from dashboard.channels.actions import place_order
from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from dashboard.kernel.errors import Unavailable
from dashboard.orders.commands import CaptureOrder, DraftLine
from tests.loading import load_everything
from tests.serving import SECRET

WORKER = system("import")


def place(invoice: str, at: str, lines: list[tuple[str, int]]) -> bool:
    """One invoice as an order that waits for what is not there, asked again while the database is too busy. Returns whether it is new."""
    drafts = tuple(DraftLine(code, units) for code, units in lines)
    command = CaptureOrder(
        "uk-store", "GBP", drafts, external_id=invoice, placed_at=dt.datetime.fromisoformat(at), on_shortage="backorder", pay_on="invoice"
    )
    while True:
        with contextlib.suppress(Unavailable):
            return db.write(place_order, command, WORKER, clock.now()).created


def one_worker(instance: str, url: str, orders: list[Any], start: Any) -> None:
    app = create_app(Config(instance=Path(instance), secret_key=SECRET, database_url="" if url == "-" else url))
    with app.app_context():
        start.wait()
        for order in orders:
            place(*order)
        db.database().close()


def main(instance: str, url: str, file: str, workers: str) -> int:
    load_everything()
    orders = json.loads(Path(file).read_text())
    context, count = multiprocessing.get_context("fork"), int(workers)
    start = context.Barrier(count)
    # a fifth of the orders is offered twice, by two workers, as a channel does that hears no answer
    shares = [orders[place::count] + orders[(place + 1) % count :: count][::5] for place in range(count)]
    running = [context.Process(target=one_worker, args=(instance, url, share, start)) for share in shares]
    for process in running:
        process.start()
    for process in running:
        process.join()
    return max(abs(process.exitcode or 0) for process in running)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
