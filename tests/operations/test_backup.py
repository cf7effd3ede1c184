"""A backup holds everything acknowledged before it, and a restore starts a new log."""

import threading

import pytest

from dashboard import backup
from dashboard.catalog.actions import create_skus
from dashboard.catalog.commands import CreateSku
from dashboard.catalog.model import Sku
from dashboard.kernel import clock, db
from dashboard.kernel.actor import system
from dashboard.kernel.errors import Conflict, Invalid

WHO = system("test")


def add(code):
    db.write(create_skus, [CreateSku(code, code)], WHO, clock.now())


def codes():
    found = {row[0] for row in db.db.session.query(Sku.code)}
    db.db.session.remove()
    return found


def test_a_backup_under_load_holds_what_was_acknowledged_before_it(app, tmp_path):
    stop, written = threading.Event(), []

    def load():
        with app.app_context():
            while not stop.is_set():
                add(f"L-{len(written)}")
                written.append(f"L-{len(written)}")

    thread = threading.Thread(target=load)
    thread.start()
    try:
        while len(written) < 20:
            stop.wait(0.01)
        before = set(written)
        size = backup.backup(app, tmp_path / "copy.sqlite3")
    finally:
        stop.set()
        thread.join()

    assert size == (tmp_path / "copy.sqlite3").stat().st_size
    epoch = db.snapshot().epoch
    db.db.session.remove()
    db.database().close()
    db.db.engine.dispose()
    backup.restore(app, tmp_path / "copy.sqlite3")
    assert before <= codes() <= set(written)
    assert db.snapshot().epoch != epoch


def test_a_backup_never_overwrites_a_file(app, tmp_path):
    (tmp_path / "mine").write_text("precious")
    with pytest.raises(Conflict):
        backup.backup(app, tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "precious"


def test_a_file_that_is_no_backup_is_refused_and_nothing_changes(app, tmp_path):
    add("KEPT")
    (tmp_path / "letter.txt").write_text("not a database")
    with pytest.raises(Invalid):
        backup.restore(app, tmp_path / "letter.txt")
    assert codes() == {"KEPT"}
