"""/routing as a person uses it: without JavaScript, two managers at once, and with what cannot be read."""


from dashboard.kernel.jobs import Leased
from dashboard.routing.jobs import simulate
from dashboard.routing.simulations import TASK
from tests.accounts.helpers import api_token, sign_in
from tests.factories import dump, one, place, read
from tests.pages import open_page, submit


def draft_of(person):
    submit(person, open_page(person, "/routing").form("/routing/drafts"))
    return f"/routing/drafts/{one('SELECT id FROM routing_rule_set WHERE state = :s', s='draft')}"


def typed(**more):
    """The draft's form as it stands: built-in rules unless said otherwise."""
    ranked = ["one_location_has_everything", "most_units_first", "do_not_split_below", "capacity_left_today", "nearest",
              "cheapest_split", "location_priority"]  # fmt: skip
    return {"version": "1", "rank": ranked, "on": ranked[:2], "below": "", "locations": "", "distances": "", **more}


def test_a_manager_drafts_simulates_switches_on_and_back(person):
    orders = [place(("A", 1)).number for _ in range(3)]
    here = draft_of(person)
    assert "Nearest first" in person.get(here).get_data(as_text=True)

    saved = person.post(here, data=typed(on=["location_priority"], locations="South, north"))
    assert saved.status_code == 303
    assert "Not tried yet" in person.get(f"{here}/simulation").text
    assert person.post(f"{here}/simulation", data={"most": "50"}).status_code == 303
    assert 'hx-trigger="every 1s"' in person.get(f"{here}/simulation").text
    assert person.post(f"{here}/simulation", data={"most": "50"}).status_code == 409
    simulate(Leased(1, TASK, {"simulation": 1}, 0))
    results = open_page(person, f"{here}/simulation").get("results")
    assert "3 newest orders" in results.text
    assert orders[0] in person.get(f"{here}/simulation").get_data(as_text=True)

    version = one("SELECT version FROM routing_rule_set")
    switch = {"rule_set": here.rpartition("/")[2], "version": version, "active": 0}
    assert person.post("/routing/switches", data=switch).status_code == 303
    assert "In use: Rule set" in person.get("/routing").get_data(as_text=True)
    assert person.post("/routing/switches", data=switch).status_code == 409
    assert person.post("/routing/switches", data={"rule_set": 0, "version": 0, "active": switch["rule_set"]}).status_code == 303
    assert read("SELECT state FROM routing_rule_set") == [("off",)]


def test_a_rule_moves_without_losing_what_was_typed(person):
    here = draft_of(person)
    answer = person.post(here, data=typed(move="most_units_first:up", below="25"))
    assert answer.status_code == 303 and "moved=most_units_first:up" in answer.location.replace("%3A", ":")
    text = person.get(here).get_data(as_text=True)
    assert text.index('id="rule-most_units_first"') < text.index('id="rule-one_location_has_everything"')
    assert 'value="25.00"' in text
    assert "autofocus" in person.get(answer.location).get_data(as_text=True)


UNREADABLE = (
    ({"below": "many"}, "below"), ({"below": "-1"}, "below"), ({"below": "0.00001"}, "below"), ({"below": "1e30"}, "below"),
    ({"below": "NaN"}, "below"), ({"locations": "north, nowhere"}, "locations"), ({"locations": "north, north"}, "locations"),
    ({"capacity-north": "1.5"}, "capacity-north"), ({"capacity-north": "-2"}, "capacity-north"),
    ({"capacity-north": "9999999999"}, "capacity-north"), ({"cost-south": "1.234"}, "cost-south"),
    ({"distances": "GB, YO, north"}, "distances"), ({"distances": "GB, YO, nowhere, 4"}, "distances"),
    ({"distances": "G, YO, north, 4"}, "distances"), ({"distances": "GB, YO, north, 99999"}, "distances"),
    ({"distances": "GB, YO, north, -4"}, "distances"), ({"distances": "GB, YO, north, 4\nGB, yo, NORTH, 5"}, "distances"),
    ({"on": []}, "rules"), ({"on": ["do_not_split_below"]}, "rules"),
)  # fmt: skip
"""(what is typed, the field that says so)."""


