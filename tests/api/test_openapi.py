"""/api/v1/openapi.json: valid OpenAPI 3.1, and every route of the API is in it."""

import re

from openapi_spec_validator import validate

from dashboard.api.routes import ROUTES


def test_the_document_is_valid_and_open_to_everybody(client):
    answer = client.get("/api/v1/openapi.json")

    assert answer.status_code == 200
    assert answer.json["openapi"].startswith("3.1")
    validate(answer.json)


def test_every_route_of_the_api_is_in_the_document(app, client):
    paths = client.get("/api/v1/openapi.json").json["paths"]
    documented = {(method.upper(), path) for path, operations in paths.items() for method in operations}
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and rule.rule != "/api/v1/openapi.json"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert served == documented


def test_what_needs_a_key_says_so():
    needing = {route.path for route in ROUTES if route.key}
    assert needing >= {
        "/api/v1/orders", "/api/v1/stock/adjustments", "/api/v1/payments/<payment>/refunds", "/api/v1/payments/<payment>/captures",
        "/api/v1/orders/<number>/payments",
    }  # fmt: skip


def test_an_unknown_path_or_method_is_a_problem_too(client):
    for method, path, status in (("get", "/api/v1/nothing", 404), ("delete", "/api/v1/orders", 405)):
        answer = getattr(client, method)(path)
        assert answer.status_code == status
        assert answer.content_type == "application/problem+json"
