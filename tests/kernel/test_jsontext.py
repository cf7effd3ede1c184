"""JSON text: the standard library's, to the byte, whichever encoder writes it."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.kernel import jsontext

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT | st.integers(), inner, max_size=4),
    max_leaves=12,
)


def standard(data):
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)


@given(PLAIN)
def test_it_is_what_the_standard_library_writes(data):
    assert jsontext.encode(data) == standard(data)


@pytest.mark.parametrize(
    "data", [{"at": dt.datetime(2026, 1, 2, tzinfo=dt.UTC)}, "half \ud800 of a character", {"of": {2**64: 2**64}}, (1, (2,))]
)
def test_what_json_has_no_form_for_is_written_the_same_way_too(data):
    assert jsontext.encode(data) == standard(data)
