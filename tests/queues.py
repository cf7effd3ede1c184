"""Fill backorders as the product does: the first orders at once, the rest by the jobs that go on."""

import json

from dashboard.fulfilment.backorders import GO_ON, fill_backorders
from dashboard.fulfilment.commands import FillBackorders
from dashboard.fulfilment.jobs import go_on_filling
from dashboard.kernel.jobs import Leased
from tests.factories import do, one, read


def begin_filling(code: str) -> int:
    """What receiving sets off. Returns the units allocated."""
    return do(fill_backorders, FillBackorders(one("SELECT id FROM sku WHERE code = :code", code=code)))


def go_on(done: int = 0) -> int:
    """Run the jobs that filling left, and those that they leave, behind the first `done`. Returns how many there were in all."""
    query = "SELECT id, payload FROM job WHERE task = :task ORDER BY id"
    while len(found := read(query, task=GO_ON)) > done:
        job_id, payload = found[done]
        go_on_filling(Leased(job_id, GO_ON, json.loads(payload), 1))
        done += 1
    return done


def fill(code: str) -> None:
    """All who can be served."""
    done = one("SELECT count(*) FROM job WHERE task = :task", task=GO_ON)
    begin_filling(code)
    go_on(done)
