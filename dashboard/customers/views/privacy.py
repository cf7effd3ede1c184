"""/customers/<number>/exports and /erasure: a person's data for the person, or gone."""

from typing import Any

import flask

from dashboard.customers.commands import EraseCustomer
from dashboard.customers.erasing import erase_customer, export_customer
from dashboard.customers.views.blueprint import blueprint
from dashboard.customers.views.show import again, done, refused
from dashboard.customers.views.steps import seen_version
from dashboard.kernel import clock, db
from dashboard.kernel.errors import Conflict, Invalid
from dashboard.web import access, once
from dashboard.web.access import requires


@blueprint.post("/<int:customer_id>/exports")
@requires("customers.write")
def create_export(customer_id: int) -> Any:
    """Everything kept about the person, as a JSON file."""
    try:
        found = db.write(export_customer, customer_id, access.actor(), clock.now())
    except Conflict as error:
        return refused(customer_id, error)
    text = flask.json.dumps(found, indent=2, ensure_ascii=False)
    name = f"customer-{customer_id}.json"
    headers = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "no-store"}
    return flask.Response(text, 200, headers, mimetype="application/json")


@blueprint.post("/<int:customer_id>/erasure")
@requires("customers.write")
def create_erasure(customer_id: int) -> Any:
    """Only with the box ticked: this cannot be undone."""
    if flask.request.form.get("sure") != "yes":
        return again(customer_id, 422, problem=Invalid("Tick the box to say that the data shall be erased for ever."))
    try:
        once.run(erase_customer, EraseCustomer(customer_id, seen_version()))
    except Conflict as error:
        return refused(customer_id, error)
    return done(customer_id, "The personal data of this customer is erased.")
