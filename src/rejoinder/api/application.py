"""The API itself: its operations, put together, with who asks and what goes wrong."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from pydantic import JsonValue, TypeAdapter

# Each registers its operations.
from rejoinder.api import deciding, moderating, news, own, problems, reading, writing  # noqa: F401
from rejoinder.api.callers import find_caller
from rejoinder.api.operations import router

_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


class Json(Parser):
    """Reads a body as strictly as JSON is defined (RFC 8259), and no deeper than is safe."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return what a body holds. Raises ValueError."""
        return _JSON.validate_json(request.body)


API = NinjaAPI(
    title="Rejoinder",
    version="1",
    description="What the pages show and take, for programs.",
    # The document and its page are our own (reference.py).
    openapi_url=None,
    docs_url=None,
    auth=find_caller,
    parser=Json(),
)
API.add_router("", router)
for kind in (Exception, HttpError, ValidationError):
    API.add_exception_handler(kind, problems.answer_to)