def test_what_cannot_be_read_is_said_at_its_field_and_nothing_is_saved(person):
    here, before = draft_of(person), dump()
    for wrong, field in UNREADABLE:
        answer = person.post(here, data=typed(**wrong))
        assert answer.status_code == 422, wrong
        assert f'id="{field}-error"' in answer.get_data(as_text=True), wrong
        assert dump() == before, wrong


def test_the_second_of_two_managers_sees_that_the_first_was_there(person, routed):
    here, other = draft_of(person), routed.test_client()
    sign_in(other, "ops_manager")
    assert person.post(here, data=typed(on=["nearest"])).status_code == 303

    answer = other.post(here, data=typed(on=["cheapest_split"], **{"cost-north": "3.95"}))
    assert answer.status_code == 409
    text = answer.get_data(as_text=True)
    assert 'value="3.95"' in text and 'name="version" value="2"' in text
    assert other.post(here, data=typed(version="2", on=["cheapest_split"])).status_code == 303


def test_pasted_distances_are_kept_as_a_table(person):
    here = draft_of(person)
    assert person.post(here, data=typed(distances="gb\tyo 1\tnorth\t5\r\nGB;;South;42\n\n")).status_code == 303
    text = person.get(here).get_data(as_text=True)
    assert "GB, , south, 42\nGB, YO1, north, 5" in text


def test_only_managers_change_rules(routed):
    picker = routed.test_client()
    sign_in(picker, "warehouse")
    assert picker.get("/routing").status_code == 200
    for address in ("/routing/drafts", "/routing/switches", "/routing/drafts/1"):
        assert picker.post(address, data={}).status_code == 403


def test_strange_numbers_are_refused(person):
    for address in ("/routing/drafts/0", "/routing/drafts/77", f"/routing/drafts/{2**70}", f"/routing/drafts/{2**70}/simulation"):
        assert person.get(address).status_code in (303, 404), address
    assert person.post("/routing/switches", data={"rule_set": "x"}).status_code in (404, 409)
    assert person.post("/routing/drafts", data={"based_on": "x"}).status_code == 404


def test_the_order_page_says_why_and_a_location_can_reject(person):
    placed = place(("A", 2))
    page = open_page(person, f"/orders/{placed.number}").get(f"why-{one('SELECT id FROM fulfilment_order')}")
    assert page is not None
    answer = person.post(f"/fulfilment-orders/{placed.number}-1/reject", data={"reason": "closed", "version": "1"})
    assert answer.status_code == 303
    text = person.get(f"/orders/{placed.number}").get_data(as_text=True)
    assert "Why South?" in text and "rejected this order" in text
    assert person.post(f"/fulfilment-orders/{placed.number}-2/reject", data={"reason": "?"}).status_code == 422


def test_the_api_rejects_too(routed):
    placed = place(("A", 2))
    headers = {**api_token(routed), "Idempotency-Key": "k1"}
    work = one("SELECT id FROM fulfilment_order")
    client = routed.test_client()
    answer = client.post(f"/api/v1/fulfilment-orders/{work}/rejection", json={"reason": "no_capacity"}, headers=headers)
    assert (answer.status_code, answer.json["status"]) == (201, "rejected")
    assert client.post(f"/api/v1/fulfilment-orders/{work}/rejection", json={"reason": "x"}, headers=headers).status_code == 422
    assert one("SELECT count(*) FROM fulfilment_order WHERE order_id = :id AND status = 'allocated'", id=placed.id) == 1
    found = client.get(f"/api/v1/orders/{placed.number}/routing", headers=headers).json["items"]
    assert [(one_["cause"], one_["locations"]) for one_ in found] == [("captured", ["north"]), ("rejected", ["south"])]
    assert found[1]["others"] == [{"location": "North", "reason": "rejected this order."}]
