"""What the page of one SKU shows: gathered once for the page, its parts and its form."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import flask

from dashboard.catalog import kits_store
from dashboard.catalog import store as catalog
from dashboard.catalog.rules import TRACKS
from dashboard.inventory import store
from dashboard.inventory.forms import AdjustForm, choices
from dashboard.inventory.limits import reachable
from dashboard.inventory.store import bins
from dashboard.inventory.store.holds import kept_units
from dashboard.inventory.store.lots import lots_of_sku
from dashboard.inventory.store.selling import preorders, selling
from dashboard.inventory.store.serials import states_of
from dashboard.inventory.views import selling_form, words
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.orders.store import reader
from dashboard.orders.store.waiting import numbers, waiting_for
from dashboard.promises import store as promises
from dashboard.purchasing.store import promise
from dashboard.transfers.store import on_the_way
from dashboard.web import access, once, paging
from dashboard.web.livepage import clock_version

PAGE = 50


def head(sku: Any) -> dict[str, Any]:
    """The totals and why they are so: the same for first render and push."""
    row = store.rows_of([sku.id], clock.now())[0]
    why = store.explained(sku.id)
    return {"sku": sku, "row": row, "why": why, "sentence": words.explained(why), "total": words.total(row)}


def values_of(code: str) -> dict[str, Any]:
    """Raises: NotFound."""
    sku, actor, now = catalog.sku(code), access.actor(), clock.now()
    places = store.locations()
    known = head(sku)
    chosen = next((place for place in places if place.code == flask.request.args.get("location")), None)
    values = {
        **known,
        "places": [(place, known["row"].cells.get(place.id) or store.Cell(sku.id, place.id)) for place in places],
        "chosen": chosen,
        "waiting": waiting_for(reader(), sku.id),
        "preorder": preorders(reader(), [sku.id]).get(sku.id),
        "today": now.date(),
        "waiters": promises.waiters_of_sku(reader(), sku.id),
        "waiters_version": clock_version(),
        "kept": kept_units(reader(), sku.id),
        "whereabouts": whereabouts(sku, known["row"]),
        "legs": on_the_way(reader(), sku.id),
        "history": store.history(sku.id, list(known["row"].cells.values()), now) if sku.kind == "stock" else [],
        "may_write": actor.may("catalog.write"),
        "coming": promise(reader(), sku.id, known["row"].available, promises.units_waiting(reader(), sku.id), now.date()),
        "may_purchase": actor.may("purchasing.read"),
        **tracked_of(sku, now),
        **kits_of(sku),
        **ledger_of(sku, chosen),
    }
    return {**values, **adjusting(sku, actor, chosen.code if chosen else "")}


def whereabouts(sku: Any, row: Any) -> SimpleNamespace:
    """Which bins the units lie in, per location that has bins. version: rises with every movement of them."""
    connection = reader()
    lying = bins.lying(connection, sku.id) if sku.kind == "stock" else []
    with_bins = bins.places_with_bins(connection) | {one.location_id for one in lying}
    places = []
    for place in store.locations():
        if place.id in with_bins:
            here = [one for one in lying if one.location_id == place.id]
            loose = row.cells[place.id].on_hand - sum(one.units for one in here) if place.id in row.cells else 0
            places.append(SimpleNamespace(place=place, bins=here, loose=loose))
    return SimpleNamespace(places=places, version=row.version + bins.newest(connection, sku.id))


def tracked_of(sku: Any, now: dt.datetime) -> dict[str, Any]:
    """The lots, or the serial numbers in figures, of a SKU that has them."""
    return {
        "lots": lots_of_sku(reader(), sku.id, now) if sku.tracks == "lots" else [],
        "states": states_of(reader(), sku.id) if sku.tracks == "serials" else {},
        "tracks_words": TRACKS,
        "today": now.date(),
    }


def kits_of(sku: Any) -> dict[str, Any]:
    """What a kit is made of, with the stock of each part; and which kits an item is a part of."""
    if sku.kind != "kit":
        return {"parts": [], "kits": kits_store.kits_of([sku.id]).get(sku.id, [])}
    parts = kits_store.parts_of([sku.id]).get(sku.id, [])
    rows = {row.sku_id: row for row in store.rows_of([part.sku_id for part in parts], clock.now())}
    return {
        "parts": [(part, rows[part.sku_id]) for part in parts],
        "kits": [],
        "selling": selling(reader(), sku.id),
        "policies": selling_form.WORDS,
    }


def ledger_of(sku: Any, chosen: Any) -> dict[str, Any]:
    """One page of the ledger, of one location when one is chosen."""
    given = flask.request.args.get("before")
    before = paging.decode(given, int)[0] if given else None
    rows = store.ledger(sku.id, chosen.id if chosen else None, before, PAGE + 1)
    shown = rows[:PAGE]
    following = {"before": paging.encode(shown[-1].id)} if len(rows) > PAGE else None
    place = {"location": chosen.code} if chosen else {}
    return {
        "entries": [words.entry(row) for row in shown],
        "order_numbers": numbers(reader(), [row.order_id for row in shown if row.order_id]),
        "older": flask.url_for("stock.show", code=sku.code, **place, **following) if following else None,
        "newest": shown[0].id if shown and before is None else 0,
        "first": before is None,
    }


def adjusting(sku: Any, actor: Actor, location: str = "") -> dict[str, Any]:
    """The adjust form for somebody who may; otherwise why not."""
    places = reachable(store.locations(), actor) if actor.may("stock.adjust") and sku.kind == "stock" else []
    if not places:
        return {"form": None, "key": ""}
    form = AdjustForm()
    form.location.choices = choices((place.code, place.name) for place in places)
    if not form.is_submitted():
        form.location.data = location if location in {place.code for place in places} else places[0].code
        form.expected.data = str(on_hand(sku, places, form.location.data))
    return {"form": form, "key": once.new_key(), "has_bins": bool(bins.places_with_bins(reader()))}


def on_hand(sku: Any, places: Any, code: str) -> int:
    place = next(place for place in places if place.code == code)
    found = store.cells_of([(sku.id, place.id)])
    return found[0].on_hand if found else 0


def place_cell(sku: Any, code: str) -> SimpleNamespace:
    """The cell of a location by its code. Raises: NotFound."""
    place = store.location(code)
    found = store.cells_of([(sku.id, place.id)])
    return SimpleNamespace(place=place, cell=found[0] if found else store.Cell(sku.id, place.id))
