"""The order page: the values its parts need, once for the page, htmx answers and live pushes."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from dashboard.customers import store as customers
from dashboard.editing import activity
from dashboard.fulfilment import early, kits
from dashboard.fulfilment import rules as work_rules
from dashboard.fulfilment import store as fulfilment
from dashboard.kernel.actor import Actor
from dashboard.notifications import outgoing
from dashboard.orders import addresses, forms, naming, store, together, words
from dashboard.orders.commands import Address
from dashboard.orders.named import Named, by_name, summed
from dashboard.orders.rules import HOLD_KINDS, RELEASES, SHIPPING_CHOICES, owed, promised, surplus, to_take
from dashboard.orders.sight import shown_name, sight_of
from dashboard.orders.views import steps
from dashboard.orders.views.rowview import badge_of
from dashboard.orders.views.story import own_comments, timeline_page
from dashboard.payments import store as payments
from dashboard.payments.port import PROVIDERS
from dashboard.promises import store as promises
from dashboard.routing import store as routing
from dashboard.web import once

SUMS = (("Tax", "tax"), ("Discount", "discount"))
"""What the page sums up by name."""


def shown_parts(connection: Any, order: Any, actor: Actor, now: dt.datetime, kind: str = "all") -> dict[str, Any]:
    """What the live parts show: head, lines, side and timeline (of one kind). Who looks matters for prices and people only."""
    sight, places = sight_of(actor), store.locations(connection)
    zone = words.zone_of(places)
    lines = store.lines(connection, order.id)
    names = naming.of_order(connection, order.id) if sight.full else {}
    waiting = promises.of_order(connection, order.id, now.date())
    works = fulfilment.work_of(connection, order.id)
    return {
        "order": order,
        "sight": sight,
        "places": places,
        "state": badge_of(order.phase, order.work, _is_preorder(waiting)),
        "readiness": words.READINESS.get(order.readiness or ""),
        "due": words.due(order.ship_by, order.phase, now, zone),
        "lines": lines,
        "columns": _columns(lines, works, places),
        "named": names,
        "sums": {label: _by_name(names, kind, getattr(order, kind)) for label, kind in SUMS},
        "promises": waiting,
        "sent": _sent(works),
        "stock": store.balances(connection, sorted({line.sku_id for line in lines if line.sku_id is not None})),
        "works": works,
        "customer": shown_name(order.customer_name, sight),
        "person": customers.customer_of_order(connection, order.id) if sight.full else None,
        "address_troubles": addresses.troubles(_ship_to(order)),
        "surplus": surplus(order) if sight.full else 0,
        "exceptions": store.open_exceptions(connection, order.id),
        "transactions": payments.transactions_of(connection, order.id) if sight.full else [],
        **timeline_page(connection, order, sight, places, kind=kind),
    }


def _by_name(names: dict[naming.Of, tuple[Named, ...]], kind: str, total: int) -> list[Named]:
    """What the order's tax or discount is made of, with the part of it that has no name; nothing when none has one."""
    found = naming.sums_of(names, kind)
    rest = total - summed(found)
    return by_name([*found, Named("", rest)]) if found and rest else found


def _ship_to(order: Any) -> Address:
    return Address(*(getattr(order, f"ship_{name}") for name in Address.__dataclass_fields__))


def _is_preorder(waiting: dict[int, promises.Promise]) -> bool:
    """Whether all that waits was sold on preorder."""
    found = [one.preorder for one in waiting.values() if one.units]
    return bool(found) and all(found)


def own_parts(connection: Any, order: Any, shown: dict[str, Any], actor: Actor, now: dt.datetime) -> dict[str, Any]:
    """What depends on who looks: the primary step and the forms, by permission."""
    holds = [hold for hold in store.holds(connection, order.id) if hold.released_at is None]
    paid = payments.payments_of(connection, order.id) if actor.may("payments.read") else []
    return {
        "holds": holds,
        "payments": paid,
        "step": steps.primary(order, holds, shown["works"], paid, actor, shown["sight"]),
        "to_take": to_take(order),
        "outstanding": max(0, owed(order) - promised(order)),
        "methods": _methods(),
        "steps": work_rules.ACTION_NAMES,
        "short_reasons": list(work_rules.SHORT_REASONS.items()),
        "reject_reasons": list(work_rules.REJECT_REASONS.items()),
        "rejectable": work_rules.REJECTABLE,
        "early": early.held_back(connection, order.id, now.date()) if order.status == "open" else [],
        "whys": routing.why(connection, order.id),
        "on_the_road": work_rules.ON_THE_ROAD,
        "hold_kinds": HOLD_KINDS,
        "releases": RELEASES,
        "shipping_choices": SHIPPING_CHOICES,
        "shipping_choice": "together" if together.ships_together(connection, order.id) else "available",
        "hold_form": forms.HoldForm(formdata=None),
        "note_form": forms.NoteForm(formdata=None),
        "cancel_form": forms.CancelForm(formdata=None),
        "may": SimpleNamespace(
            hold=actor.may("holds.write") and order.status in ("draft", "open"),
            release=actor.may("holds.write"),
            note=actor.may("notes.write"),
            edit=actor.may("orders.update") and order.status == "open",
            copy=actor.may("orders.create"),
            cancel_part=actor.may("orders.cancel") and order.status == "open",
            cancel=steps.may_cancel(order, shown["works"], actor),
            notify=not outgoing.why_not(order.email),
            work=actor.may("work.write"),
            capture=actor.may("payments.capture") and (order.status not in ("cancelled", "discarded") or to_take(order) > 0),
            void=actor.may("payments.capture"),
            refund=actor.may("payments.refund"),
            ship_to=shown["sight"].ship_to,
            label=actor.may("orders.update"),
            choose_shipping=actor.may("orders.update") and order.status in ("draft", "open"),
        ),
        **_labels(connection, order.id, actor),
        **own_comments(connection, order, actor, now),
        "activity": activity.recent(connection, order.id, now) if actor.may("orders.update") else [],
        "key": once.fresh_key(),
    }


def _labels(connection: Any, order_id: int, actor: Actor) -> dict[str, Any]:
    """Tags and who has the order, and to whom may change them what there is to choose."""
    found = {"labels": store.labels_of(connection, [order_id]).get(order_id, store.Labels()), "people": [], "tags_in_use": []}
    if actor.may("orders.update"):
        found["people"] = [(str(id_), name) for id_, name in store.people(connection)]
        found["tags_in_use"] = store.tags_in_use(connection)
    return found


def _columns(lines: list[Any], works: list[Any], places: list[Any]) -> list[Any]:
    """The locations worth a column: those that have, or had, something to do with this order; all while units are missing."""
    if any(line.backordered for line in lines):
        return places
    involved = {location for line in lines for location in line.tied} | {work.location_id for work in works}
    return [place for place in places if place.id in involved]


def _sent(works: list[Any]) -> dict[tuple[int, int], int]:
    """Units of an order line that a location has already shipped, per (line id, location id)."""
    found: dict[tuple[int, int], int] = {}
    for work in works:
        if work.status in ("shipped", "closed"):
            for line_id, count in kits.whole(work.lines, "packed").items():
                place = (line_id, work.location_id)
                found[place] = found.get(place, 0) + count
    return found


def _methods() -> list[tuple[str, str]]:
    """Ways of paying that people confirm themselves."""
    return [(method, label) for provider in PROVIDERS.values() if provider.offline for method, label in provider.methods.items()]
