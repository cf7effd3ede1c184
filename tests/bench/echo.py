"""The application with one route more, for the benches only: an echo behind the same token check and the same parsing as an order."""

import flask

from dashboard.api import once
from dashboard.api.order_bodies import OrderBody
from dashboard.api.routes import route
from dashboard.factory import create_app

PATH = "/api/v1/bench/echo"
blueprint = flask.Blueprint("bench", __name__, url_prefix="/api/v1/bench")


@route(blueprint, "POST", "/echo", "orders.create", "Say what was sent", body=OrderBody, status=201)
def echo(body: OrderBody) -> flask.Response:
    return once.answer(201, body.model_dump_json())


def application() -> flask.Flask:
    """What gunicorn serves."""
    app = create_app()
    app.register_blueprint(blueprint)
    return app
