"""Errors as answers: an htmx part, problem+json or a page, from one place."""

import logging
import secrets
from typing import Any

import flask
from werkzeug.exceptions import HTTPException

from dashboard.kernel.context import request_id
from dashboard.kernel.errors import (
    DomainError,
    Invalid,
    NotFound,
    Unauthenticated,
    Unavailable,
)
from dashboard.kernel.idempotency import problem_body
from dashboard.kernel.writer import is_outage
from dashboard.web import form_tokens, kept
from dashboard.web.htmx import is_htmx
from dashboard.web.security import NotYourPage

log = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
WORDS = {
    400: "The request could not be read.",
    404: "There is nothing here. It may have been moved or deleted.",
    405: "This address does not take that method.",
    413: "That is too much at once.",
    415: "Send this as application/json.",
    429: "Too many requests; wait a moment and try again.",
}
SESSION_ENDED = "Your session ended. Sign in and send again: what you typed is still here."


class Failure(DomainError):
    code = "internal_error"
    status = 500


def init_app(app: flask.Flask) -> None:
    app.register_error_handler(DomainError, answer)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def wants_json() -> bool:
    path = flask.request.path
    return path.startswith(("/api/", "/hooks/")) or flask.request.accept_mimetypes.best == "application/json"


def answer(error: DomainError) -> flask.Response:
    """The refusal in the form the asker reads: problem+json, an htmx part for #problem, or a page."""
    headers = {}
    if error.status in (429, 503):
        headers["Retry-After"] = str(error.facts.get("retry_after", 2))
    if wants_json():
        return flask.Response(problem_body(error), error.status, headers, content_type=PROBLEM)
    if isinstance(error, Unauthenticated | NotYourPage) and kept.is_over():
        return _keep(error)
    if isinstance(error, Unauthenticated):
        return _to_sign_in(error)
    if is_htmx():
        return _part("shared/_problem.html", error, headers)
    body = flask.render_template("layout/problem.html", problem=error, request_id=request_id())
    return flask.Response(body, error.status, headers)


def _part(template: str, error: DomainError, headers: dict[str, str], **values: Any) -> flask.Response:
    body = flask.render_template(template, problem=error, request_id=request_id(), **values)
    return flask.Response(body, error.status, {"HX-Retarget": "#problem", "HX-Reswap": "innerHTML", **headers})


def _to_sign_in(error: Unauthenticated) -> flask.Response:
    """The way to sign in and back. A screen on which somebody is typing stays, and shows the part instead."""
    way = error.facts.get("login", "/login")
    if is_htmx():
        return _part("shared/_session_over.html", Unauthenticated(SESSION_ENDED), {"HX-Redirect": way}, kept=None)
    return flask.make_response(flask.redirect(way, 303))


def _keep(error: Unauthenticated | NotYourPage) -> flask.Response:
    """A form whose session ended, or that was another person's, is not lost: the screen keeps it, or this page does."""
    ended = isinstance(error, Unauthenticated)
    shown = Unauthenticated(SESSION_ENDED) if ended else error
    headers = {"Cache-Control": "no-store"}
    if is_htmx():
        form = None if ended or not kept.is_from_form() else kept.kept_form()
        return _part("shared/_session_over.html", shown, headers, kept=form, token=None)
    token = form_tokens.sent() if ended else None  # theirs again, once they are back; a new sign-in of somebody else needs its own
    body = flask.render_template("layout/session_over.html", problem=shown, kept=kept.kept_form(), token=token, request_id=request_id())
    return flask.Response(body, error.status, headers)


def _http(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error
    problem = NotFound(WORDS[404]) if error.code == 404 else Invalid(WORDS.get(error.code or 0, error.description or "Refused."))
    problem.status = error.code or 500
    problem.code = (error.name or "error").lower().replace(" ", "_")
    response = answer(problem)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> flask.Response:
    if is_outage(error):
        return answer(Unavailable("The database cannot answer right now. Try again in a moment."))
    error_id = request_id() or secrets.token_hex(4)
    log.exception("unexpected error %s", error_id)
    return answer(
        Failure(
            f"Something went wrong on our side (error {error_id})."
            " We don't know whether your change went through; look before you repeat it.",
            error_id=error_id,
        )
    )
