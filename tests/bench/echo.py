"""The application with two routes more, for the benches only: an echo behind an order's token check and parsing, and nothing at all."""

import flask

from dashboard.api import once
from dashboard.api.order_bodies import OrderBody
from dashboard.api.routes import ROUTES, route
from dashboard.config import Config
from dashboard.factory import create_app
from dashboard.web.access import requires

PATH = "/api/v1/bench/echo"
NOTHING = "/bench/nothing"
blueprint = flask.Blueprint("bench", __name__, url_prefix="/api/v1/bench")
pages = flask.Blueprint("bench_pages", __name__)


@route(blueprint, "POST", "/echo", "orders.create", "Say what was sent", body=OrderBody, status=201)
def echo(body: OrderBody) -> flask.Response:
    body.command()  # amounts, moments and currencies are read here: an order's parsing ends with its command
    return once.answer(201, body.model_dump_json())


ROUTES.pop()  # the document describes the API as it is sold


@pages.get(NOTHING)
@requires("orders.read")
def nothing() -> str:
    return ""


def application(config: Config | None = None) -> flask.Flask:
    """What gunicorn serves."""
    app = create_app(config)
    app.register_blueprint(blueprint)
    app.register_blueprint(pages)
    return app
