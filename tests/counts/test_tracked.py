"""Counts of what has lots: what is missing goes earliest expiry first, what is found says its lot, on the page."""

import datetime as dt

from dashboard.counts.actions import count_units, open_count
from dashboard.counts.commands import CountUnits, OpenCount
from dashboard.kernel import clock
from tests.accounts.helpers import sign_in
from tests.api.conftest import Api
from tests.counts.acting import ANN, TOM
from tests.factories import do, dump, one
from tests.inventory.tracking import in_lots, lots, receive, shop

DAY = clock.now().date() + dt.timedelta(days=200)


def counted(units: int) -> tuple[str, int]:
    """A count of A at north with this figure: its number, and the line that waits."""
    number = do(open_count, OpenCount("north", ("A",)), actor=TOM).number
    do(count_units, CountUnits(number, "A", units), actor=TOM)
    if one("SELECT count(*) FROM count_line WHERE state = 'to_count'"):
        do(count_units, CountUnits(number, "A", units), actor=ANN)
    return number, one("SELECT id FROM count_line WHERE state = 'counted'")


def test_what_is_found_says_its_lot(app):
    shop()
    receive(20, lots(("L1", 20, DAY)))
    client = app.test_client()
    sign_in(client)
    number, line = counted(21)
    assert f'name="{line}-lot"' in client.get(f"/counts/{number}/review").get_data(as_text=True)
    before = dump()

    data = {"from": "review", "only": f"approve:{line}"}
    assert client.post(f"/counts/{number}/decisions", data=data).status_code == 422
    assert client.post(f"/counts/{number}/decisions", data=data | {f"{line}-lot": "L9"}).status_code == 422
    assert dump() == before
    client.post(f"/counts/{number}/decisions", data=data | {f"{line}-lot": "L1"})

    assert in_lots() == {"L1": (21, 0, 0)}


def test_what_is_missing_is_of_the_lot_that_expires_first(app):
    shop()
    receive(20, lots(("L1", 12, DAY), ("L2", 8, DAY - dt.timedelta(days=1))))
    client = app.test_client()
    sign_in(client)
    number, line = counted(19)

    client.post(f"/counts/{number}/decisions", data={"from": "review", "only": f"approve:{line}"})

    assert in_lots() == {"L1": (12, 0, 0), "L2": (7, 0, 0)}


def test_several_lots_are_found_on_the_page_and_over_the_api(app):
    shop()
    receive(20, lots(("L1", 20, DAY)))
    client, api = app.test_client(), Api(app)
    sign_in(client)
    number, line = counted(23)
    rows = {f"{line}-lot": ["L1", "L2"], f"{line}-lot_units": ["2", ""], f"{line}-expires_on": ["", str(DAY)]}
    data = {"from": "review", "only": f"approve:{line}", **rows}
    before = dump()

    more = client.post(f"/counts/{number}/decisions", data={**data, "another": f"{line}-"})
    wrong = client.post(f"/counts/{number}/decisions", data={**data, f"{line}-lot_units": ["9", "1"]})
    assert (more.status_code, more.get_data(as_text=True).count(f'name="{line}-lot"')) == (200, 3)
    assert wrong.status_code == 422 and f'id="{line}-lot-error"' in wrong.get_data(as_text=True)
    assert dump() == before
    client.post(f"/counts/{number}/decisions", data=data)
    assert in_lots() == {"L1": (22, 0, 0), "L2": (1, 0, 0)}

    number, line = counted(25)
    unnamed = api.post(f"counts/{number}/approvals", {"lines": [str(line)]})
    assert unnamed.status_code == 422 and f"{line}.lots" in unnamed.json["facts"]["fields"]
    named = {"line": str(line), "lots": [{"lot": "L1", "units": 1}, {"lot": "L3", "units": 1, "expires_on": str(DAY)}]}
    assert api.post(f"counts/{number}/approvals", {"lines": [str(line)], "named": [named]}).status_code == 201
    assert in_lots() == {"L1": (23, 0, 0), "L2": (1, 0, 0), "L3": (1, 0, 0)}
