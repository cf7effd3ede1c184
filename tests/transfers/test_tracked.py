"""Transfers of what has serial numbers, on the page: named when they leave, when some arrive, and when some are lost."""

from dashboard.transfers.commands import DraftedLine, DraftTransfer
from dashboard.transfers.drafts import draft_transfer
from tests.accounts.helpers import sign_in
from tests.factories import do, one
from tests.inventory.tracking import numbered, receive, serials, shop


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
