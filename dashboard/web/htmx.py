"""The htmx layer: htmx-flask under htmx 4's header names, and page-or-part answers."""

from functools import cached_property
from typing import Any

import flask
from htmx_flask import Htmx
from htmx_flask.requests import HtmxAwareRequest, HtmxHeaders

from dashboard.web.doors import is_machine


class Htmx4Headers(HtmxHeaders):
    """htmx 4 says HX-Source and HX-Target as `tag#id` and HX-Request-Type as partial or full."""

    @cached_property
    def source(self) -> str | None:
        return self._headers.get("HX-Source")

    @cached_property
    def trigger(self) -> str | None:
        return (self.source or "").partition("#")[2] or None

    @cached_property
    def target(self) -> str | None:
        target = self._headers.get("HX-Target") or ""
        return target.partition("#")[2] or target or None

    @cached_property
    def partial(self) -> bool:
        return bool(self) and self._headers.get("HX-Request-Type") != "full"


class Htmx4Request(HtmxAwareRequest):
    def __init__(self, *args: Any, **kwargs: Any):
        flask.Request.__init__(self, *args, **kwargs)  # past htmx-flask's, which reads the headers of every request

    @cached_property
    def htmx(self) -> Htmx4Headers:
        return Htmx4Headers(self.headers)


def init_app(app: flask.Flask) -> None:
    Htmx().init_app(app)
    app.request_class = Htmx4Request  # after init_app, which sets its own

    @app.after_request
    def vary(response: flask.Response) -> flask.Response:
        if not is_machine(flask.request.path):
            response.vary.add("HX-Request")
        return response


def is_htmx() -> bool:
    return flask.has_request_context() and flask.request.headers.get("HX-Request") == "true"


def wants_part() -> bool:
    """Whether this request swaps a part into a page (not a boosted whole-page load)."""
    return is_htmx() and flask.request.headers.get("HX-Request-Type") != "full"


def page_or_part(page: str, part: str, **values: Any) -> str:
    """The part for htmx, the whole page otherwise."""
    return flask.render_template(part if wants_part() else page, **values)


UNDO_SECONDS = 10


def toast(message: str, undo: str | None = None) -> dict[str, str]:
    """The header of a part that tells the screen to show this message of success. undo: the address to post to, to take it back."""
    more = {"undo": undo, "seconds": UNDO_SECONDS} if undo else {}
    return {"HX-Trigger": flask.json.dumps({"toast": {"text": message, "role": "ok", **more}})}


def redirect(location: str) -> flask.Response:
    """303 for a browser; for htmx an answer that makes it go there."""
    if is_htmx():
        return flask.Response(status=204, headers={"HX-Redirect": location})
    return flask.make_response(flask.redirect(location, 303))
