"""The API described: the OpenAPI document for programs, and a page made of it for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rejoinder.api import problems, shapes
from rejoinder.api.application import API
from rejoinder.api.once import HEADER, MOST_KEY

PREFIX = "/api/v1/"
# Which of the problems come with operations that only read.
OF_READING = frozenset({400, 401, 403, 404, 429, 500, 503})
_ONCE = {HEADER: "The program's own name for this write: sent again, it's answered again."}
_UNCHANGED = {"If-Match": "The ETag of what is changed, as read before; another now is refused."}
HEADERS = {
    "get": {"If-None-Match": "The ETag of an earlier answer: unchanged, it isn't sent again."},
    "post": _ONCE,
    "put": _ONCE,
    "patch": _ONCE | _UNCHANGED,
    "delete": _ONCE,
}
METHODS = ("get", "post", "put", "patch", "delete")


@require_safe
def document(request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI document (version 3.1)."""
    return HttpResponse(json.dumps(described()), content_type="application/json")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the reference: every operation, shape and problem. Needs no script."""
    told = described()
    context = {
        "operations": list(_operations(told)),
        "shapes": told["components"]["schemas"],
        "problems": {each.code: each for each in problems.EVERY}.values(),
        "prefix": PREFIX,
        "type_of": type_of,
    }
    response = render(request, "api_reference.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response


@dataclass(frozen=True)
class Operation:
    """One operation, as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    tag: str
    parameters: list[dict[str, Any]]
    takes: str
    gives: str


@cache
def described() -> dict[str, Any]:
    """Return the OpenAPI document; it's the same for everybody."""
    found: dict[str, Any] = json.loads(json.dumps(API.get_openapi_schema(path_prefix=PREFIX)))
    for path in found["paths"].values():
        for method, operation in path.items():
            _complete(method, operation)
    components = found["components"]
    components["schemas"]["Problem"] = shapes.Problem.model_json_schema()
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "An application password."},
        "basic": {
            "type": "http",
            "scheme": "basic",
            "description": "A name, handle or mail address, and an application password.",
        },
    }
    # Nothing is asked of guests where guests may read.
    found["security"] = [{}, {"bearer": []}, {"basic": []}]
    return found


def _complete(method: str, operation: dict[str, Any]) -> None:
    """Add what every operation may answer besides what it is for."""
    operation["operationId"] = operation["operationId"].removeprefix("rejoinder_api_")
    answers = operation["responses"]
    reads = method == "get"
    _add_headers(method, operation)
    if reads:
        answers["304"] = {"description": "Unchanged since the answer whose ETag was sent."}
    for status in sorted({each.status for each in problems.EVERY} - {405}):
        if not reads or status in OF_READING:
            answers[str(status)] = {
                "description": _titles(status),
                "content": {
                    problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
                },
            }
    for answer in answers.values():
        answer.setdefault("description", "")


def _add_headers(method: str, operation: dict[str, Any]) -> None:
    """Add the headers that every operation of a method looks at."""
    parameters = operation.setdefault("parameters", [])
    names = {each["name"] for each in parameters}
    for name, told in HEADERS[method].items():
        if name not in names:
            schema = {"type": "string"} | ({"maxLength": MOST_KEY} if name == HEADER else {})
            parameters.append(
                {
                    "in": "header", "name": name, "required": False,
                    "description": told, "schema": schema,
                }
            )  # fmt: skip


def _titles(status: int) -> str:
    return next(str(each.title) for each in problems.EVERY if each.status == status)


def _operations(told: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in told["paths"].items():
        for method in METHODS:
            if (found := methods.get(method)) is None:
                continue
            yield Operation(
                method=method.upper(),
                path=path,
                summary=found["summary"],
                description=found.get("description", ""),
                tag=found["tags"][0],
                parameters=found.get("parameters", []),
                takes=_shape(found.get("requestBody", {})),
                gives=next((_shape(a) for s, a in found["responses"].items() if s[0] == "2"), ""),
            )


def _shape(answer: dict[str, Any]) -> str:
    """Return the name of the shape that a body has; nothing if it has none."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]


def type_of(schema: dict[str, Any]) -> str:
    """Return what a field is, in a few words: "string", "list of PostLine", "Id or null"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return _(" or ").join(type_of(each) for each in several)
    if "enum" in schema:
        return _(" or ").join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if schema.get("type") == "array":
        return _("list of %s") % type_of(schema.get("items", {}))
    return str(schema.get("format") or schema.get("type", ""))
