"""A route that takes nothing it does not declare, reads JSON strictly, and asks who calls before all else."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any, get_args, get_origin

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import ParamTypes
from fastapi.routing import APIRoute

from .aside import aside
from .people import RoleCheck
from .problems import Fault, Problem
from .strictjson import MalformedJSON, loads
from .text import nearest, shown

__all__ = ["StrictRoute", "role_checks"]

REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"description": "No token, or one that is not valid here."},
    403: {"description": "The token is valid, and allows something else."},
}


class _StrictRequest(Request):
    async def json(self) -> Any:
        raw = await self.body()
        try:
            return await aside(len(raw), loads, raw)
        except MalformedJSON as error:
            raise Problem(400, "malformed_json", {"reason": error.reason}) from error


class StrictRoute(APIRoute):
    """Answers 400 for an unknown or repeated query parameter, or a body that is no strict JSON.

    A call that is for people in a role is refused to all others first: before its body is parsed, and
    before its parameters are looked at. The description tells so by itself.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the framework's handler."""
        handler = super().get_route_handler()
        repeatable = self._parameters()
        checks = list(role_checks(self.dependant))
        if checks:
            self.responses = REFUSALS | self.responses

        async def strict(request: Request) -> Response:
            for check in checks:
                await check.caller(request)
            _check(request, repeatable)
            return await handler(_StrictRequest(request.scope, request.receive))

        return strict

    def _parameters(self) -> dict[str, bool]:
        # name -> may be repeated; every answer has a language, so `lang` is known everywhere
        return {"lang": False} | {
            field.alias: _is_list(field.field_info.annotation)
            for field in get_flat_params(self.dependant)
            if getattr(field.field_info, "in_", ParamTypes.query) is ParamTypes.query
        }


def role_checks(dependant: Dependant) -> Iterator[RoleCheck]:
    """Find what a call asks of its caller, among its dependencies and theirs."""
    for inner in dependant.dependencies:
        if isinstance(inner.call, RoleCheck):
            yield inner.call
        yield from role_checks(inner)


def _is_list(annotation: Any) -> bool:
    return any(get_origin(part) is list for part in (annotation, *get_args(annotation)))


def _check(request: Request, repeatable: dict[str, bool]) -> None:
    given = request.query_params.multi_items()
    for name in dict.fromkeys(name for name, _ in given):
        if name not in repeatable:
            params = {"name": name, "nearest": nearest(name, repeatable), "allowed": sorted(repeatable)}
            raise Problem(
                400, "unknown_parameter", params, errors=[Fault(f"?{shown(name)}", "unknown_parameter")]
            )
        if not repeatable[name] and sum(1 for other, _ in given if other == name) > 1:
            raise Problem(400, "repeated_parameter", {"name": name}, errors=[Fault(f"?{name}", "repeated")])
