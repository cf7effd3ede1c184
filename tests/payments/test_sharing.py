"""How the orders of a family share what their payments promise: nothing is lost, nobody gets what another needs, nothing moves twice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.payments.sharing import Flow, Member, share


def member(id_, need, received=0, free=0, carried=0, given=0):
    return Member(id_, need, received, free, carried, given)


@pytest.mark.parametrize(
    ("family", "flows"),
    [
        ([member(1, 1000, free=3000, carried=-2000), member(2, 2000, carried=2000)], [Flow(1, 2, 2000, 0)]),
        ([member(1, 1000, free=3000, carried=-2000), member(2, 500, carried=2000)], [Flow(1, 2, 500, 0)]),
        ([member(1, 1500, free=3000, carried=-2000), member(2, 2000, carried=2000)], [Flow(1, 2, 2000, 0)]),
        ([member(1, 1000, free=2500, carried=-500), member(2, 2000, carried=500)], [Flow(1, 2, 1500, 0)]),
        ([member(1, 1000, received=2000, free=1000), member(2, 2000)], [Flow(1, 2, 2000, 1000)]),
        ([member(1, 1000, received=3000), member(2, 2000, free=500)], [Flow(1, 2, 2000, 2000)]),
        ([member(1, 0, free=3000), member(2, 2000), member(3, 1000)], [Flow(1, 2, 2000, 0), Flow(1, 3, 1000, 0)]),
        ([member(1, 1000, free=1500, carried=-2000), member(2, 2000, carried=2000)], [Flow(1, 2, 1500, 0)]),
        ([member(1, 1000, carried=-2000), member(2, 2000, carried=2000)], []),
        ([member(1, 1000, received=3000, given=2000), member(2, 2000)], []),
        ([member(1, 1000, received=3000, given=2000, carried=-2000), member(2, 2000, carried=2000)], [Flow(1, 2, 2000, 2000)]),
    ],
    ids=["as split", "needs less", "the payer needs more", "gets back", "received first", "received before an own promise",
         "two of one", "void in part", "void", "paid back", "paid back for it"],
)  # fmt: skip
def test_what_is_free_counts_where_it_is_needed(family, flows):
    assert share(family) == flows


amounts = st.integers(0, 5000)
rows = st.lists(st.tuples(amounts, amounts, amounts, st.integers(-3000, 3000)), min_size=1, max_size=6)


@settings(max_examples=300, deadline=None)
@given(rows)
def test_nothing_is_lost_or_used_twice(drawn):
    carried = [row[3] for row in drawn]
    carried[0] -= sum(carried)
    family = [Member(place, *row[:3], has) for place, (row, has) in enumerate(zip(drawn, carried, strict=True))]
    flows = share(family)
    into = {one.id: sum(flow.amount for flow in flows if flow.to == one.id) for one in family}
    out = {one.id: sum(flow.amount for flow in flows if flow.payer == one.id) for one in family}

    for one in family:
        received = sum(flow.received for flow in flows if flow.payer == one.id)
        assert received <= one.received
        assert out[one.id] - received <= one.free
        assert not into[one.id] or into[one.id] <= one.need
    counted = sum(min(one.need, one.own - out[one.id] + into[one.id]) for one in family)
    assert counted == min(sum(one.need for one in family), sum(one.own for one in family))
    assert share([one._replace(carried=into[one.id] - out[one.id]) for one in family]) == flows
