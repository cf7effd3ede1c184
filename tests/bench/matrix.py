"""The stock matrix of 50,000 SKUs at 5 locations over HTTP: views, searches, pages far down, beside a view that does nothing."""

import shutil
import statistics
import tempfile
from pathlib import Path
from urllib.parse import quote

from tests.bench import echo, shelves, signed_in
from tests.bench.lists import Get, next_page, timed
from tests.bench.measuring import Figure, percentile
from tests.bench.served import EchoServed
from tests.serving import Client

SKUS = 50_000
LOCATIONS = 5
TIMES = 8
DEEP = 40
VIEWS = {"all": "/inventory", "low": "/inventory?view=low", "out": "/inventory?view=out"}
SEARCHES = {
    "the start of a code": "SKU-0123",
    "a whole code": "SKU-040000",
    "a part of many names": "blue",
    "a part of one name": "49999",
    "two words": "Mug blue",
    "nothing": "zzqqxx",
}


def measure(skus: int = SKUS, times: int = TIMES) -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="orderdeck-bench-"))
    try:
        shelves.build(folder, skus, LOCATIONS)
        headers = signed_in.cookie(folder)
        server = EchoServed(folder)
        caller = Client(server.port, headers)
        try:
            paths = {**VIEWS, **{f"search: {name}": f"/inventory?q={quote(text)}" for name, text in SEARCHES.items()}}
            paths |= {f"low, search: {text}": f"/inventory?view=low&q={text}" for text in ("blue", "SKU-01")}
            paths |= deep_pages(caller)
            return [_figure(lambda path: timed(path, lambda: caller.get(path)[0]), paths, times, skus)]
        finally:
            caller.close()
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def deep_pages(caller: Client) -> dict[str, str]:
    """Pages many pages down, by the links that people follow."""
    found = {}
    for name, path in VIEWS.items():
        for _ in range(DEEP):
            path = next_page(caller.get(path)[1].decode()) or path
        found[f"{name}, page {DEEP}"] = path
    return found


def _figure(get: Get, paths: dict[str, str], times: int, skus: int) -> Figure:
    each: dict[str, list[float]] = {name: [] for name in paths}
    nothing: list[float] = []
    for path in paths.values():
        get(path)  # the pages of the file are read from the disk once
    for _ in range(times):
        for name, path in paths.items():
            nothing.append(get(echo.NOTHING) * 1000)
            each[name].append(get(path) * 1000)
    spent = [value for values in each.values() for value in values]
    medians = {name: statistics.median(values) for name, values in each.items()}
    slowest = sorted(medians, key=lambda name: -medians[name])[:8]
    return Figure(
        "stock matrix over HTTP, p95", round(percentile(spent, 0.95), 2), "ms", at_most=60.0,
        beside=round(percentile(nothing, 0.95), 2), beside_name="a view that does nothing, p95",
        notes={"SKUs": skus, "locations": LOCATIONS, "requests": len(spent), "p50 ms": round(statistics.median(spent), 2),
               "nothing p50 ms": round(statistics.median(nothing), 2),
               "slowest, median ms": {name: round(medians[name], 1) for name in slowest}},
    )  # fmt: skip
