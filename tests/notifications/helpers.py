"""Where mail goes in a test, and running what is due."""

import dataclasses

from dashboard.kernel import db
from dashboard.kernel.work import Work
from tests.factories import read


def mail_goes_to(app, box):
    config = app.extensions["orderdeck_config"]
    app.extensions["orderdeck_config"] = dataclasses.replace(config, smtp_url=box.url, mail_from="Shop <shop@example.com>")


def run_jobs(app):
    """Everything that is due by then, each once."""
    db.write(lambda tx: tx.connection.exec_driver_sql("UPDATE job SET run_at = 0 WHERE status = 'ready'"))
    work = Work(app, "tester")
    for _ in range(read("SELECT count(*) FROM job WHERE status = 'ready'")[0][0]):
        work.take(reactions=False)
