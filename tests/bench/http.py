"""Capture of an order with 3 lines over HTTP at 32 clients, beside an echo view behind the same token check and parsing."""

import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from dashboard.kernel import db
from dashboard.kernel.ids import new_key
from tests.accounts.helpers import api_token
from tests.bench import capture, echo, load
from tests.bench.measuring import Figure, alternate, percentile
from tests.bench.served import EchoServed

CLIENTS = 32
ORDERS = 1_600


def bodies(count: int) -> list[bytes]:
    """JSON of orders as a web shop sends them."""
    made = []
    for _ in range(count):
        order = capture.order()
        address = order.ship_to
        made.append(json.dumps({
            "channel": order.channel, "currency": order.currency, "external_id": order.external_id,
            "lines": [{"sku": line.sku, "quantity": line.quantity} for line in order.lines],
            "customer": {"name": order.customer.name, "email": order.customer.email, "phone": order.customer.phone},
            "shipping_address": {"name": address.name, "line1": address.line1, "city": address.city,
                                 "postal_code": address.postal_code, "country": address.country},
            "shipping_price": "3.95", "payment": {"provider": "manual", "authorized": "53.95", "method": "card_terminal"},
        }).encode())  # fmt: skip
    return made


class Door:
    """Both routes of one server, and what its clients waited."""

    def __init__(self, server: EchoServed, headers: dict[str, str], orders: int):
        self._port, self._headers, self._orders = server.port, headers, orders
        self._worker = max(server.worker_pids())
        self.orders: list[float] = []
        self.echoes: list[float] = []
        self.cpu_ms: dict[str, list[float]] = {}

    def capture(self) -> float:
        """Orders per second."""
        return self._run("/api/v1/orders", self.orders)

    def echo(self) -> float:
        """Echoes per second of the same requests."""
        return self._run(echo.PATH, self.echoes)

    def _run(self, path: str, waited: list[float]) -> float:
        sent = [load.post(path, {**self._headers, "Idempotency-Key": new_key()}, body) for body in bodies(self._orders)]
        time.sleep(0.3)  # what the round before left to the relay is not this one's
        spent = cpu_seconds(self._worker)
        outcome = load.run(self._port, sent, CLIENTS)
        self.cpu_ms.setdefault(path, []).append((cpu_seconds(self._worker) - spent) * 1000 / len(sent))
        if set(outcome.statuses) != {201}:
            raise RuntimeError(f"{path} answered {dict(outcome.statuses)}")
        waited += outcome.each
        return outcome.rate


def cpu_seconds(pid: int) -> float:
    """What the process has spent so far, all of its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(orders: int = ORDERS) -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="orderdeck-bench-"))
    app = capture.shop_app(folder)
    headers = api_token(app, "channel", "web")
    with app.app_context():
        db.database().close()
    server = EchoServed(folder)
    try:
        Door(server, headers, CLIENTS * 10).capture()
        door = Door(server, headers, orders)
        ours, limit = alternate(door.capture, door.echo)
        notes: dict[str, Any] = {f"{name} p{round(share * 100)} ms": round(percentile(waited, share) * 1000, 1)
                 for name, waited in (("order", door.orders), ("echo", door.echoes)) for share in (0.5, 0.95, 0.99)}  # fmt: skip
        notes["server's CPU ms per request"] = {path: round(statistics.median(each), 2) for path, each in door.cpu_ms.items()}
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
    return [
        Figure(
            "order over HTTP, 32 clients",
            ours,
            "orders/s",
            limit,
            "echo: same token check, same parsing",
            at_least=0.4,
            notes=notes,
        ),
        Figure("order over HTTP, 32 clients, p99", notes["order p99 ms"], "ms", at_most=50.0),
    ]
