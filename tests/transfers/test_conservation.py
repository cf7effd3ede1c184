"""Whatever is done to transfers, in any order: on hand everywhere + on the way + lost is what there was."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.kernel.errors import DomainError
from dashboard.transfers.commands import EditTransfer
from dashboard.transfers.drafts import edit_transfer
from tests.factories import do, one, place, read, shop
from tests.invariants import assert_whole
from tests.transfers.acting import back, cancel, dispatch, draft, everywhere, lose, receive, wanted

PLACES = ("north", "south", "east")
units = st.integers(1, 6)
which = st.integers(0, 5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("draft"), st.permutations(PLACES), units, units),
        st.tuples(st.just("edit"), which, st.permutations(PLACES), units),
        st.tuples(st.just("dispatch"), which),
        st.tuples(st.just("receive"), which, st.sampled_from("AB"), st.integers(0, 6), st.integers(0, 3)),
        st.tuples(st.just("receive_all"), which),
        st.tuples(st.just("lose"), which, st.sampled_from("AB"), units),
        st.tuples(st.just("back"), which),
        st.tuples(st.just("cancel"), which),
        st.tuples(st.just("order"), st.sampled_from("AB"), units),
    ),
    min_size=1,
    max_size=25,
)


def play(step: tuple, numbers: list[str]) -> None:
    """One step; `which` picks among the transfers there are."""
    kind, *facts = step
    if kind == "draft":
        (origin, target, _), first, second = facts
        numbers.append(draft(("A", first), ("B", second), origin=origin, target=target))
    elif kind == "order":
        place((facts[0], facts[1]))
    elif numbers:
        number = numbers[facts[0] % len(numbers)]
        rest = facts[1:]
        steps = {
            "edit": lambda: do(edit_transfer, EditTransfer(number, None, wanted(("B", rest[1]), origin=rest[0][0], target=rest[0][1]))),
            "dispatch": lambda: dispatch(number),
            "receive": lambda: receive(number, tuple(rest)),
            "receive_all": lambda: receive(number),
            "lose": lambda: lose(number, tuple(rest)),
            "back": lambda: back(number),
            "cancel": lambda: cancel(number),
        }
        steps[kind]()


@settings(max_examples=150, deadline=None)
@given(steps=STEPS)
def test_units_are_conserved_on_sqlite(app, steps):
    conserve(steps)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_units_are_conserved_on_postgresql(pg_app, steps):
    conserve(steps)


def conserve(steps: list[tuple]) -> None:
    """Runs share one shop: what one left behind is where the next begins."""
    if not read("SELECT 1 FROM location"):
        shop(north_A=40, south_A=20, east_A=0, north_B=15, east_B=30)
    before = {sku: everywhere(sku) for sku in "AB"}
    numbers: list[str] = []
    done = 0
    for step in steps:
        try:
            play(step, numbers)
            done += 1
        except DomainError:
            pass
        assert {sku: everywhere(sku) for sku in "AB"} == before
        assert one("SELECT coalesce(min(sent - received - damaged - lost - returned), 0) FROM transfer_line") >= 0
    if done:
        assert_whole()
