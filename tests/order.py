"""What takes longest begins first, so that no worker is left with it at the end. Imported by conftest.py."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LONGEST = (
    "channels/test_online_retail.py",
    "structure/test_tools.py",
    "structure/test_ranks.py",
    "channels/test_retail_workers.py",
    "channels/test_killed_import.py",
    "api/test_evil.py",
    "crash/test_points.py",
    "inventory/test_machine.py",
    "browser/test_live_screens.py",
    "browser/test_flow.py",
    "browser/test_pages.py",
    "concurrency/test_storm.py",
    "inventory/test_lot_machine.py",
    "orders/test_model.py",
    "orders/test_list_plans.py",
    "demo/test_demo.py",
    "bench/test_smoke.py",
    "live/js/test_protocol.py",
)
"""Files, longest first; those that busy every core come before the browsers, which wait for an answer only so long."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if lost := [name for name in LONGEST if not (TESTS / name).exists()]:
        raise pytest.UsageError(f"tests/order.py names files that are not there: {', '.join(lost)}")
    place = {TESTS / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(LONGEST)))
