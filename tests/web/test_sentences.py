"""What people are told when something is refused reads as a sentence."""

import re
from pathlib import Path

import pytest

from dashboard.web.filters import sentence

TEMPLATES = Path(__file__).parents[2] / "templates"
COMPLAINT = re.compile(r'class="error"[^>]*>\{\{ icon\("[a-z]+"\) \}\}\{\{ ([^}]+) \}\}(?!:)')


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("shipping 1.5 has more digits than GBP allows (2).", "Shipping 1.5 has more digits than GBP allows (2)."),
        ("required", "Required"),
        ("Look again.", "Look again."),
        ("unit_price must be a number.", "unit_price must be a number."),
        ("lines.0.sku is unknown", "lines.0.sku is unknown"),
        ("mug-1 is not for sale", "mug-1 is not for sale"),
        ("", ""),
    ],
)
def test_a_complaint_begins_with_a_capital_unless_with_a_code(said, read):
    assert sentence(said) == read


def test_every_complaint_of_a_form_is_shown_as_a_sentence():
    found = [(path, match[1]) for path in TEMPLATES.rglob("*.html") for match in COMPLAINT.finditer(path.read_text())]

    assert len(found) > 40
    assert [(path.name, shown) for path, shown in found if "sentence" not in shown] == []
