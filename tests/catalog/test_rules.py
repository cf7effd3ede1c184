"""SKU codes and barcodes."""

import json

import pytest

from dashboard.catalog import rules
from dashboard.kernel.errors import Invalid


@pytest.mark.parametrize(("typed", "kept"), [("85123a", "85123A"), (" a-1 ", "A-1"), ("straße", "STRASSE"), ("e\u0301", "É")])
def test_codes_differing_only_in_case_or_composition_are_one(typed, kept):
    assert rules.sku_code(typed) == kept
    assert rules.sku_code(rules.sku_code(typed)) == kept


@pytest.mark.parametrize("code", ["", "  ", "A\x00", "A\n1", "A" * 65, "A?1", "A%1", "<b>", "/A", "A/", "\ud800"])
def test_codes_no_url_or_shelf_label_could_carry_are_refused(code):
    with pytest.raises(Invalid) as refused:
        rules.sku_code(code)

    assert "code" in refused.value.facts["fields"]


@pytest.mark.parametrize("code", ["96385074", "036000291452", "4006381333931", "00012345600012"])
def test_a_gtin_of_each_length_is_kept(code):
    assert rules.gtin(code) == code


def test_no_barcode_is_no_barcode():
    assert rules.gtin("  ") is None
    assert rules.gtin(None) is None


def test_a_wrong_check_digit_says_which_one_is_right():
    with pytest.raises(Invalid, match="is 1, not 2"):
        rules.gtin("4006381333932")


def test_the_check_digit_agrees_with_the_gs1_vectors(shared_data):
    vectors = json.loads((shared_data / "gs1" / "check_digit_vectors.json").read_text())
    numbers = [vector for vector in vectors if vector["value"].isdigit() and len(vector["value"]) in rules.GTIN_LENGTHS]
    assert len(numbers) >= 6

    for vector in numbers:
        digits = vector["value"]
        assert (rules.check_digit(digits[:-1]) == int(digits[-1])) is vector["valid"], digits
