"""One way to write: group commit, savepoints, outages, the log's sequence."""

import threading

import pytest
import sqlalchemy as sa

from dashboard.kernel import context, db, outbox
from dashboard.kernel.errors import Unavailable
from dashboard.kernel.outbox import Meta
from tests.kernel.ledger import note, note_and_fail, notes
from tests.patience import PATIENCE


@pytest.fixture
def read(any_app):
    """Run a function with a fresh reading connection."""

    def run(function):
        with db.db.engine.connect() as connection:
            return function(connection)

    return run


def log_of(connection):
    return outbox.after(connection, 0, 10_000)


def test_an_action_and_its_event_are_committed_together(any_app, read):
    assert db.write(note, 1, "hello") == 1

    assert read(notes) == {1}


def test_a_failed_action_leaves_neither_row_nor_event(any_app, read):
    with pytest.raises(ValueError, match="1 fails"):
        db.write(note_and_fail, 1)

    assert read(notes) == set()
    assert read(log_of) == []


def test_a_failed_action_rolls_back_alone_in_its_group(app):
    database = db.database()
    gate = threading.Event()
    held = database.submit(lambda tx: gate.wait(PATIENCE))  # what comes now waits and is committed as one group
    good = [database.submit(lambda tx, n=n: note(tx, n)) for n in (1, 3, 5)]
    bad = [database.submit(lambda tx, n=n: note_and_fail(tx, n)) for n in (2, 4)]
    last = database.submit(lambda tx: note(tx, 6))
    gate.set()

    assert held.result(PATIENCE)
    assert [future.result(PATIENCE) for future in (*good, last)] == [1, 3, 5, 6]
    for future in bad:
        with pytest.raises(ValueError, match="fails"):
            future.result(PATIENCE)
    with db.db.engine.connect() as connection:
        assert notes(connection) == {1, 3, 5, 6}
        assert [event.seq for event in log_of(connection)] == [1, 2, 3, 4]


def test_a_failed_orm_action_does_not_disturb_its_neighbours(app):
    database = db.database()
    gate = threading.Event()
    database.submit(lambda tx: gate.wait(PATIENCE))

    def half_done(tx):
        tx.orm.add(Meta(key="note:2", value=""))
        tx.orm.flush()
        raise ValueError("half")

    futures = [database.submit(lambda tx: note(tx, 1)), database.submit(half_done), database.submit(lambda tx: note(tx, 3))]
    gate.set()

    assert futures[0].result(PATIENCE) == 1
    assert futures[2].result(PATIENCE) == 3
    with pytest.raises(ValueError, match="half"):
        futures[1].result(PATIENCE)
    with db.db.engine.connect() as connection:
        assert notes(connection) == {1, 3}


def test_a_savepoint_undoes_only_what_was_written_inside(any_app, read):
    def action(tx):
        note(tx, 1)
        with pytest.raises(ValueError, match="inner"), tx.savepoint():
            note(tx, 2)
            raise ValueError("inner")
        note(tx, 3)

    db.write(action)

    assert read(notes) == {1, 3}


def test_a_full_disk_is_a_503_and_writing_goes_on_afterwards(app):
    database = db.database()
    db.write(note, 1)
    database.submit(lambda tx: tx.execute(sa.text("PRAGMA max_page_count = 10"))).result(PATIENCE)

    def write_much(tx):
        for number in range(100):
            tx.execute(sa.insert(Meta).values(key=f"big:{number}", value="x" * 4000))

    with pytest.raises(Unavailable):
        db.write(write_much)
    with db.db.engine.connect() as connection:
        assert notes(connection) == {1}  # reading goes on
    database.submit(lambda tx: tx.execute(sa.text("PRAGMA max_page_count = 1000000"))).result(PATIENCE)

    assert db.write(note, 2) == 2
    with db.db.engine.connect() as connection:
        assert notes(connection) == {1, 2}
        assert connection.execute(sa.text("SELECT count(*) FROM meta WHERE key LIKE 'big:%'")).scalar() == 0


