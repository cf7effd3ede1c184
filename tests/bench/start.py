"""How soon it is there: boot of the application, the server's second start, and its memory with the demo."""

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dashboard.config import ROOT
from tests.bench import shops, signed_in
from tests.bench.measuring import Figure, alternate
from tests.serving import Client, Served, environment

PAGES = ("/", "/orders", "/orders?view=open", "/orders?q=mug", "/orders/new", "/orders/10500", "/pick", "/pack", "/inventory",
         "/kpis", "/exceptions", "/imports", "/skus", "/users")  # fmt: skip


def python(folder: Path, code: str) -> float:
    """Seconds of a fresh interpreter that runs this."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment(folder), check=True)
    return time.perf_counter() - began


def second_start(folder: Path) -> float:
    """Seconds of what `make run` does when everything is installed and built, until the first answer."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "--orders", "10000", "--seed", "1"]
    subprocess.run(command, cwd=ROOT, env=environment(folder), check=True, stdout=subprocess.DEVNULL)
    server = Served(folder)
    server.kill()
    return time.perf_counter() - began


def memory(folder: Path) -> dict[str, float]:
    """Resident megabytes of a server that has shown its pages: of the worker, and of gunicorn's first process."""
    headers = signed_in.cookie(folder)
    server = Served(folder)
    try:
        with contextlib.closing(Client(server.port, headers)) as client:
            for path in PAGES * 3:
                status, _ = client.get(path)
                if status != 200:
                    raise RuntimeError(f"{path} answered {status}")
        time.sleep(1.0)
        first = resident_mb(server.process.pid)
        return {"worker": server.rss_mb() - first, "first": first}
    finally:
        server.kill()


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def measure() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="orderdeck-bench-"))
    try:
        shops.demo(folder)
        app, nothing = alternate(lambda: python(folder, "from wsgi import app"), lambda: python(folder, "pass"))
        (start,) = alternate(lambda: second_start(folder))
        resident = memory(folder)
        return [
            Figure(
                "boot of the application", app, "s", at_most=2.0, notes={"an interpreter that does nothing, s": round(nothing, 3)}
            ),
            Figure("second start until it answers", start, "s", at_most=10.0),
            Figure("memory of the worker with the demo", resident["worker"], "MB", at_most=150.0,
                   notes={"pages it has shown": len(PAGES), "gunicorn's first process, MB": round(resident["first"], 1)}),
        ]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
