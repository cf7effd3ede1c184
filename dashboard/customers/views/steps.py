"""/customers/<number>/...: correct, note, tag, record consent."""

from collections.abc import Callable
from typing import Any

import flask
from flask_wtf import FlaskForm

from dashboard.customers import forms, rules, store
from dashboard.customers.actions import add_note, edit_customer, record_consent, set_tag
from dashboard.customers.commands import AddNote, EditCustomer, RecordConsent, SetTag
from dashboard.customers.views.blueprint import blueprint
from dashboard.customers.views.show import again, done, refused
from dashboard.kernel.errors import Conflict, DomainError, Invalid
from dashboard.orders.store import reader, refresh
from dashboard.web import once
from dashboard.web.access import requires
from dashboard.web.forms import show_errors


@blueprint.post("/<int:customer_id>")
@requires("customers.write")
def update(customer_id: int) -> Any:
    form = forms.CustomerForm()
    if not form.validate():
        return _wrong(customer_id, "customer_form", form)
    typed = (form.name.data or "", form.email.data or "", form.phone.data or "")
    try:
        once.run(edit_customer, EditCustomer(customer_id, *typed, seen_version()))
    except Invalid as error:
        return _wrong(customer_id, "customer_form", form, error)
    except Conflict as error:
        refresh()
        return refused(customer_id, error, customer_form=form, theirs=store.customer(reader(), customer_id))
    return done(customer_id, "Saved.")


@blueprint.post("/<int:customer_id>/notes")
@requires("customers.write")
def create_note(customer_id: int) -> Any:
    form = forms.NoteForm()
    return _plain(customer_id, "note_form", form, add_note, lambda: AddNote(customer_id, form.body.data or ""), "Note added.")


@blueprint.post("/<int:customer_id>/tags")
@requires("customers.write")
def create_tag(customer_id: int) -> Any:
    form = forms.TagForm()
    tag = rules.tag_of(form.tag.data or "")
    return _plain(customer_id, "tag_form", form, set_tag, lambda: SetTag(customer_id, tag), f"Tagged {tag}.")


@blueprint.post("/<int:customer_id>/tags/removal")
@requires("customers.write")
def delete_tag(customer_id: int) -> Any:
    form = forms.TagForm()
    tag = rules.tag_of(form.tag.data or "")
    return _plain(
        customer_id, "tag_form", form, set_tag, lambda: SetTag(customer_id, tag, present=False), f"No longer tagged {tag}."
    )


@blueprint.post("/<int:customer_id>/consents")
@requires("customers.write")
def create_consent(customer_id: int) -> Any:
    form = forms.ConsentForm()

    def command() -> RecordConsent:
        return RecordConsent(customer_id, form.purpose.data, form.granted.data == "yes", form.how.data)

    return _plain(customer_id, "consent_form", form, record_consent, command, "Consent recorded.")


def _plain(
    customer_id: int, name: str, form: FlaskForm, action: Callable[..., Any], command: Callable[[], Any], message: str
) -> Any:
    """Run the form's action. name: of the form in the page."""
    if not form.validate():
        return _wrong(customer_id, name, form)
    try:
        once.run(action, command())
    except Invalid as error:
        return _wrong(customer_id, name, form, error)
    except Conflict as error:
        return refused(customer_id, error, **{name: form})
    return done(customer_id, message)


def _wrong(customer_id: int, name: str, form: FlaskForm, error: DomainError | None = None) -> Any:
    """422: the page with what was typed, each complaint beside its field."""
    show_errors(form, error)
    refresh()
    return again(customer_id, 422, **{name: form})


def seen_version() -> int | None:
    """The version of the customer that the person saw when they sent the form."""
    return flask.request.form.get("version", type=int)
