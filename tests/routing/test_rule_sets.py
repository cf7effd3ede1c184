"""Rule sets: drafted, switched on, switched back; one at a time; and every decision can be made again from what was kept."""

import json
import threading

import pytest

from dashboard.kernel import db
from dashboard.kernel.errors import Conflict, Invalid, NotFound
from dashboard.routing import actions, deciding, rules, store
from dashboard.routing.commands import DiscardDraft, EditDraft, StartDraft, SwitchOn
from dashboard.routing.rules import Rule, RuleSet
from tests.factories import do, one, place, read, refused, stock


def document(*kinds, below_e4=0, locations=(), **tables):
    ranked = [*kinds, *(kind for kind in rules.KINDS if kind not in kinds)]
    found = tuple(
        Rule(kind, kind in kinds, below_e4 if kind == "do_not_split_below" else 0, tuple(locations) if kind == "location_priority" else ())
        for kind in ranked
    )
    return rules.document_of(RuleSet(found, **tables))


def switched(*kinds, active=0, **more):
    """A draft with these rules, switched on; returns its id."""
    draft = do(actions.start_draft, StartDraft(0))
    saved = do(actions.edit_draft, EditDraft(draft.id, draft.version, document(*kinds, **more)))
    do(actions.switch_on, SwitchOn(saved.id, saved.version, active))
    return saved.id


def at(code):
    return one("SELECT id FROM location WHERE code = :code", code=code)


def senders(order_id):
    rows = read(
        "SELECT l.code FROM fulfilment_order w JOIN location l ON l.id = w.location_id WHERE w.order_id = :id ORDER BY w.id", id=order_id
    )
    return [row[0] for row in rows]


def whys(order_id):
    with db.db.engine.connect() as connection:
        return store.why(connection, order_id)


def test_the_built_in_rules_decide_and_say_why(routed):
    placed = place(("A", 2), ("B", 1))

    (why,) = whys(placed.id)
    assert (why.rule_set, why.same, why.decision.cause) == ("Built-in rules", True, "captured")
    assert why.because.sends == "North sends 3 units."
    assert why.because.others == (("South", "has 0 of 1 unit of B."),)


def test_a_rule_set_decides_from_the_next_order_on_and_can_be_switched_back(routed):
    first = place(("A", 1))
    set_ = switched("location_priority", locations=[at("south")])
    second = place(("A", 1))
    do(actions.switch_on, SwitchOn(0, 0, set_))
    third = place(("A", 1))

    assert [senders(order.id) for order in (first, second, third)] == [["north"], ["south"], ["north"]]
    assert [whys(order.id)[0].rule_set for order in (first, second, third)] == ["Built-in rules", f"Rule set {set_}", "Built-in rules"]
    assert read("SELECT state FROM routing_rule_set") == [("off",)]
    events = read("SELECT type FROM event WHERE entity = 'routing_rule_set' ORDER BY id")
    assert [row[0] for row in events] == ["RuleSetDrafted", "RuleSetEdited", "RuleSetSwitchedOn", "RuleSetSwitchedOn"]


def test_a_process_that_knows_old_rules_decides_by_the_new_ones(routed, monkeypatch):
    set_ = switched("nearest", distances={("GB", ""): {at("south"): 42, at("north"): 310}})
    monkeypatch.setattr(deciding, "_known", deciding.BUILT_IN)

    placed = place(("A", 1), ship_to=_address("GB", "YO1 7HH"))

    (why,) = whys(placed.id)
    assert (senders(placed.id), why.decision.rule_set_id) == (["south"], set_)
    assert why.because.others == (("North", "is 310 km away, South 42 km."),)
    assert why.decision.facts.wish[:2] == ("GB", "YO17H"), "no more of the address is kept than the table asks for"


def _address(country, postal_code):
    from dashboard.orders.commands import Address

    return Address("Ada", "12 Mill Row", "", "York", "", postal_code, country)


def test_a_small_order_waits_rather_than_being_split(routed):
    switched("do_not_split_below", "most_units_first", below_e4=10**7)
    waiting = place(("A", 6), on_shortage="backorder")
    whole = place(("A", 4))
    assert (senders(waiting.id), senders(whole.id)) == (["north"], ["south"])
    assert one("SELECT backordered FROM order_line WHERE order_id = :id", id=waiting.id) == 1
    stock(south_A=3)
    assert one("SELECT backordered FROM order_line WHERE order_id = :id", id=waiting.id) == 1


def test_capacity_is_counted_from_the_day_on_before_the_switch(routed):
    place(("A", 1))
    switched("capacity_left_today", "location_priority", capacity={at("north"): 2})
    assert [senders(place(("A", 1)).id) for _ in range(3)] == [["north"], ["south"], ["south"]]
    assert [why.because.others for why in whys(3)] == [(("North", "has been given 2 of 2 orders today."),)]


