"""`python -m tests.bench [name ...]`: measure, print a table, write build/bench.json; exits 1 when a bound does not hold."""

import dataclasses
import importlib
import json
import sys
import time

from dashboard.config import ROOT
from tests.bench.measuring import Figure

BENCHES = ("start", "capture", "http", "lists", "matrix", "stock_import", "screens", "visible", "routing", "bulk", "million")
ALONE = {"million"}
"""Only when asked for: it takes a quarter of an hour and 10 GB of disk."""
RESULTS = ROOT / "build" / "bench.json"


def main(names: list[str]) -> int:
    unknown = set(names) - set(BENCHES)
    if unknown:
        print(f"There is no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    found: dict[str, list[Figure]] = {}
    print(f"{'':2}{'figure':<52}{'value':>12} {'unit':<9}{'raw limit':>12}{'ratio':>8}  bound")
    for name in names or [name for name in BENCHES if name not in ALONE]:
        began = time.monotonic()
        found[name] = importlib.import_module(f"tests.bench.{name}").measure()
        for figure in found[name]:
            print(line(figure), flush=True)
        print(f"  ({name}: {time.monotonic() - began:.0f} s)", flush=True)
    keep(found)
    return 0 if all(figure.holds for figures in found.values() for figure in figures) else 1


def line(figure: Figure) -> str:
    limit, ratio = (f"{figure.limit:,.1f}", f"{figure.judged:.2f}") if figure.limit else ("", "")
    bounds = ((">=", figure.at_least), ("<=", figure.at_most))
    bound = " and ".join(f"{sign} {value:g}" for sign, value in bounds if value is not None)
    notes = "\n".join(f"      {name}: {value}" for name, value in figure.notes.items())
    mark = " " if figure.holds else "!"
    first = f"{mark} {figure.name:<52}{figure.value:>12,.2f} {figure.unit:<9}{limit:>12}{ratio:>8}  {bound}"
    return f"{first}\n{notes}" if notes else first


def keep(found: dict[str, list[Figure]]) -> None:
    """Add these to what earlier runs found."""
    RESULTS.parent.mkdir(exist_ok=True)
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name, figures in found.items():
        known[name] = [
            {**dataclasses.asdict(figure), "ratio": figure.judged if figure.limit else None, "holds": figure.holds}
            for figure in figures
        ]
    RESULTS.write_text(json.dumps(known, indent=2, default=str) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
