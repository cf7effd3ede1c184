"""The OpenAPI 3.1 document, built from the routes and their models."""

import functools
import re
from typing import Any

import flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from dashboard.api import schemas
from dashboard.api.routes import ROUTES, Route

TITLES = {
    "orders_api": "Orders",
    "order_parts_api": "Parts of an order",
    "payments_api": "Payments",
    "work_api": "Fulfilment",
    "returns_api": "Returns",
    "skus_api": "SKUs",
    "stock_api": "Stock",
    "purchasing_api": "Purchase orders",
    "events_api": "Events",
    "api_kpis": "KPIs",
}
IN_PATH = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")
REFUSALS = {
    "400": "The body is not JSON, or a required header is missing",
    "401": "No bearer token, or one that is not valid any more",
    "403": "This token may not do this",
    "404": "There is nothing here for this token",
    "409": "A rule or somebody else was faster; `facts` hold what is there now",
    "422": "The body was read but cannot be taken; `facts.fields` names the fields",
    "503": "The database cannot take changes now; nothing was changed",
}


def document() -> dict[str, Any]:
    return _document(flask.current_app.config.get("VERSION") or "1")


@functools.cache
def _document(version: str) -> dict[str, Any]:
    models: list[tuple[type[BaseModel], str]] = [(schemas.Problem, "serialization")]
    models += [(found.body, "validation") for found in ROUTES if found.body]
    models += [(found.answer, "serialization") for found in ROUTES if found.answer]
    refs, definitions = models_json_schema(models, ref_template="#/components/schemas/{model}")
    paths: dict[str, Any] = {}
    for found in ROUTES:
        paths.setdefault(_path(found), {})[found.method.lower()] = _operation(found, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Orderdeck API",
            "version": version,
            "description": "Orders, stock, work and money of one shop. Unknown fields are refused; money is a decimal string.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "tags": [{"name": title} for title in dict.fromkeys(_title(found.tag) for found in ROUTES)],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "`flask token create --role ROLE`"}
            },
            "responses": {code: _problem(text) for code, text in REFUSALS.items()},
        },
    }


def _path(found: Route) -> str:
    return IN_PATH.sub(r"{\1}", found.path)


def _operation(found: Route, refs: Any) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{found.tag.removesuffix('_api')}_{found.name}",
        "summary": found.summary,
        "description": f"Needs the permission `{found.permission}`.",
        "tags": [_title(found.tag)],
        "parameters": _parameters(found),
        "responses": {str(found.status): _answer(found, refs), **_refusals(found)},
    }
    if found.body:
        content = {"application/json": {"schema": refs[found.body, "validation"]}}
        operation["requestBody"] = {"required": _needs_body(found.body), "content": content}
    if found.name == "create" and found.tag == "orders_api":
        operation["responses"]["200"] = {
            **_answer(found, refs),
            "description": "This (channel, external_id) is known: the order that exists",
        }
    return operation


def _title(tag: str) -> str:
    return TITLES.get(tag, tag.replace("_", " ").capitalize())


def _needs_body(model: type[BaseModel]) -> bool:
    return any(field.is_required() for field in model.model_fields.values())


def _parameters(found: Route) -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in IN_PATH.findall(found.path)
    ]
    query = [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}} for name, text in found.query.items()
    ]
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": found.key,
        "description": "The same key and body are done once; the first answer is replayed for seven days.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    }
    return in_path + query + ([key] if found.method != "GET" else [])


def _answer(found: Route, refs: Any) -> dict[str, Any]:
    schema = refs[found.answer, "serialization"] if found.answer else {"type": "object"}
    answer: dict[str, Any] = {
        "description": "Done" if found.method != "GET" else "Found",
        "content": {"application/json": {"schema": schema}},
    }
    if found.method != "GET":
        answer["headers"] = {
            "Idempotent-Replayed": {
                "description": "true, when this is the stored answer to an earlier request",
                "schema": {"type": "string"},
            }
        }
    return answer


def _refusals(found: Route) -> dict[str, Any]:
    wanted = ["401", "403", "422"]
    wanted += ["404"] if "<" in found.path else []
    wanted += ["400", "409", "503"] if found.method != "GET" else []
    return {code: {"$ref": f"#/components/responses/{code}"} for code in sorted(wanted)}


def _problem(text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
