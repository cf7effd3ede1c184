"""Creating and changing SKUs."""

import pytest
import sqlalchemy as sa

from dashboard.catalog.actions import create_sku, create_skus, update_sku
from dashboard.catalog.commands import CreateSku, UpdateSku
from dashboard.catalog.model import Sku
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.kernel.outbox import EventRow

TESTER = system("tests")


def write(action, command):
    return db.write(action, command, TESTER, clock.now())


def all_skus():
    db.db.session.rollback()
    return db.db.session.scalars(sa.select(Sku).order_by(Sku.code).execution_options(populate_existing=True)).all()


def event_types():
    return db.db.session.scalars(sa.select(EventRow.type).order_by(EventRow.id)).all()


def test_a_sku_is_created_folded_with_its_event(app):
    saved = write(create_sku, CreateSku("mug-1", "Mug, blue", barcode="4006381333931", unit_price_e4=25500))

    assert saved.code == "MUG-1"
    assert [(sku.code, sku.unit_price_e4, sku.version) for sku in all_skus()] == [("MUG-1", 25500, 1)]
    assert event_types() == ["SkuCreated"]


def test_a_taken_code_or_barcode_is_a_conflict_and_nothing_is_written(app):
    write(create_sku, CreateSku("A-1", "A", barcode="4006381333931"))

    for command in (CreateSku("a-1", "B"), CreateSku("A-2", "B", barcode="4006381333931")):
        with pytest.raises(Conflict):
            write(create_sku, command)

    assert [sku.code for sku in all_skus()] == ["A-1"]
    assert event_types() == ["SkuCreated"]


def test_many_are_created_all_or_none(app):
    with pytest.raises(Conflict):
        write(create_skus, [CreateSku("A", "A"), CreateSku("B", "B"), CreateSku("a", "A again")])
    assert all_skus() == []

    assert len(write(create_skus, [CreateSku(f"S-{n}", "S") for n in range(1200)])) == 1200


def test_every_bad_field_is_named_at_once(app):
    with pytest.raises(Invalid) as refused:
        write(create_sku, CreateSku("?", " ", barcode="1", kind="magic", unit_price_e4=-1, currency="XXQ", weight_grams=-1))

    assert set(refused.value.facts["fields"]) == {"code", "name", "barcode", "kind", "unit_price_e4", "currency", "weight_grams"}


def test_two_people_changing_different_fields_both_win(app):
    write(create_sku, CreateSku("A-1", "Mug", weight_grams=300))
    seen = {"name": "Mug", "weight_grams": 300}
    write(update_sku, UpdateSku("A-1", 1, {"name": "Mug, blue", "weight_grams": 300}, seen))

    saved = write(update_sku, UpdateSku("A-1", 1, {"name": "Mug", "weight_grams": 350}, seen))

    assert saved.version == 3
    assert saved.merged == ("name",)
    assert [(sku.name, sku.weight_grams) for sku in all_skus()] == [("Mug, blue", 350)]


def test_two_people_changing_one_field_get_the_difference_and_nothing_is_lost(app):
    write(create_sku, CreateSku("A-1", "Mug"))
    write(update_sku, UpdateSku("A-1", 1, {"name": "Theirs"}, {"name": "Mug"}))

    with pytest.raises(Conflict) as refused:
        write(update_sku, UpdateSku("A-1", 1, {"name": "Mine"}, {"name": "Mug"}))

    assert refused.value.facts["theirs"] == {"name": "Theirs"}
    assert refused.value.facts["yours"] == {"name": "Mine"}
    assert [(sku.name, sku.version) for sku in all_skus()] == [("Theirs", 2)]


def test_a_conflict_that_is_answered_keeps_what_only_the_other_changed(app):
    write(create_sku, CreateSku("A-1", "Mug", weight_grams=300))
    write(update_sku, UpdateSku("A-1", 1, {"name": "Theirs", "weight_grams": 400}, {"name": "Mug", "weight_grams": 300}))
    answered = {"name": "Theirs", "weight_grams": 300}  # as the form says after the 409: their name was seen, not their weight

    write(update_sku, UpdateSku("A-1", 2, {"name": "Mine", "weight_grams": 300}, answered))

    assert [(sku.name, sku.weight_grams) for sku in all_skus()] == [("Mine", 400)]


def test_a_stale_version_without_what_was_seen_is_a_conflict(app):
    write(create_sku, CreateSku("A-1", "Mug"))
    write(update_sku, UpdateSku("A-1", 1, {"name": "Theirs"}))

    with pytest.raises(Conflict):
        write(update_sku, UpdateSku("A-1", 1, {"weight_grams": 5}))


def test_saving_what_is_there_already_changes_nothing(app):
    write(create_sku, CreateSku("A-1", "Mug"))

    assert write(update_sku, UpdateSku("A-1", 1, {"name": "Mug"})).version == 1
    assert event_types() == ["SkuCreated"]
