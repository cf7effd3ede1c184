"""The catalogue from a CSV: new codes are created, known ones changed, and every row has its outcome."""

import pytest

from tests.channels.tables import Tables
from tests.checking import assert_clean
from tests.factories import read, skus

SKUS = "SELECT code, name, kind, barcode, unit_price_e4, currency, active FROM sku ORDER BY code"
HEADER = "code,name,kind,barcode,price,currency,active\n"


@pytest.fixture
def tables(any_app, tmp_path):
    yield Tables(tmp_path)
    assert_clean()


def test_codes_are_created_or_changed_and_the_same_file_twice_changes_nothing(tables):
    skus("MUG", "CUP")
    text = HEADER + "mug,Blue mug,,4006381333931,12.5,EUR,no\nCUP,,,,,,\nFEE,A fee,service,,3,GBP,yes\nNEW,\"Plate, big\",stock,,,,\n"

    assert tables.catalogue(text).outcomes == {"changed": 1, "unchanged": 1, "created": 2}
    assert [(*row[:6], bool(row[6])) for row in read(SKUS)] == [
        ("CUP", "Item CUP", "stock", None, 100_000, "GBP", True),
        ("FEE", "A fee", "service", None, 30_000, "GBP", True),
        ("MUG", "Blue mug", "stock", "4006381333931", 125_000, "EUR", False),
        ("NEW", "Plate, big", "stock", None, 0, "GBP", True),
    ]
    assert tables.catalogue(text).outcomes == {"unchanged": 4}
    assert tables.catalogue("code,barcode\nMUG,\n").outcomes == {"changed": 1}
    assert read("SELECT barcode FROM sku WHERE code = 'MUG'") == [(None,)]


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        (",Nameless,,,,,", "code", "1 to 64 characters"),
        ("A\u0001B,Odd,,,,,", "code", "cannot be in it"),
        ("NEW,,,,,,", "name", "a new SKU needs a name"),
        ("NEW," + "x" * 301 + ",,,,,", "name", "300"),
        ("NEW,Set,kit,,,,", "kind", "with its parts"),
        ("MUG,,service,,,,", "kind", "cannot change"),
        ("MUG,,thing,,,,", "kind", "service"),
        ("MUG,,,4006381333932,,,", "barcode", "check digit"),
        ("MUG,,,96385074,,,", "barcode", "belongs to CUP"),
        ("MUG,,,,-1,,", "price", "must be between"),
        ("MUG,,,,1.23456,,", "price", "more than 4 digits"),
        ("MUG,,,,many,,", "price", "is not a number"),
        ("MUG,,,,,Pounds,", "currency", "ISO 4217"),
        ("MUG,,,,,,perhaps", "active", "neither yes nor no"),
    ],
)
def test_a_row_that_is_wrong_is_refused_alone_with_its_column(tables, row, field, says):
    skus("MUG", "CUP")
    tables.catalogue("code,barcode\nCUP,96385074\n")
    before = read(SKUS)

    assert tables.catalogue(HEADER + row + "\n").outcomes == {"error": 1}
    ((line, column, reason),) = tables.refused()
    assert (line, column) == ("2", field) and says in reason.strip('"') or says in tables.errors.read_text("utf-8")
    assert read(SKUS) == before


def test_one_code_and_one_barcode_stand_in_a_file_once(tables):
    report = tables.catalogue("code,name,barcode\nA,One,96385074\na,Two,\nB,Three,9638-5074\nC,Four,\nD,Five,\n")

    assert report.outcomes == {"created": 3, "error": 2}
    assert [row[0] for row in tables.refused()] == ["3", "4"]
    assert [row[0] for row in read(SKUS)] == ["A", "C", "D"]