def test_the_log_is_gap_free_though_actions_fail_between(app):
    for number in range(1, 31):
        if number % 3:
            db.write(note, number)
        else:
            with pytest.raises(ValueError, match="fails"):
                db.write(note_and_fail, number)

    with db.db.engine.connect() as connection:
        assert [event.seq for event in log_of(connection)] == list(range(1, 21))


def test_no_transaction_opens_inside_another(any_app, read):
    def nested(tx):
        db.write(note, 2)

    with pytest.raises(RuntimeError, match="transaction is open"):
        db.write(nested)
    assert read(notes) == set()


def test_a_request_cannot_write_on_its_reading_connection(app):
    with pytest.raises(sa.exc.OperationalError, match="readonly"):
        db.db.session.execute(sa.insert(Meta).values(key="x", value="y"))


def test_a_group_runs_once_more_with_savepoints_only_when_somebody_failed_after_writing(app):
    database = db.database()
    runs = []

    def counted(number, fails=None):
        def work(tx):
            runs.append((number, tx.guarded))
            if fails == "early":
                raise ValueError("refused before anything was written")
            note(tx, number)
            if fails == "late":
                raise ValueError("refused after something was written")
            return number

        return work

    def group(*works):
        runs.clear()
        gate = threading.Event()
        database.submit(lambda tx: gate.wait(PATIENCE))
        jobs = [database.submit(work) for work in works]
        gate.set()
        return [type(job.exception(PATIENCE)).__name__ for job in jobs]

    assert group(counted(1), counted(2, "early"), counted(3)) == ["NoneType", "ValueError", "NoneType"]
    assert runs == [(1, False), (2, False), (3, False)]

    assert group(counted(4), counted(5, "late"), counted(6)) == ["NoneType", "ValueError", "NoneType"]
    assert runs == [(4, False), (5, False), (4, True), (5, True), (6, False)]
    with db.db.engine.connect() as connection:
        assert notes(connection) == {1, 3, 4, 6}
        assert len(log_of(connection)) == 4


def test_a_savepoint_that_had_nothing_to_undo_costs_no_second_run(app):
    runs = []

    def work(tx):
        runs.append(tx.guarded)
        with pytest.raises(ValueError, match="no"), tx.savepoint():
            raise ValueError("no")
        return note(tx, 1)

    assert db.write(work) == 1
    assert runs == [False]


def test_a_savepoint_that_had_something_to_undo_undoes_it(any_app, read):
    def work(tx):
        note(tx, 1)
        with pytest.raises(ValueError, match="2 fails"), tx.savepoint():
            note_and_fail(tx, 2)
        return note(tx, 3)

    assert db.write(work) == 3
    assert read(notes) == {1, 3}
    assert read(lambda connection: connection.execute(sa.text("SELECT count(*) FROM event")).scalar()) == 2


def test_the_log_names_the_request_that_made_a_change(any_app, read):
    context.set_request_id("a1b2c3")
    try:
        db.write(note, 1)
    finally:
        context.set_request_id(None)
    db.write(note, 2)

    found = read(lambda connection: list(connection.execute(sa.text("SELECT request_id FROM event ORDER BY id")).scalars()))
    assert found == ["a1b2c3", None]


def test_work_that_must_not_run_again_has_a_commit_of_its_own(app):
    database = db.database()
    runs = []
    gate = threading.Event()

    def careful(tx):
        runs.append(tx.guarded)
        note(tx, 2)
        with pytest.raises(ValueError, match="3 fails"), tx.savepoint():
            note_and_fail(tx, 3)

    database.submit(lambda tx: gate.wait(PATIENCE))
    jobs = [
        database.submit(lambda tx: note(tx, 1)),
        database.submit(careful, once=True),
        database.submit(lambda tx: note_and_fail(tx, 4)),
        database.submit(lambda tx: note(tx, 5)),
    ]
    gate.set()

    assert [type(job.exception(PATIENCE)).__name__ for job in jobs] == ["NoneType", "NoneType", "ValueError", "NoneType"]
    assert runs == [True]
    with db.db.engine.connect() as connection:
        assert notes(connection) == {1, 2, 5}
