"""What counts as the database being away: an answer of 503, not of 500."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from dashboard.kernel import engines
from dashboard.kernel.db import database, db
from dashboard.kernel.errors import Unavailable
from dashboard.kernel.writer import is_outage
from tests.patience import PATIENCE


def test_a_postgresql_that_does_not_answer_is_an_outage():
    engine = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(DBAPIError) as caught:
        engine.connect()
    assert is_outage(caught.value)


def test_a_wrong_statement_is_our_fault_and_no_outage(any_app):
    with pytest.raises(DBAPIError) as caught:
        db.session.execute(sa.text("SELECT nothing FROM nowhere"))
    db.session.rollback()
    assert not is_outage(caught.value)


def test_whoever_waits_for_a_locked_database_is_told(app, monkeypatch):
    """Another process holds it: the transaction does not even begin."""
    monkeypatch.setattr(engines, "BUSY_MS", 20)
    other = engines.writer_engine(database().url)
    with other.begin():
        with pytest.raises(Unavailable):
            database().submit(lambda tx: 1).result(PATIENCE)
    other.dispose()
    assert database().write(lambda tx: 2) == 2
