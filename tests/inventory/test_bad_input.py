"""Bad input about stock, over pages and API: refused with 4xx, the field and the reason, and no row of any table changed."""

import shutil
from typing import Any, NamedTuple

import pytest

from dashboard.config import Config
from tests.accounts.helpers import sign_in
from tests.api.conftest import Api
from tests.conftest import SECRET, running
from tests.factories import read
from tests.pages import Page
from tests.shop import open_shop

TOO_MANY = 2**31
KEPT = frozenset({"meta", "job", "idempotency_key", "alembic_version", "session", "api_token", "users"})
"""Tables in which a request says that it, or its person, was here."""


class Refused(NamedTuple):
    """A request that must be refused. field: named in the answer (API), or whose control is marked (pages; '' for the form's alert)."""

    path: str
    sent: dict[str, Any]
    status: int
    field: str


@pytest.fixture(scope="module")
def here(migrated, tmp_path_factory):
    """A shop with everything stock can be: bins, lots, serial numbers, a kit, a purchase order, transfers and counts."""
    folder = tmp_path_factory.mktemp("bad_input")
    shutil.copy(migrated, folder / "orderdeck.sqlite3")
    with running(Config(instance=folder, secret_key=SECRET)) as app:
        open_shop({"A-1": {"N": 10, "S": 5}, "B-2": {"N": 3, "S": 0}})
        api = Api(app)
        _fill(api)
        person = app.test_client()
        sign_in(person)
        yield api, person


def _fill(api: Api) -> None:
    for sku in ({"sku": "LOT", "tracks": "lots"}, {"sku": "SER", "tracks": "serials"}):
        _ok(api.post("skus", {**sku, "name": "Item", "unit_price": "1.00"}))
    _ok(api.post("skus", {"sku": "KIT", "name": "Kit", "kind": "kit", "components": [{"sku": "A-1", "quantity": 2}]}))
    _ok(api.post("locations/N/bins", {"codes": ["P-01", "P-02"]}))
    _ok(api.post("locations/S/bins", {"codes": ["Z-01"]}))
    _ok(api.post("locations/N/put-aways", {"sku": "A-1", "bin": "P-01", "units": 4}))
    lot = {"lot": "L1", "units": 5, "expires_on": "2099-01-01"}
    _ok(api.post("stock/adjustments", {"sku": "LOT", "location": "N", "change": 5, "reason": "recount", "lots": [lot]}))
    serials = {"change": 2, "serials": ["S-1", "S-2"]}
    _ok(api.post("stock/adjustments", {"sku": "SER", "location": "N", "reason": "recount", **serials}))
    _ok(api.post("suppliers", {"name": "Acme", "lead_days": 3}))
    lines = [{"sku": "A-1", "quantity": 6}, {"sku": "LOT", "quantity": 4}, {"sku": "SER", "quantity": 2}]
    number = _ok(api.post("purchase-orders", {"supplier": "Acme", "location": "N", "lines": lines, "expected_on": "2030-01-01"}))["number"]
    _ok(api.post(f"purchase-orders/{number}/placement"))
    sent = [{"sku": "A-1", "units": 2}, {"sku": "LOT", "units": 2}]
    _ok(api.post("transfers", {"from_location": "N", "to_location": "S", "lines": [{"sku": "B-2", "units": 1}]}))
    way = _ok(api.post("transfers", {"from_location": "N", "to_location": "S", "lines": sent}))["number"]
    _ok(api.post(f"transfers/{way}/dispatch"))
    _ok(api.post("counts", {"location": "N", "skus": ["B-2"]}))
    moved = _ok(api.post("counts", {"location": "N", "bin": "P-01"}))["number"]
    _ok(api.post(f"counts/{moved}/figures", {"sku": "A-1", "units": 2}))
    _ok(api.post("locations/N/bin-moves", {"sku": "A-1", "from_bin": "P-01", "to_bin": "P-02", "units": 3}))


