"""The audit chain: whole when nothing was touched, and it names what was."""

import pytest
import sqlalchemy as sa

from dashboard.kernel import clock, db, seal
from dashboard.kernel.db import database
from dashboard.kernel.engines import migration_engine
from tests.kernel.ledger import note


@pytest.fixture
def sealed(app, monkeypatch):
    """Twelve events in three sealed runs."""
    monkeypatch.setattr(seal, "RUN", 4)
    for number in range(1, 13):
        db.write(note, number, f"text {number}")
    while seal.extend(database(), db.db.engine, clock.now()):
        pass
    return app


def faults():
    with db.db.engine.connect() as connection:
        return seal.verify(connection, seal.anchor_of(database()))


def tamper(*statements):
    """What somebody with the file in hand can do: drop the triggers first."""
    engine = migration_engine(database().url)
    with engine.begin() as connection:
        for table in ("event", "event_seal"):
            for verb in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_an_untouched_log_verifies(sealed):
    assert faults() == []
    with db.db.engine.connect() as connection:
        assert seal.extent(connection) == (12, 12)


def test_the_log_refuses_update_and_delete(sealed):
    for statement in ("UPDATE event SET data = '{}' WHERE seq = 2", "DELETE FROM event WHERE seq = 2"):
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            db.write(lambda tx, statement=statement: tx.execute(sa.text(statement)))


@pytest.mark.parametrize(
    ("statements", "first", "last", "words"),
    [
        (['UPDATE event SET data = \'{"text":"no"}\' WHERE seq = 6'], 5, 8, "changed"),
        (["UPDATE event SET actor = 'user:9' WHERE seq = 1"], 1, 4, "changed"),
        (["DELETE FROM event WHERE seq = 7"], 7, 7, "removed"),
        (
            [
                "UPDATE event SET seq = -1 WHERE seq = 2",
                "UPDATE event SET seq = 2 WHERE seq = 3",
                "UPDATE event SET seq = 3 WHERE seq = -1",
            ],
            1,
            4,
            "order",
        ),
        (["DELETE FROM event_seal WHERE first_seq = 5"], 5, 8, "no seal"),
        (["DELETE FROM event WHERE seq > 8", "DELETE FROM event_seal WHERE first_seq > 8"], 12, 12, "cut off"),
    ],
    ids=["changed", "another actor", "removed", "reordered", "seal removed", "truncated"],
)
def test_tampering_is_found(sealed, statements, first, last, words):
    tamper(*statements)

    found = faults()

    assert any(fault.first_seq == first and fault.last_seq == last and words in fault.what for fault in found), found


def test_an_inserted_event_is_found(sealed):
    tamper(
        "UPDATE event SET seq = seq + 1000 WHERE seq > 6",
        "UPDATE event SET seq = seq - 999 WHERE seq > 1000",
        "INSERT INTO event (seq, type, entity, entity_id, version, actor, actor_name, at, data)"
        " VALUES (7, 'Noted', 'test', '99', 1, 'user:9', 'x', 0, '{}')",
    )

    assert any(fault.first_seq == 5 and "changed" in fault.what for fault in faults())


def test_the_relay_seals_within_a_second_or_so(any_app, background, eventually):
    background()
    db.write(note, 1)

    def whole():
        with db.db.engine.connect() as connection:
            return seal.extent(connection) == (1, 1)

    eventually(whole)
    assert faults() == []


def test_the_command_says_whole_or_names_the_fault(sealed):
    runner = sealed.test_cli_runner()
    assert "whole: 12 of 12" in runner.invoke(args=["audit", "verify"]).output

    tamper("DELETE FROM event WHERE seq = 7")

    result = runner.invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert "events 7 to 7" in result.output
