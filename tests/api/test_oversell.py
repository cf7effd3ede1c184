"""The last unit bought by N clients at once: exactly what is there is sold, the rest is refused, nothing breaks.

OVERSELL_CALLS=50 asks as often in every test as in the first.
"""

import collections
import concurrent.futures
import os

import pytest

from tests.api.conftest import Api
from tests.shop import open_shop

CLIENTS, REQUESTS = 16, 50
CALLS = int(os.environ.get("OVERSELL_CALLS", "12"))


def storm(app, bodies, requests=CALLS):
    """Post so many of these bodies from each of CLIENTS threads at once; returns how often each status came back, and the units
    sold per SKU."""
    headers = Api(app).headers

    def client(number: int):
        browser, statuses, sold = app.test_client(), collections.Counter(), collections.Counter()
        for at in range(requests):
            body = bodies[(number + at) % len(bodies)]
            answer = browser.post("/api/v1/orders", json=body, headers={**headers, "Idempotency-Key": f"{number}-{at}"})
            statuses[answer.status_code] += 1
            for line in answer.json["lines"] if answer.status_code == 201 else ():
                sold[line["sku"]] += line["allocated"]
        return statuses, sold

    statuses, sold = collections.Counter(), collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        for counted, units in pool.map(client, range(CLIENTS)):
            statuses += counted
            sold += units
    return statuses, sold


def order(*lines):
    return {"channel": "web", "currency": "GBP", "lines": [{"sku": sku, "quantity": units} for sku, units in lines]}


def test_one_sku_with_100_units_is_sold_100_times(any_app, clean_check):
    open_shop({"A-1": {"N": 60, "S": 40}})

    statuses, sold = storm(any_app, [order(("A-1", 1))], REQUESTS)

    assert statuses == {201: 100, 409: CLIENTS * REQUESTS - 100}
    assert sold == {"A-1": 100}


def test_two_lines_on_one_sku_see_the_same_shelf(any_app, clean_check):
    open_shop({"A-1": {"N": 100}})

    statuses, sold = storm(any_app, [order(("A-1", 1), ("A-1", 1))])

    assert statuses == {201: 50, 409: CLIENTS * CALLS - 50}
    assert sold == {"A-1": 100}


def test_orders_naming_skus_in_reversed_order_neither_deadlock_nor_oversell(any_app, clean_check):
    open_shop({"A-1": {"N": 100}, "B-2": {"N": 100}})

    statuses, sold = storm(any_app, [order(("A-1", 1), ("B-2", 1)), order(("B-2", 1), ("A-1", 1))])

    assert statuses == {201: 100, 409: CLIENTS * CALLS - 100}
    assert sold == {"A-1": 100, "B-2": 100}


@pytest.mark.parametrize("units", [3, 7])
def test_orders_of_several_units_never_sell_a_unit_twice(any_app, clean_check, units):
    open_shop({"A-1": {"N": 100}})

    statuses, sold = storm(any_app, [order(("A-1", units))])

    assert statuses[201] == 100 // units
    assert sold == {"A-1": 100 // units * units}