def _ok(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.json
    return answer.json


def adjusts(status: int, field: str, **body: Any) -> Refused:
    whole = {"sku": "A-1", "location": "N", "reason": "recount", "change": 1}
    return Refused("stock/adjustments", {**whole, **body}, status, field)


def receives(status: int, field: str, sku: str = "A-1", **item: Any) -> Refused:
    return Refused("purchase-orders/{purchase}/receipts", {"items": [{"sku": sku, "units": 1, **item}]}, status, field)


def transfers(status: int, field: str, to: str = "S", sku: str = "A-1", units: Any = 1) -> Refused:
    sent = {"from_location": "N", "to_location": to, "lines": [{"sku": sku, "units": units}]}
    return Refused("transfers", sent, status, field)


def arrives(status: int, field: str, sku: str = "A-1", **line: Any) -> Refused:
    return Refused("transfers/{transfer}/receipts", {"lines": [{"sku": sku, **line}]}, status, field)


def counts(status: int, field: str, sku: str = "B-2", units: Any = 1, count: str = "{count}") -> Refused:
    return Refused(f"counts/{count}/figures", {"sku": sku, "units": units}, status, field)


def puts(status: int, field: str, **body: Any) -> Refused:
    return Refused("locations/N/put-aways", {"sku": "A-1", "bin": "P-02", "units": 1, **body}, status, field)


def holds(status: int, field: str, sku: str = "A-1", units: Any = 1, **body: Any) -> Refused:
    return Refused("stock/holds", {"channel": "web", "minutes": 10, "lines": [{"sku": sku, "quantity": units}], **body}, status, field)


OVER_API = [
    adjusts(422, "change", change=1.5), adjusts(422, "change", change="1"), adjusts(422, "change", change=True),
    adjusts(422, "change", change=TOO_MANY), adjusts(422, "change", change=TOO_MANY - 1), adjusts(422, "change", change=0),
    adjusts(422, "on_hand", change=None, on_hand=-1, expected=4), adjusts(422, "on_hand", change=None, on_hand=0.5, expected=4),
    adjusts(422, "on_hand", change=None, on_hand=TOO_MANY, expected=4), adjusts(404, "sku", sku="NOPE"),
    adjusts(404, "location", location="X"), adjusts(422, "sku", sku="KIT"), adjusts(422, "bin", bin="Z-01"),
    adjusts(422, "reason", reason=""), adjusts(409, "", change=-9), adjusts(422, "lots", sku="LOT"),
    adjusts(422, "lots.0.expires_on", sku="LOT", lots=[{"lot": "NEW", "units": 1}]),
    adjusts(422, "lots.0.expires_on", sku="LOT", lots=[{"lot": "NEW", "units": 1, "expires_on": "soon"}]),
    adjusts(422, "lots", sku="LOT", lots=[{"lot": "L1", "units": 2}]), adjusts(422, "lots", lots=[{"lot": "L1", "units": 1}]),
    adjusts(422, "serials", sku="SER"), adjusts(422, "serials", sku="SER", serials=["S-1"]),
    receives(422, "items.0.units", units=-1), receives(422, "items.0.units", units=0.5),
    receives(422, "items.0.units", units=TOO_MANY), receives(404, "items.0.sku", "NOPE"), receives(422, "items.0.units", units=7),
    receives(422, "items.0.damaged", damaged=2), receives(422, "items.0.lots.0.expires_on", "LOT", lots=[{"lot": "NEW", "units": 1}]),
    receives(422, "items.0.lots", "LOT"), receives(422, "items.0.serials", "SER"), receives(422, "items.0.bin", bin="Z-01"),
    transfers(422, "to_location", to="N"), transfers(422, "to_location", to="X"), transfers(422, "lines.0.sku", sku="NOPE"),
    transfers(422, "lines.0.sku", sku="KIT"), transfers(422, "lines.0.units", units=-1), transfers(422, "lines.0.units", units=1.5),
    transfers(422, "lines.0.units", units=TOO_MANY),
    arrives(422, "lines.0.received", received=-1), arrives(422, "lines.0.received", received=0.5),
    arrives(422, "lines.0.received", received=TOO_MANY), arrives(422, "lines.0.received", received=3),
    arrives(422, "lines.0.sku", "NOPE", received=1), arrives(422, "LOT.lots.0.lot", "LOT", received=1, lots=[{"lot": "L9", "units": 1}]),
    counts(422, "units", units=-1), counts(422, "units", units=1.5), counts(422, "units", units=TOO_MANY), counts(404, "sku", "NOPE"),
    counts(404, "sku", "A-1"), Refused("counts/{moved}/approvals", {}, 409, "units"),
    Refused("counts", {"location": "N", "bin": "Z-01"}, 422, "bin"), Refused("counts", {"location": "N", "skus": ["NOPE"]}, 404, "skus"),
    puts(422, "units", units=-1), puts(422, "units", units=1.5), puts(422, "units", units=TOO_MANY), puts(409, "units", units=9),
    puts(404, "sku", sku="NOPE"), puts(422, "bin", bin="Z-01"),
    holds(422, "lines.0.quantity", units=-1), holds(422, "lines.0.quantity", units=1.5), holds(422, "lines.0.quantity", units=TOO_MANY),
    holds(422, "lines.0.sku", "NOPE"), holds(422, "minutes", minutes=0), holds(409, "", units=99),
]  # fmt: skip


def adjust_form(status: int, field: str, sku: str = "A-1", **form: str) -> Refused:
    whole = {"location": "N", "how": "change", "units": "1", "reason": "counted", "expected": "8"}
    return Refused(f"/stock/{sku}/adjustments", {**whole, **form}, status, field)


def transfer_form(status: int, field: str, **form: str) -> Refused:
    whole = {"from_location": "N", "to_location": "S", "lines-0-sku": "A-1", "lines-0-units": "1"}
    return Refused("/transfers", {**whole, **form}, status, field)


def scan(status: int, **form: str) -> Refused:
    return Refused("/receiving/scans", {"location": "N", "code": "A-1", "units": "1", **form}, status, "")


def put_form(status: int, field: str, **form: str) -> Refused:
    whole = {"sku": "A-1", "bin": "P-02", "units": "1", "state": "sellable"}
    return Refused("/locations/N/put-aways", {**whole, **form}, status, field)


def figure(status: int, field: str, **form: str) -> Refused:
    return Refused("/counts/{count}/lines", {"sku": "B-2", "units": "1", **form}, status, field)


BY_FORM = [
    adjust_form(422, "units", units="1.5"), adjust_form(422, "units", units="-"), adjust_form(422, "units", units=str(TOO_MANY)),
    adjust_form(422, "units", units=""), adjust_form(422, "reason", reason=""), adjust_form(422, "location", location="X"),
    adjust_form(422, "units", how="set", units="-1"), adjust_form(404, "", "NOPE"), adjust_form(422, "expires_on", "LOT", lot="NEW"),
    adjust_form(422, "lot", "LOT"), adjust_form(422, "serials", "SER"), adjust_form(422, "bin", bin="Z-01"),
    adjust_form(409, "", how="change", units="-9"),
    transfer_form(422, "to_location", to_location="N"), transfer_form(422, "lines-0-units", **{"lines-0-units": "-1"}),
    transfer_form(422, "lines-0-units", **{"lines-0-units": "1.5"}), transfer_form(422, "lines-0-sku", **{"lines-0-sku": "NOPE"}),
    transfer_form(422, "lines-0-units", **{"lines-0-units": str(TOO_MANY)}),
    Refused("/transfers/{transfer}/receipts", {"step": "receive", "{a1_line}-received": "-1"}, 422, "{a1_line}-received"),
    Refused("/transfers/{transfer}/receipts", {"step": "receive", "{a1_line}-received": "1.5"}, 422, "{a1_line}-received"),
    Refused("/transfers/{transfer}/receipts", {"step": "receive", "{a1_line}-received": "3"}, 422, "{a1_line}-received"),
    Refused("/purchase-orders/{purchase}/receipts", {"units-{po_line}": "7"}, 422, "units-{po_line}"),
    Refused("/purchase-orders/{purchase}/receipts", {"units-{po_line}": "-1"}, 422, "units-{po_line}"),
    Refused("/purchase-orders/{purchase}/receipts", {"units-{po_line}": "1.5"}, 422, "units-{po_line}"),
    Refused("/purchase-orders/{purchase}/receipts", {"units-{po_lot}": "1", "{po_lot}-lot": "NEW"}, 422, "{po_lot}-expires_on"),
    scan(422, code="NOPE"), scan(422, units="0"), scan(422, units="1.5"), scan(422, units="7"), scan(409, code="B-2"),
    scan(422, code="LOT", lot="NEW"), scan(422, code="SER", serials="S-1"),
    put_form(422, "units", units="-1"), put_form(422, "units", units="0.5"), put_form(422, "bin", bin="Z-01"),
    put_form(422, "sku", sku="NOPE"), put_form(409, "units", units="9"),
    Refused("/locations/N/bins/P-02/moves", {"sku": "A-1", "units": "1", "to_bin": "P-02"}, 422, "to_bin"),
    figure(422, "units", units="-1"), figure(422, "units", units="1.5"), figure(422, "units", units=str(TOO_MANY)),
    figure(422, "sku", sku="NOPE"), figure(422, "sku", sku="A-1"),
    Refused("/counts/{moved}/decisions", {"decision": "approve_all", "from": "review"}, 409, ""),
]  # fmt: skip


@pytest.fixture(scope="module")
def names(here) -> dict[str, str]:
    """What stands in braces in the tables."""
    lines = {code: line for line, code in read("SELECT l.id, s.code FROM purchase_order_line l JOIN sku s ON s.id = l.sku_id")}
    way = "SELECT l.id FROM transfer_line l JOIN sku s ON s.id = l.sku_id WHERE s.code = 'A-1'"
    found = {
        "purchase": read("SELECT number FROM purchase_order")[0][0],
        "transfer": read("SELECT number FROM transfer WHERE status = 'in_transit'")[0][0],
        "count": read("SELECT number FROM stock_count WHERE bin_id IS NULL")[0][0],
        "moved": read("SELECT number FROM stock_count WHERE bin_id IS NOT NULL")[0][0],
        "a1_line": read(way)[0][0],
        "po_line": lines["A-1"],
        "po_lot": lines["LOT"],
    }
    return {name: str(value) for name, value in found.items()}


def _everything() -> dict[str, Any]:
    """Every row of every table but those."""
    tables = [name for (name,) in read("SELECT name FROM sqlite_master WHERE type = 'table'") if name not in KEPT]
    return {table: read(f"SELECT * FROM {table}") for table in tables}  # noqa: S608 (its own names)


def _id(case: Refused) -> str:
    return f"{case.path} {case.field} {list(case.sent.values())}"[:90]


@pytest.mark.parametrize("case", OVER_API, ids=_id)
def test_the_api_names_the_field_and_the_reason_and_nothing_changes(here, names, case):
    before = _everything()

    answer = here[0].post(case.path.format(**names), case.sent)

    assert answer.status_code == case.status, answer.json
    assert answer.json["detail"].strip()
    if case.field:
        assert answer.json["facts"].get("fields", {}).get(case.field, "").strip(), answer.get_data(as_text=True)
    assert _everything() == before


@pytest.mark.parametrize("case", BY_FORM, ids=_id)
def test_a_page_marks_the_field_says_why_and_nothing_changes(here, names, case):
    before = _everything()
    sent = {name.format(**names): value for name, value in case.sent.items()}

    answer = here[1].post(case.path.format(**names), data=sent)

    assert answer.status_code == case.status, answer.get_data(as_text=True)[:3000]
    page = Page(answer.get_data(as_text=True))
    if case.field:
        _marked(page, case.field.format(**names))
    else:
        assert any(alert.text for alert in page.root.all(role="alert")) or page.root.all("h1")[0].text, "no reason given"
    assert _everything() == before


def _marked(page: Page, name: str) -> None:
    """The field is marked as wrong, and what describes it says why."""
    fields = [field for field in page.root.all(name=name) if field.attributes.get("aria-invalid") == "true"]
    assert fields, [(field.attributes, field.tag) for field in page.root.all(aria_invalid="true")]
    told = [page.find(id_) for id_ in fields[0].attributes.get("aria-describedby", "").split()]
    assert any(element is not None and element.text for element in told), fields[0].attributes
