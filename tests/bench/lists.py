"""Order list and search over 100,000 orders: the whole request, through the test client and over HTTP, beside a view that does nothing."""

import contextlib
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from flask.testing import FlaskClient

from dashboard.config import Config
from dashboard.kernel import db
from tests.accounts.helpers import add_user, sign_in
from tests.bench import echo, shops
from tests.bench.measuring import Figure, percentile
from tests.bench.served import EchoServed
from tests.conftest import OwnContextClient
from tests.serving import SECRET, Client

TIMES = 5
ORDERS = 100_000
LISTS = {
    "all": "/orders",
    "open": "/orders?view=open",
    "to release": "/orders?view=to_release",
    "on hold": "/orders?view=on_hold",
    "delivered": "/orders?view=delivered",
    "at risk": "/orders?view=at_risk",
    "by total": "/orders?sort=-total",
    "delivered by total": "/orders?view=delivered&sort=-total",
    "by number, oldest first": "/orders?sort=number",
    "by due moment": "/orders?sort=ship_by",
    "one channel": "/orders?channel=web",
    "a country": "/orders?country=DE",
    "a location and a payment": "/orders?location=south&payment_status=authorized",
    "a hold": "/orders?hold=any",
}
SEARCHES = {
    "a name": "Lindqvist",
    "two names": "Ada Lindqvist",
    "a part of a word": "indqvi",
    "an e-mail": "ada.lindqvist",
    "a number": "11234",
    "the start of a number": "11",
    "a word of an item": "mug",
    "nothing": "zzqqxx",
}
DEEP = 40
"""Pages turned to get deep."""

Get = Callable[[str], float]
"""Asks for an address; returns the seconds of the whole request."""


def measure(orders: int = ORDERS, times: int = TIMES) -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="orderdeck-bench-"))
    try:
        began = time.perf_counter()
        shops.big(folder, orders)
        notes = {"orders": orders, "seconds to build or copy": round(time.perf_counter() - began, 1)}
        app = echo.application(Config(instance=folder, secret_key=SECRET, demo=True))
        app.test_client_class = OwnContextClient
        client = app.test_client()
        sign_in(client, user=add_user(app, "owner"))
        paths = {**LISTS, **{f"search: {name}": f"/orders?q={quote(text)}" for name, text in SEARCHES.items()}, **deep_pages(client)}
        here = _figure("order list and search, in-process", _through(client), paths, times, notes)
        with app.app_context():
            db.database().close()
        with _over_http(folder, client) as get:
            return [here, _figure("order list and search, over HTTP", get, paths, times, {})]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def deep_pages(client: FlaskClient) -> dict[str, str]:
    """Addresses of pages many pages down, by the links that people follow."""
    found = {}
    for name in ("all", "delivered", "by total"):
        path = LISTS[name]
        for _ in range(DEEP):
            path = next_page(client.get(path).get_data(as_text=True)) or path
        found[f"{name}, page {DEEP}"] = path
    return found


def next_page(html: str) -> str | None:
    """The address in the page's link to the rest."""
    place = html.rfind("after=")
    if place < 0:
        return None
    start, end = html.rfind('"', 0, place) + 1, html.find('"', place)
    return html[start:end].replace("&amp;", "&")


def _through(client: FlaskClient) -> Get:
    return lambda path: timed(path, lambda: client.get(path).status_code)


@contextlib.contextmanager
def _over_http(folder: Path, client: FlaskClient) -> Iterator[Get]:
    """With the test client's session, from `flask serve`."""
    cookie = client.get_cookie("orderdeck")
    assert cookie is not None
    server = EchoServed(folder)
    caller = Client(server.port, {"Cookie": f"orderdeck={cookie.value}"})
    try:
        yield lambda path: timed(path, lambda: caller.get(path)[0])
    finally:
        caller.close()
        server.kill()


def timed(path: str, ask: Callable[[], int]) -> float:
    began = time.perf_counter()
    status = ask()
    spent = time.perf_counter() - began
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    return spent


def _figure(name: str, get: Get, paths: dict[str, str], times: int, notes: dict[str, object]) -> Figure:
    """p95 over all requests of all addresses, which take turns with the view that does nothing."""
    each: dict[str, list[float]] = {path: [] for path in paths}
    nothing: list[float] = []
    for path in paths.values():
        get(path)  # the pages of the file are read from the disk once
    for _ in range(times):
        for what, path in paths.items():
            nothing.append(get(echo.NOTHING) * 1000)
            each[what].append(get(path) * 1000)
    spent = [value for values in each.values() for value in values]
    medians = {what: statistics.median(values) for what, values in each.items()}
    slowest = sorted(medians, key=lambda what: -medians[what])[:8]
    return Figure(
        f"{name}, p95", round(percentile(spent, 0.95), 2), "ms", at_most=50.0,
        beside=round(percentile(nothing, 0.95), 2), beside_name="a view that does nothing, p95",
        notes={**notes, "p50 ms": round(statistics.median(spent), 2), "nothing p50 ms": round(statistics.median(nothing), 2),
               "requests": len(spent), "slowest, median ms": {what: round(medians[what], 1) for what in slowest}},
    )  # fmt: skip
