"""What the live rooms of stock show when something changed: cells, counts of low and out, one SKU's head and ledger."""

from collections.abc import Iterable

import flask

from dashboard.catalog import store as catalog
from dashboard.inventory import store
from dashboard.inventory.store import Cell, MatrixRow
from dashboard.inventory.store.holds import kept_units
from dashboard.inventory.views import page, words
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.orders.store import reader
from dashboard.orders.store.waiting import numbers
from dashboard.promises import store as promises
from dashboard.web import livepage
from dashboard.web.livepage import Changes, Payload

NEWEST = 20


def _cell(cell: Cell) -> livepage.Cell:
    if cell.made:
        return livepage.Cell(cell.id, cell.version, {"available": cell.available})
    return livepage.Cell(cell.id, cell.version, {"on_hand": cell.on_hand, "allocated": cell.allocated, "available": cell.available})


def _cells_of_kits(changed: Iterable[tuple[int, int]]) -> list[Cell]:
    """Where a part has moved, its kits have too."""
    places = {location for _, location in changed}
    kits = store.kits_with(sku for sku, _ in changed)
    return [cell for cell in store.cells_of_kits(kits) if cell.location_id in places] if kits else []


def _total(row: MatrixRow) -> livepage.Cell:
    return livepage.Cell(f"stock-total-{row.sku_id}", row.version, {"available": row.available})


@livepage.provider("stock")
def changed_cells(changes: Changes, _actor: Actor) -> Payload:
    """The changed cells, those of the kits they are parts of, and their SKUs' totals."""
    cells = [*store.cells_of(changes.stock), *_cells_of_kits(changes.stock)]
    if changes.brief:
        return Payload(ids=[livepage.Id(cell.id, cell.version) for cell in cells], facets=store.counts())
    rows = store.rows_of({cell.sku_id for cell in cells}, clock.now())
    return Payload(cells=[*map(_cell, cells), *map(_total, rows)], facets=store.counts())


def _waiters(sku_id: int) -> livepage.Row:
    """Who waits for it, as they are promised now."""
    version = livepage.clock_version()
    values = {"sku_id": sku_id, "waiters": promises.waiters_of_sku(reader(), sku_id), "waiters_version": version}
    return livepage.Row(f"stock-waiters-{sku_id}", version, flask.render_template("promises/_waiters.html", **values))


@livepage.provider("sku")
def changed_sku(changes: Changes, _actor: Actor) -> Payload:
    """One SKU's cells, its head, and the newest lines of its ledger."""
    sku_id = int(changes.room.key)
    cells = store.cells_of(changes.stock)
    if changes.brief:
        return Payload(ids=[livepage.Id(cell.id, cell.version) for cell in cells])
    sku = catalog.by_ids([sku_id]).get(sku_id)
    if sku is None:
        return Payload()
    head = page.head(sku)
    rows = [livepage.Row(f"stock-head-{sku_id}", head["row"].version, flask.render_template("inventory/_head.html", **head))]
    kept = flask.render_template("inventory/_kept.html", **head, kept=kept_units(reader(), sku_id))
    rows.append(livepage.Row(f"stock-kept-{sku_id}", head["row"].version, kept))
    found = page.whereabouts(sku, head["row"])
    if found.places:
        html = flask.render_template("inventory/_lying.html", sku=sku, whereabouts=found)
        rows.append(livepage.Row(f"stock-lying-{sku_id}", found.version, html))
    rows.append(_waiters(sku_id))
    known = page.tracked_of(sku, clock.now())
    for tracks, part in (("lots", "lots"), ("serials", "numbers")):
        if sku.tracks == tracks:
            html = flask.render_template(f"inventory/_{part}.html", **head, **known)
            rows.append(livepage.Row(f"stock-{part}-{sku_id}", head["row"].version, html))
    entries = store.ledger(sku_id, limit=NEWEST)
    order_numbers = numbers(reader(), [entry.order_id for entry in entries if entry.order_id])
    for entry in map(words.entry, entries):
        html = flask.render_template("inventory/_entry.html", entry=entry, order_numbers=order_numbers)
        rows.append(livepage.Row(f"ledger-{entry.id}", 1, html))
    return Payload(rows=rows, cells=list(map(_cell, cells)))
