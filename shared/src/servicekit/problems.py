"""Errors as RFC 9457 problem documents: a stable code, and words in the caller's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from fastapi import HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response

from .catalog import Catalog
from .text import shown

__all__ = ["Fault", "Problem", "from_http", "from_validation", "problem_response"]

MAX_FAULTS = 100
HINTS = ("nearest", "allowed", "listed")
# pydantic's error types, by what they begin or end with, and our stable codes.
_FAULTS = (
    ("missing", "missing"),
    ("extra_forbidden", "unknown_field"),
    ("too_long", "too_long"),
    ("string_too_short", "too_short"),
    ("too_short", "too_few"),
    ("greater_than", "too_small"),
    ("less_than", "too_large"),
    ("_type", "wrong_type"),
    ("_parsing", "wrong_type"),
    ("json_invalid", "malformed"),
)
_LIMITS = ("max_length", "min_length", "ge", "gt", "le", "lt")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a request: `pointer` is a JSON pointer (`#/a/0`) or a parameter (`?page`)."""

    pointer: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


class Problem(HTTPException):
    """An answer that is an error. It is an HTTPException so that the framework lets it pass untouched."""

    def __init__(
        self,
        status: int,
        code: str,
        params: Mapping[str, Any] | None = None,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        lang: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status_code=status, detail=code, headers=dict(headers or {}))
        self.own_headers = dict(headers or {})
        self.code = code
        self.params = dict(params or {})
        self.errors = tuple(errors)
        self.lang = lang
        self.extra = dict(extra or {})


def problem_response(request: Request, problem: Problem, catalog: Catalog) -> Response:
    """Return the problem document in the caller's language (or the problem's own)."""
    lang: str = problem.lang or str(getattr(request.state, "lang", "en"))
    params = {k: shown(v) if isinstance(v, str) and k != "detail" else v for k, v in problem.params.items()}
    # A form shows the sentence beside the field: where one thing is wrong, its hint stands there too.
    hints = {k: params[k] for k in HINTS if params.get(k)} if len(problem.errors) == 1 else {}
    body = {
        "type": f"urn:problem:{problem.code}",
        "title": catalog.text(lang, f"{problem.code}.title", **params),
        "status": problem.status_code,
        "detail": _sentence(catalog, lang, f"{problem.code}.detail", params),
        "code": problem.code,
        "trace_id": getattr(request.state, "trace_id", None),
        "errors": [
            {"pointer": fault.pointer, "code": fault.code, "params": given, "detail": sentence}
            for fault in problem.errors[:MAX_FAULTS]
            for given in [{**fault.params, **hints}]
            for sentence in [_sentence(catalog, lang, f"fault.{fault.code}", given)]
        ],
        **({"errors_total": len(problem.errors)} if len(problem.errors) > MAX_FAULTS else {}),
        **problem.extra,
    }
    headers: dict[str, str] = {"Cache-Control": "no-store", "Content-Language": lang, **problem.own_headers}
    return Response(orjson.dumps(body), problem.status_code, headers, media_type="application/problem+json")


def _sentence(catalog: Catalog, lang: str, msgid: str, params: Mapping[str, Any]) -> str:
    sentence = catalog.text(lang, msgid, **params)
    if params.get("nearest"):
        sentence += " " + catalog.text(lang, "nearest", nearest=params["nearest"])
    if params.get("allowed"):
        sentence += " " + catalog.text(lang, "allowed", allowed=", ".join(params["allowed"]))
    if params.get("listed"):
        sentence += " " + catalog.text(lang, "listed", listed=params["listed"])
    return sentence


def from_http(error: StarletteHTTPException) -> Problem:
    """Translate the framework's own errors (404, 405, an unreadable body) into problems."""
    codes = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}
    code = codes.get(error.status_code, "malformed_request")
    return Problem(error.status_code, code, headers=error.headers and dict(error.headers))


def from_validation(error: RequestValidationError) -> Problem:
    """Translate the framework's validation errors: 400 for parameters and syntax, 422 for content.

    The sentences and the input of the framework are not used: ours are localised and echo nothing.
    """
    found = error.errors()
    faults = [Fault(_pointer(item["loc"]), _code(item["type"]), _params(item)) for item in found]
    places = {item["loc"][0] for item in found}
    if "path" in places:
        return Problem(404, "not_found")
    if "query" in places:
        return Problem(400, "invalid_parameter", errors=faults)
    if "header" in places:
        return Problem(400, "invalid_header", errors=faults)
    if any(item["type"] == "json_invalid" for item in found):
        return Problem(400, "malformed_json")
    return Problem(422, "invalid_content", errors=faults)


def _pointer(loc: Sequence[Any]) -> str:
    if loc[0] == "query":
        return "?" + str(loc[1]) if len(loc) > 1 else "?"
    if loc[0] == "header":
        return str(loc[1])
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in loc[1:])


def _code(kind: str) -> str:
    return next((code for part, code in _FAULTS if part in kind), "invalid")


def _params(item: Mapping[str, Any]) -> dict[str, Any]:
    context = item.get("ctx", {})
    for name in _LIMITS:
        if isinstance(context.get(name), int | float):
            return {"max" if name in ("max_length", "le", "lt") else "min": context[name]}
    return {}
