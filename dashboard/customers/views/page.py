"""What the page of one customer shows: gathered once for the page, its part and its forms."""

from types import SimpleNamespace
from typing import Any

from dashboard.customers import forms, store
from dashboard.customers.rules import DOORS, PURPOSES
from dashboard.customers.store import CustomerRow
from dashboard.kernel.actor import Actor
from dashboard.orders import addresses, words
from dashboard.orders import store as orders
from dashboard.orders.commands import Address
from dashboard.orders.sight import sight_of
from dashboard.web import access, once, paging

SHOWN = 25
TOLD = {
    "create": ("Added by hand", "plus"),
    "note": ("Note", "message"),
    "tag": ("Tagged", "tag"),
    "untag": ("Tag taken away", "tag"),
    "consent": ("Consent", "check"),
    "edit": ("Name, e-mail or phone corrected", "pencil"),
    "merge": ("Merged", "users"),
    "unmerge": ("Merge undone", "return"),
    "distinct": ("Kept apart", "user"),
    "export": ("Data given out", "download"),
    "erase": ("Erased", "trash"),
}
"""Kind of an entry -> (its words, its icon)."""


def values_of(customer: CustomerRow, before: str | None = None, **changes: Any) -> dict[str, Any]:
    """Everything of the page. before: the cursor of older orders; changes: forms that are shown again with what was typed."""
    connection, actor = orders.reader(), access.actor()
    ids, older = shown_orders(customer.id, before)
    return {
        "customer": customer,
        "page_v": store.page_version(connection, customer),
        "totals": store.totals(connection, customer.id),
        "rows": order_rows(connection, ids, actor),
        "older": older,
        "addresses": [_checked(row) for row in store.addresses(connection, customer.id)],
        "tags": store.tags(connection, customer.id),
        "consents": store.consents(connection, customer.id),
        "entries": store.entries(connection, customer.id),
        "told": TOLD,
        "merges": store.merges(connection, customer.id),
        "matches": store.suggestions(connection, customer.id) if customer.erased_at is None else [],
        "purposes": PURPOSES,
        "doors": DOORS,
        "may": SimpleNamespace(write=actor.may("customers.write") and customer.erased_at is None),
        "customer_form": forms.CustomerForm(formdata=None, name=customer.name, email=customer.email, phone=customer.phone),
        "note_form": forms.NoteForm(formdata=None),
        "tag_form": forms.TagForm(formdata=None),
        "consent_form": forms.ConsentForm(formdata=None),
        "merge_form": forms.MergeForm(formdata=None),
        "theirs": None,
        "problem": None,
        "new_key": once.fresh_key,
        **changes,
    }


def _checked(row: Any) -> SimpleNamespace:
    """An address with what its country's rules say of it."""
    place = {name: getattr(row, name) for name in Address.__dataclass_fields__}
    return SimpleNamespace(**place, used_at=row.used_at, troubles=addresses.troubles(Address(**place)))


def shown_orders(customer_id: int, before: str | None) -> tuple[list[int], str | None]:
    """The ids of the page's orders, newest first, and the cursor of those after them."""
    found = store.order_ids(orders.reader(), customer_id, paging.decode(before, int)[0] if before else None, SHOWN + 1)
    return found[:SHOWN], paging.encode(found[SHOWN - 1]) if len(found) > SHOWN else None


def order_rows(connection: Any, ids: list[int], actor: Actor) -> list[Any]:
    """The orders with what they wait for; total is None for who may not see prices."""
    sight = sight_of(actor)
    return [
        SimpleNamespace(
            id=row.id,
            number=row.number,
            version=row.version,
            channel=row.channel,
            badge=words.badge_of(row.phase, row.work),
            unit_count=row.wanted,
            total=row.total if sight.full else None,
            currency=row.currency,
            placed_at=row.placed_at,
            ship_by=row.ship_by if row.status == "open" else None,
        )
        for row in orders.order_rows(connection, ids)
    ]