def test_two_managers_do_not_switch_over_each_other(routed):
    one_, other = at("north"), at("south")
    draft = do(actions.start_draft, StartDraft(0))
    refused(Conflict, actions.start_draft, StartDraft(0), id=draft.id)
    saved = do(actions.edit_draft, EditDraft(draft.id, 1, document("location_priority", locations=[other, one_])))
    refused(Conflict, actions.edit_draft, EditDraft(draft.id, 1, document("nearest")), changed_by="Mia Ops")
    refused(Conflict, actions.switch_on, SwitchOn(draft.id, 1, 0))
    do(actions.switch_on, SwitchOn(draft.id, saved.version, 0))
    refused(Conflict, actions.switch_on, SwitchOn(0, 0, 0), active=draft.id)
    refused(Conflict, actions.switch_on, SwitchOn(draft.id, saved.version + 1, draft.id))
    refused(Conflict, actions.edit_draft, EditDraft(draft.id, saved.version + 1, document("nearest")))
    refused(Conflict, actions.discard_draft, DiscardDraft(draft.id, saved.version + 1))


def test_a_discarded_draft_is_never_used(routed):
    draft = do(actions.start_draft, StartDraft(0))
    do(actions.discard_draft, DiscardDraft(draft.id, 1))
    refused(NotFound, actions.switch_on, SwitchOn(draft.id, 2, 0))
    refused(NotFound, actions.start_draft, StartDraft(draft.id))
    refused(NotFound, actions.switch_on, SwitchOn(2**63, 1, 0))
    assert do(actions.start_draft, StartDraft(0)).id > draft.id


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda doc, here: doc["rules"].pop(), "rules"),
        (lambda doc, here: [rule.update(on=False) for rule in doc["rules"]], "rules"),
        (lambda doc, here: doc["rules"][0].update(below_e4=-1), "below"),
        (lambda doc, here: doc["rules"][0].update(locations=[here, here]), "locations"),
        (lambda doc, here: doc["rules"][0].update(locations=[99]), "locations"),
        (lambda doc, here: doc["places"].update({str(here): {"capacity": -1, "parcel_cost": 0}}), "capacity"),
        (lambda doc, here: doc["places"].update({str(here): {"capacity": 2**60, "parcel_cost": 0}}), "capacity"),
        (lambda doc, here: doc["places"].update({str(here): {"capacity": 1, "parcel_cost": 2**60}}), "parcel_cost"),
        (lambda doc, here: doc["distances"].append(["gb", "", here, 1]), "distances"),
        (lambda doc, here: doc["distances"].append(["GB", "TOOLONG", here, 1]), "distances"),
        (lambda doc, here: doc["distances"].append(["GB", "", here, 50_000]), "distances"),
        (lambda doc, here: doc["distances"].append(["GB", "", 99, 1]), "distances"),
        (lambda doc, here: doc["distances"].extend([["GB", "", here, 1]] * 2), "distances"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_by_field(routed, change, field):
    draft = do(actions.start_draft, StartDraft(0))
    wrong = json.loads(json.dumps(document("nearest")))
    change(wrong, at("north"))
    error = refused(Invalid, actions.edit_draft, EditDraft(draft.id, 1, wrong))
    assert any(name.startswith(field) for name in error.facts["fields"])


def test_of_two_switches_at_once_one_counts(routed):
    draft = do(actions.start_draft, StartDraft(0))
    saved = do(actions.edit_draft, EditDraft(draft.id, 1, document("nearest")))
    both = threading.Barrier(2)
    outcomes = []

    def switch():
        with routed.app_context():
            both.wait()
            try:
                outcomes.append(do(actions.switch_on, SwitchOn(saved.id, saved.version, 0)).id)
            except Conflict as refusal:
                outcomes.append(refusal.code)
            finally:
                db.db.session.remove()

    threads = [threading.Thread(target=switch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == [str(saved.id), "conflict"]
    assert one("SELECT count(*) FROM event WHERE type = 'RuleSetSwitchedOn'") == 1


def test_orders_taken_while_rules_are_switched_are_each_decided_by_rules_that_were_on(routed):
    set_ = switched("location_priority", locations=[at("south")])
    stop = threading.Event()

    def flip():
        with routed.app_context():
            on = set_
            while not stop.is_set():
                version = one("SELECT version FROM routing_rule_set")
                to = set_ if on == 0 else 0
                do(actions.switch_on, SwitchOn(to, version if to else 0, on))
                on = to

    flipping = threading.Thread(target=flip)
    flipping.start()
    try:
        placed = [place(("A", 1), on_shortage="backorder") for _ in range(10)]
    finally:
        stop.set()
        flipping.join()
    for order in placed:
        (why,) = whys(order.id)
        assert why.same
        assert senders(order.id) == _by(why.decision, set_)


def _by(decision, set_):
    """Who gives one unit of A by these rules on these shelves."""
    shelf = dict(decision.facts.shelves[one("SELECT id FROM sku WHERE code = 'A'")])
    ranked = ["south", "north"] if decision.rule_set_id == set_ else ["north", "south"]
    return [code for code in ranked if shelf[at(code)]][:1]
