"""What the page of one customer shows: gathered once for the page, its part and its forms."""

from types import SimpleNamespace
from typing import Any

from dashboard.customers import forms, store
from dashboard.customers.rules import DOORS, PURPOSES
from dashboard.customers.store import CustomerRow
from dashboard.kernel import clock
from dashboard.kernel.actor import Actor
from dashboard.orders import store as orders
from dashboard.orders import words
from dashboard.orders.sight import sight_of
from dashboard.orders.views.rowview import row_view
from dashboard.web import access, once, paging

SHOWN = 25
TOLD = {
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
    older = paging.decode(before, int)[0] if before else None
    ids = store.order_ids(connection, customer.id, older, SHOWN + 1)
    return {
        "customer": customer,
        "totals": store.totals(connection, customer.id),
        "rows": order_rows(connection, ids[:SHOWN], actor),
        "older": paging.encode(ids[SHOWN - 1]) if len(ids) > SHOWN else None,
        "addresses": store.addresses(connection, customer.id),
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


def order_rows(connection: Any, ids: list[int], actor: Actor) -> list[Any]:
    """The orders as rows of the order list."""
    sight, zone, now = sight_of(actor), words.zone_of(orders.locations(connection)), clock.now()
    return [row_view(row, sight, now, zone) for row in orders.order_rows(connection, ids)]
