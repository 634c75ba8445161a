"""What an API's description says of errors: their one shape, of which the framework knows nothing."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import ConfigDict, Field

from servicekit.wire import Model

__all__ = ["FaultOut", "ProblemOut", "problems_described"]

_KIND = "application/problem+json"
_REF = "#/components/schemas/{model}"
_OF_THE_FRAMEWORK = ("HTTPValidationError", "ValidationError")
_USUAL = {
    "400": "A parameter that is not known or not understood, or a body that is not well formed.",
    "404": "Nothing has this name.",
    "422": "What the body says is not accepted; `errors` says where and why.",
    "503": "An owner cannot answer now; try again after `Retry-After`.",
}


class FaultOut(Model):
    """One thing wrong with a request."""

    pointer: str = Field(
        description="Into the body (`#/answers/EV01`), or a parameter (`?page`), or a header."
    )
    code: str
    params: dict[str, Any] = Field(description="What the sentence names, for one of your own.")
    detail: str = Field(description="A sentence in the reader's language, to be shown beside the field.")


class ProblemOut(Model):
    """An error, RFC 9457: `code` is for programs and stays, `title` and `detail` are for people.

    Some have fields of their own, as `nearest`, `state` or `allowed`.
    """

    model_config = ConfigDict(extra="allow", from_attributes=True)

    type: str
    title: str
    status: int
    detail: str
    code: str
    trace_id: str | None
    errors: list[FaultOut]
    errors_total: int = Field(
        default=0, description="How many there are, where `errors` names but the first."
    )


def problems_described(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a description in which every error has the shape it is answered in.

    The framework describes a 422 of a shape of its own, which no caller ever gets: what is wrong with an
    address is a 400 here, and all errors are problem documents.
    """
    paths = {
        path: {method: _call(path, call) for method, call in item.items()}
        for path, item in document["paths"].items()
    }
    schemas = dict(document.get("components", {}).get("schemas", {}))
    for name in _OF_THE_FRAMEWORK:
        schemas.pop(name, None)
    own = ProblemOut.model_json_schema(ref_template=_REF)
    schemas |= own.pop("$defs")
    schemas["ProblemOut"] = own
    components = {**document.get("components", {}), "schemas": dict(sorted(schemas.items()))}
    return {**document, "paths": paths, "components": components}


def _call(path: str, call: Mapping[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = dict(call.get("responses", {}))
    if _OF_THE_FRAMEWORK[0] in str(answers.get("422", {}).get("content")):
        del answers["422"]
        if "requestBody" in call:
            answers["422"] = {"description": _USUAL["422"]}
    if path.startswith("/v1/"):
        answers.setdefault("400", {"description": _USUAL["400"]})
        if "{" in path:
            answers.setdefault("404", {"description": _USUAL["404"]})
    return {**call, "responses": {key: _answer(key, answers[key]) for key in sorted(answers)}}


def _answer(status: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    # Where a name fits several regions, the list of them is a problem document, too.
    if status != "300" and status < "400":
        return dict(answer)
    told = answer.get("description", "")
    if status in _USUAL and told in ("", HTTPStatus(int(status)).phrase):
        told = _USUAL[status]
    schema = {"$ref": _REF.format(model="ProblemOut")}
    return {**answer, "description": told, "content": {_KIND: {"schema": schema}}}
