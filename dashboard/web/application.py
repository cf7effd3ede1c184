"""The Flask application: machines' requests pass only our own hooks and carry no session.

What the libraries hang on every request (session cookie, CSRF cookie, remember cookie, limits of forms) is about browsers, and
took a third of an API call. A machine says who it is with each request, by bearer token or signature.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import flask
from flask.sessions import SecureCookieSessionInterface

from dashboard.web import compression, sheets
from dashboard.web.doors import is_machine
from dashboard.web.url_rules import LateRule

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Any]


class BrowserSessions(SecureCookieSessionInterface):
    """Signed cookies at the browser's door; a machine gets the session that is always empty."""

    def open_session(self, app: flask.Flask, request: flask.Request) -> Any:
        return None if is_machine(request.path) else super().open_session(app, request)


class Application(flask.Flask):
    session_interface = BrowserSessions()
    url_rule_class = LateRule

    def send_static_file(self, filename: str) -> flask.Response:
        return sheets.send(str(self.static_folder), filename) or super().send_static_file(filename)

    @cached_property
    def _machine_hooks(self) -> tuple[list[Any], list[Any]]:
        """Our own functions before and after a request, for all blueprints."""
        before, after = self.before_request_funcs.get(None, []), self.after_request_funcs.get(None, [])
        return [hook for hook in before if _is_ours(hook)], [hook for hook in reversed(after) if _is_ours(hook)]

    def preprocess_request(self) -> Any:
        if not is_machine(flask.request.path):
            return super().preprocess_request()
        for hook in self._machine_hooks[0]:
            answer = hook()
            if answer is not None:
                return answer
        return None

    def process_response(self, response: flask.Response) -> flask.Response:
        if not is_machine(flask.request.path):
            return compression.packed(super().process_response(response))
        for hook in self._machine_hooks[1]:
            response = hook(response)
        return response


def _is_ours(hook: Any) -> bool:
    return getattr(hook, "__module__", "").startswith("dashboard.")


def only_below(prefix: str, inner: Wsgi, other: Wsgi) -> Wsgi:
    """WSGI: `inner` for paths below the prefix, `other` for all else."""

    def choose(environ: Environ, start_response: Any) -> Any:
        chosen = inner if environ.get("PATH_INFO", "").startswith(prefix) else other
        return chosen(environ, start_response)

    return choose
