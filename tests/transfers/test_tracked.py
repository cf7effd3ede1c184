"""Transfers of what has lots or serial numbers, on the page: named when they leave, when some arrive, and when some are lost."""

from dashboard.transfers.commands import DraftedLine, DraftTransfer
from dashboard.transfers.drafts import draft_transfer
from tests.accounts.helpers import sign_in
from tests.factories import do, one
from tests.inventory.tracking import LATER, SOON, in_lots, lots, numbered, receive, serials, shop


def test_serial_numbers_leave_and_arrive_by_name(app):
    shop("serials")
    receive(3, serials("S1", "S2", "S3"))
    client = app.test_client()
    sign_in(client)
    number = do(draft_transfer, DraftTransfer("north", "south", (DraftedLine("A", 2),))).number
    line = one("SELECT id FROM transfer_line")
    assert f'name="{line}-serials"' in client.get(f"/transfers/{number}").get_data(as_text=True)

    assert client.post(f"/transfers/{number}/dispatch", data={}).status_code == 422
    assert client.post(f"/transfers/{number}/dispatch", data={f"{line}-serials": "S1\nS3"}).status_code == 303
    part = {"step": "receive", f"{line}-received": "1"}
    refused = client.post(f"/transfers/{number}/receipts", data=part)
    assert refused.status_code == 422 and f'id="{line}-serials-error"' in refused.get_data(as_text=True)
    assert client.post(f"/transfers/{number}/receipts", data=part | {f"{line}-serials": "s3"}).status_code == 303
    loss = {f"{line}-lost": "1", f"{line}-serials": "S2", "reason": "missing"}
    wrong = client.post(f"/transfers/{number}/losses", data=loss)
    assert wrong.status_code == 422 and f'id="lost-{line}-serials-error"' in wrong.get_data(as_text=True)
    client.post(f"/transfers/{number}/losses", data=loss | {f"{line}-serials": "S1"})

    assert numbered() == {"S1": ("scrapped", None), "S2": ("in_stock", "north"), "S3": ("in_stock", "south")}


def test_lots_leave_and_arrive_by_name(app):
    shop()
    receive(5, lots(("L1", 2, SOON), ("L2", 3, LATER)))
    client = app.test_client()
    sign_in(client)
    number = do(draft_transfer, DraftTransfer("north", "south", (DraftedLine("A", 4),))).number
    line = one("SELECT id FROM transfer_line")
    named = {f"{line}-lot": ["L1", "L2"], f"{line}-lot_units": ["1", ""]}

    more = client.post(f"/transfers/{number}/dispatch", data={**named, "another": f"{line}-"})
    assert (more.status_code, more.get_data(as_text=True).count(f'name="{line}-lot"')) == (200, 3)
    wrong = client.post(f"/transfers/{number}/dispatch", data={f"{line}-lot": "L9"})
    assert wrong.status_code == 422 and f'id="{line}-lot-error"' in wrong.get_data(as_text=True)
    assert client.post(f"/transfers/{number}/dispatch", data=named).status_code == 303
    assert in_lots() == {"L1": (1, 0, 0)}

    assert "1 of L1, 3 of L2" in client.get(f"/transfers/{number}").get_data(as_text=True)
    part = {"step": "receive", f"{line}-received": "2"}
    gone = client.post(f"/transfers/{number}/receipts", data={**part, f"{line}-lot": "L1"})
    assert gone.status_code == 422 and f'id="{line}-lot-error"' in gone.get_data(as_text=True)
    assert client.post(f"/transfers/{number}/receipts", data={**part, f"{line}-lot": "L2"}).status_code == 303
    assert in_lots("south") == {"L2": (2, 0, 0)}
    assert client.post(f"/transfers/{number}/receipts", data={"step": "all"}).status_code == 303
    assert in_lots("south") == {"L1": (1, 0, 0), "L2": (3, 0, 0)}
