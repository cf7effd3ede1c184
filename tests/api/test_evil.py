"""Bad input: every JSON file of the test suites and every naughty string: no 5xx, kept byte for byte or refused with a reason."""

import json

import pytest
import sqlalchemy as sa

from dashboard.api import strict
from dashboard.kernel.db import db
from dashboard.orders.model import Order
from tests.api.conftest import Api
from tests.checking import assert_clean
from tests.shop import event_count, open_shop

ORDER = {"channel": "web", "currency": "GBP", "lines": [{"sku": "A-1", "quantity": 1}]}
PATHS = ("orders", "stock/adjustments", "skus", "orders/10001/notes", "orders/10001/holds", "payments/1/captures")


def orders() -> int:
    with db.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(Order.__table__))


def names() -> dict[str, str]:
    """{number of an order: its customer's name} as the database has them."""
    with db.engine.connect() as connection:
        return dict(connection.execute(sa.select(Order.number, Order.customer_name)).all())


def test_each_json_file_is_refused_as_a_body_and_leaves_nothing(api, shared_data):
    api.post("orders", ORDER)
    before = event_count()
    files = sorted((shared_data / "evil" / "json").glob("*.json"))
    assert len(files) > 200

    for file in files:
        for path in PATHS:
            answer = api.post(path, file.read_bytes())
            empty = path.endswith("captures") and answer.status_code == 409  # `{}` asks for all there is: nothing
            assert answer.status_code in (400, 413, 422) or empty, (file.name, path, answer.status_code)
            assert answer.json["code"], (file.name, path)
    assert (orders(), event_count()) == (1, before)


def test_each_json_file_as_part_of_an_order_gives_no_5xx(api, shared_data):
    api.post("stock/adjustments", {"sku": "A-1", "location": "N", "change": 1000, "reason": "found"})
    placed = 0
    for file in sorted((shared_data / "evil" / "json").glob("*.json")):
        value = file.read_bytes().strip()
        value = value[1:-1] if file.name.startswith(("y_string", "n_string", "i_string")) else value  # these hold ["the string"]
        body = json.dumps(ORDER).encode()[:-1] + b', "customer": {"name": ' + value + b"}}"
        answer = api.post("orders", body)
        assert answer.status_code in (201, 400, 413, 422), (file.name, answer.status_code, answer.json)
        placed += answer.status_code == 201
        if answer.status_code == 201:
            wanted = json.loads(value)
            assert api.get(f"orders/{answer.json['number']}").json["customer"]["name"] == wanted, file.name
        assert file.name.startswith(("y_string", "y_structure")) or answer.status_code != 201, file.name
    assert placed == orders() > 10


def test_each_naughty_string_is_kept_byte_for_byte_or_refused_with_a_reason(any_app, shared_data):
    open_shop({"A-1": {"N": 10_000}})
    api = Api(any_app)
    strings = json.loads((shared_data / "evil" / "blns" / "blns.json").read_text())
    extra = ["a\x00b", "\ud83d", "\udc00x", "\u202e", "\ufeff", "\r\n", "\t", "\x7f", "\x1b[31m", "𝕳", "a" * 201]
    first = api.order(("A-1", 1)).json["number"]

    kept, refused = {first: ""}, 0
    for text in strings + extra:
        answer = api.order(("A-1", 1), customer={"name": text})
        note = api.post(f"orders/{first}/notes", {"body": text})
        assert {answer.status_code, note.status_code} <= {201, 400, 422}, (text, answer.json, note.json)
        if answer.status_code == 201:
            kept[answer.json["number"]] = text
        else:
            refused += 1
            assert answer.json["detail"]
        if note.status_code == 201:
            assert note.json["body"] == text
    assert len(kept) > 500
    assert refused < 10
    assert names() == kept
    for number in list(kept)[:: 1 if db.engine.dialect.name == "sqlite" else 20]:  # what reads the answer from a row is the same
        assert api.get(f"orders/{number}").json["customer"]["name"] == kept[number]
    assert_clean()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 100_000, 400),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400),
        (b"[" * 33 + b"]" * 33, 400),
        (b"NaN", 400),
        (b'{"channel": Infinity}', 400),
        (b'{"channel": -Infinity}', 400),
        (b"1" * 5000, 400),
        (b'{"channel": 1e999}', 422),
        (b"\xff\xfe{}", 400),
        (b'\xef\xbb\xbf{"channel": "web"}', 400),
        (b'{"channel": "\\ud800"}', 422),
        (b'{"\\ud800": 1}', 422),
        (b'{"\\u0000": 1}', 422),
        (b"", 422),
        (b"null", 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b'{"a": "' + b"x" * (1024 * 1024) + b'"}', 413),
        (b'{"a": "' + b"x" * (6 * 1024 * 1024) + b'"}', 413),
    ],
    ids=range(19),
)
def test_a_body_beyond_our_bounds_is_refused(api, body, status):
    answer = api.post("orders", body)

    assert answer.status_code == status, answer.json
    assert answer.content_type == "application/problem+json"
    assert orders() == 0


def test_of_two_equal_names_the_last_counts(api):
    body = b'{"channel": "a", "channel": "web", "currency": "GBP", "lines": [{"sku": "A-1", "quantity": 9, "quantity": 1}]}'
    answer = api.post("orders", body)

    assert answer.json["channel"] == "web"
    assert answer.json["lines"][0]["quantity"] == 1


def test_another_content_type_is_a_415(api):
    answer = api.client.post("/api/v1/orders", data="{}", headers={**api.headers, "Idempotency-Key": "k"}, content_type="text/plain")
    assert answer.status_code == 415


def test_an_escaped_backslash_is_no_escape():
    assert strict.parse(b'{"a": "\\\\u0000"}') == {"a": "\\u0000"}
