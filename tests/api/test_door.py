"""The machines' door: our own hooks run there, what the libraries do for browsers does not."""

import flask

from tests.api.conftest import Api


def test_an_api_answer_carries_our_headers_and_no_cookie(app):
    answer = Api(app).get("orders")

    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "X-RateLimit-Limit" not in answer.headers


def test_a_session_is_not_even_opened_there(app):
    with app.test_request_context("/api/v1/orders"):
        assert isinstance(flask.session._get_current_object(), app.session_interface.null_session_class)
    with app.test_request_context("/orders"):
        assert isinstance(flask.session._get_current_object(), app.session_interface.session_class)


def test_a_foreign_host_is_refused_at_this_door_too(app):
    api = Api(app)
    app.config["TRUSTED_HOSTS"] = ["shop.example"]

    assert api.client.get("/api/v1/orders", headers=api.headers, base_url="http://evil.example").status_code == 400
    assert api.client.get("/api/v1/orders", headers=api.headers, base_url="http://shop.example").status_code == 200
