"""An ORM flush that fails undoes its own action and nobody else's."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from dashboard.catalog.model import Sku
from dashboard.kernel.db import database, db
from dashboard.kernel.errors import Conflict


def add(*codes):
    def work(tx):
        tx.orm.add_all([Sku(code=code, name=code) for code in codes])
        tx.flush()
        return codes

    return work


def codes():
    found = list(db.session.scalars(sa.select(Sku.code).order_by(Sku.code)))
    db.session.rollback()
    return found


def test_a_unique_violation_of_one_leaves_the_others_of_its_group(app):
    writes = [database().submit(add(code)) for code in ("A", "B", "A", "C", "B", "D")]
    failed = [future.exception() for future in writes]
    assert [type(error) for error in failed if error] == [IntegrityError, IntegrityError]
    assert codes() == ["A", "B", "C", "D"]


def test_a_failed_flush_after_other_work_of_the_same_action_undoes_all_of_it(any_app):
    database().write(add("A"))
    with pytest.raises(IntegrityError):
        database().write(add("X", "A"))
    assert codes() == ["A"]


@pytest.mark.parametrize("first", [(), ("KEPT",)], ids=["session made inside", "session made before"])
def test_a_savepoint_undoes_what_the_session_wrote_inside(any_app, first):
    def work(tx):
        if first:
            add(*first)(tx)
        with pytest.raises(Conflict), tx.savepoint():
            add("GONE")(tx)
            raise Conflict("no")
        add("AFTER")(tx)

    database().write(work)
    assert codes() == sorted([*first, "AFTER"])


def test_savepoints_one_after_the_other_keep_what_succeeded(any_app):
    def work(tx):
        for code, good in (("1", True), ("2", False), ("3", True)):
            try:
                with tx.savepoint():
                    add(code)(tx)
                    if not good:
                        raise Conflict("no")
            except Conflict:
                continue

    database().write(work)
    assert codes() == ["1", "3"]


def test_a_flush_that_fails_in_a_savepoint_below_its_session_fails_the_whole_action(any_app):
    def work(tx):
        add("BEFORE")(tx)
        try:
            with tx.savepoint():
                add("BEFORE")(tx)
        except IntegrityError:
            add("SWALLOWED")(tx)

    with pytest.raises(sa.exc.SQLAlchemyError):
        database().write(work)
    assert codes() == []
