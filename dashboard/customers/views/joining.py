"""/customers/<number>/merges and /distinctions: one person or two."""

from typing import Any

import flask

from dashboard.customers import forms, store
from dashboard.customers.commands import KeepApart, MergeCustomers, UndoMerge
from dashboard.customers.merging import keep_apart, merge_customers, undo_merge
from dashboard.customers.views.blueprint import blueprint
from dashboard.customers.views.show import again, done, refused
from dashboard.customers.views.steps import seen_version
from dashboard.kernel.errors import Conflict, DomainError, Invalid, NotFound
from dashboard.orders.store import reader, refresh
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.forms import show_errors


@blueprint.post("/<int:customer_id>/merges")
@requires("customers.write")
def create_merge(customer_id: int) -> Any:
    """Another customer becomes this one; with other_version it must be as it was shown."""
    form = forms.MergeForm()
    other = form.other_id()
    if not form.validate() or other is None:
        return _wrong(
            customer_id, form, Invalid("This is no customer number.", fields={"other": "a number, as on the other's page"})
        )
    seen = flask.request.form.get("other_version", type=int)
    try:
        other = store.customer(reader(), other).root_id
        once.run(merge_customers, MergeCustomers(customer_id, other, seen_version(), seen))
    except (Invalid, NotFound) as error:
        return _wrong(customer_id, form, Invalid(error.message, fields={"other": error.message}))
    except Conflict as error:
        return refused(customer_id, error, merge_form=form)
    return done(customer_id, f"Customer {other} is part of this customer now.")


@blueprint.post("/<int:customer_id>/merges/<int:merge_id>/reversal")
@requires("customers.write")
def create_reversal(customer_id: int, merge_id: int) -> Any:
    try:
        once.run(undo_merge, UndoMerge(merge_id, seen_version()))
    except Conflict as error:
        return refused(customer_id, error)
    return done(customer_id, "The customer is one of its own again, with its orders.")


@blueprint.post("/<int:customer_id>/distinctions")
@requires("customers.write")
def create_distinction(customer_id: int) -> Any:
    other = flask.request.form.get("other", type=int)
    try:
        once.run(keep_apart, KeepApart(customer_id, other or 0))
    except Conflict as error:
        return refused(customer_id, error)
    return done(customer_id, "They are different people; this is not suggested again.")


def _wrong(customer_id: int, form: forms.MergeForm, error: DomainError) -> Any:
    form.other.errors = ()
    show_errors(form, error)
    refresh()
    return again(customer_id, 422, merge_form=form)
