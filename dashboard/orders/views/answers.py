"""How the forms of the order page answer: its part with the errors, or the whole order page with them."""

from typing import Any

import flask
from flask_wtf import FlaskForm

from dashboard.kernel.errors import DomainError
from dashboard.orders.views.show import values_of
from dashboard.web.forms import show_errors
from dashboard.web.htmx import wants_part


def again(order: Any, part: str, page: str, form: FlaskForm, name: str, error: DomainError | None = None) -> Any:
    """422: the form as it was typed, each complaint beside its field.

    Args: part: template of the form; page: template of the page that shows it without JavaScript; name: its name in both.
    """
    show_errors(form, error)
    values = values_of(order, **{name: form})
    return flask.make_response(flask.render_template(part if wants_part() else page, live=None, **values), 422)


def number_of(result: Any) -> dict[str, Any]:
    """An action's plain result as what an idempotency key keeps."""
    return {"result": result}
