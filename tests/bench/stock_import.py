"""Import of 50,000 stock rows through the page: seconds from the upload to "Done", memory meanwhile, and how often the bar moved."""

import contextlib
import re
import shutil
import tempfile
import threading
import time
from pathlib import Path

from tests.bench import shelves, signed_in
from tests.bench.measuring import Figure
from tests.serving import Client, Served

ROWS = 50_000
LOCATIONS = 5
BOUNDARY = "bench-boundary-7c1f"
HIDDEN = re.compile(r'name="(csrf_token|_key)" value="([^"]+)"')
BAR = re.compile(r"<progress[^>]*value=\"(\d+)\"")
MOST_SECONDS = 300.0


def measure(rows: int = ROWS) -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="orderdeck-bench-"))
    try:
        shelves.build(folder, rows // LOCATIONS, LOCATIONS)
        headers = signed_in.cookie(folder)
        server = Served(folder)
        try:
            with contextlib.closing(Client(server.port, headers)) as client:
                first = _import(server, client, _table(rows, more=1), "first")
                again = _import(server, client, _table(rows, more=1), "again")
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    notes = {"rows": rows, "figures the bar showed": first.shown, "outcomes": first.outcomes,
             "the same file again, s": round(again.seconds, 1), "outcomes again": again.outcomes}  # fmt: skip
    return [
        Figure("stock import, upload to done", first.seconds, "s", at_most=20.0 * rows / ROWS, notes=notes),
        Figure("stock import, memory it took", first.grown_mb, "MB", at_most=60.0,
               notes={"resident before, MB": round(first.before_mb, 1), "after a tenth of the rows, MB": round(first.tenth_mb, 1)}),
    ]  # fmt: skip


class Run:
    """What one import came to."""

    def __init__(self) -> None:
        self.seconds = self.before_mb = self.tenth_mb = self.grown_mb = 0.0
        self.shown: list[int] = []
        self.outcomes: list[tuple[str, str]] = []


def _table(rows: int, more: int) -> bytes:
    """Every balance set to a little more than it has; each has a level, too."""
    skus = range(1, rows // LOCATIONS + 1)
    lines = [
        f"{shelves.code(sku)},w{place},{shelves.units(sku, place) + more},{sku % 9}\n"
        for sku in skus for place in range(1, LOCATIONS + 1)
    ]  # fmt: skip
    return ("sku,location,on_hand,reorder_point\n" + "".join(lines)).encode()


def _import(server: Served, client: Client, table: bytes, name: str) -> Run:
    run, peak, done = Run(), [0.0], threading.Event()
    run.before_mb = server.rss_mb()
    form = _form(client, "/imports/new/stock")
    fields = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n' for field, value in form.items()
    )
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = fields.encode() + head.encode() + table + f"\r\n--{BOUNDARY}--\r\n".encode()
    began = time.perf_counter()
    address = _post(client, "/imports/new/stock", body)
    watcher = threading.Thread(target=_watch, args=(server, peak, done))
    watcher.start()
    try:
        page = _follow(client, address, run, server, began)
    finally:
        done.set()
        watcher.join()
    run.seconds, run.grown_mb = time.perf_counter() - began, peak[0] - run.before_mb
    words = re.sub(r"<[^>]+>", " ", page[page.index("What became of each row") :])
    run.outcomes = re.findall(r"(Changed|Unchanged|Refused|In all)\s.*?([\d,]+)", words)
    return run


def _form(client: Client, path: str) -> dict[str, str]:
    """The hidden fields of a form; the session that knows its token becomes the client's."""
    client._connection.request("GET", path, headers=client._headers)
    answer = client._connection.getresponse()
    if cookie := answer.getheader("Set-Cookie"):
        client._headers["Cookie"] = cookie.partition(";")[0]
    return dict(HIDDEN.findall(answer.read().decode()))


def _post(client: Client, path: str, body: bytes) -> str:
    client._connection.request("POST", path, body, {**client._headers, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
    answer = client._connection.getresponse()
    said = answer.read().decode()
    if answer.status != 303:
        raise RuntimeError(f"the upload answered {answer.status}: {re.sub('<[^>]+>', ' ', said)[-800:]}")
    return answer.getheader("Location", "")


def _follow(client: Client, address: str, run: Run, server: Served, began: float) -> str:
    """Look at the import's page, as a screen does, until it is done."""
    while time.perf_counter() - began < MOST_SECONDS:
        page = client.get(address)[1].decode()
        if found := BAR.search(page):
            value = int(found.group(1))
            run.shown += [value] if run.shown[-1:] != [value] else []
            run.tenth_mb = run.tenth_mb or (server.rss_mb() if value else 0.0)
        if "What became of each row" in page:
            return page
        if "Failed" in page:
            raise RuntimeError(re.sub(r"<[^>]+>", " ", page)[-2000:])
        time.sleep(0.25)
    raise TimeoutError(f"the import was not done within {MOST_SECONDS} s; its bar showed {run.shown}")


def _watch(server: Served, peak: list[float], done: threading.Event) -> None:
    while not done.wait(0.1):
        peak[0] = max(peak[0], server.rss_mb())
