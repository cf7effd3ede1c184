"""People who count and approve, and short ways to say what they do."""

import pytest

from dashboard.counts import due
from dashboard.counts.actions import begin_line, count_units, open_count
from dashboard.counts.approval import approve_lines, cancel_count, recount_lines, reject_lines
from dashboard.counts.commands import BeginLine, CancelCount, CountUnits, DecideLines, OpenCount
from dashboard.kernel import db
from dashboard.kernel.actor import Actor
from tests.factories import NOW, do, dump, read

COUNTS = frozenset({"stock.read", "stock.adjust"})
TOM = Actor("user", "11", "Tom Counter", "warehouse", COUNTS)
ANN = Actor("user", "12", "Ann Counter", "warehouse", COUNTS)
EVA = Actor("user", "13", "Eva Manager", "ops_manager", COUNTS | {"counts.approve"})


def opened(*skus, location="north", actor=TOM, now=NOW, **more):
    """A new count's number."""
    return do(open_count, OpenCount(location, skus, **more), now, actor).number


def due_now(location="north", actor=TOM, now=NOW, most=50):
    """A new count of what is due there: its number and lines."""
    with db.db.engine.connect() as connection:
        codes = due.codes(connection, location, now, most)
    return do(open_count, OpenCount(location, codes, source="schedule"), now, actor)


def counted(number, sku, units, actor=TOM, now=NOW):
    return do(count_units, CountUnits(number, sku, units), now, actor)


def begun(number, sku, actor=TOM):
    return do(begin_line, BeginLine(number, sku), NOW, actor)


def lines_of(number, *columns):
    """The columns of a count's lines, oldest first."""
    sql = f"SELECT {', '.join('l.' + name for name in columns)} FROM count_line l JOIN stock_count c ON c.id = l.count_id"  # noqa: S608
    return read(f"{sql} WHERE c.number = :number ORDER BY l.id", number=number)


def line_id(number, sku):
    """The id of the newest line of this SKU."""
    sql = "SELECT l.id FROM count_line l JOIN stock_count c ON c.id = l.count_id JOIN sku s ON s.id = l.sku_id"
    return read(f"{sql} WHERE c.number = :number AND s.code = :sku ORDER BY l.id DESC", number=number, sku=sku)[0][0]


def approved(number, *skus, actor=EVA, version=None):
    """Approve these SKUs' lines; without any, all that the actor may."""
    chosen = tuple(line_id(number, sku) for sku in skus) or None
    return do(approve_lines, DecideLines(number, chosen, version), NOW, actor)


def rejected(number, *skus, actor=EVA):
    return do(reject_lines, DecideLines(number, tuple(line_id(number, sku) for sku in skus) or None), NOW, actor)


def recounted(number, *skus, actor=EVA):
    return do(recount_lines, DecideLines(number, tuple(line_id(number, sku) for sku in skus) or None), NOW, actor)


def cancelled(number, actor=EVA, version=None):
    return do(cancel_count, CancelCount(number, version), NOW, actor)


def status_of(number):
    return read("SELECT status FROM stock_count WHERE number = :number", number=number)[0][0]


def refused_as(actor, error, action, command, **facts):
    """The action raises this error with these facts for this actor, and no row of any table changes. Returns the error."""
    before = dump()
    with pytest.raises(error) as found:
        do(action, command, NOW, actor)
    assert dump() == before
    for name, value in facts.items():
        assert found.value.facts[name] == value
    return found.value
