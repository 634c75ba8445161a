"""The services' OpenAPI documents made one: pure, for the command that writes the committed file."""

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["merge", "public_paths"]

_REF = "#/components/schemas/"
_METHODS = ("get", "put", "post", "delete", "patch")


def public_paths(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the paths of a document that may be called from outside."""
    paths = document.get("paths", {})
    return {path: item for path, item in paths.items() if not path.startswith("/internal")}


def merge(
    own: Mapping[str, Any], services: Mapping[str, Mapping[str, Any]], *, info: Mapping[str, Any]
) -> dict[str, Any]:
    """Return one document: the gateway's own paths, and the services' public ones under /v1.

    A path the gateway answers itself stays the gateway's. Schemas of one name and different content are
    told apart by the service's name; operation ids are derived from method and path, and so are unique.
    """
    paths: dict[str, Any] = dict(public_paths(own))
    schemas: dict[str, Any] = dict(own.get("components", {}).get("schemas", {}))
    for service, document in sorted(services.items()):
        theirs = document.get("components", {}).get("schemas", {})
        names = {name: _name(service, name, schema, schemas) for name, schema in theirs.items()}
        for name, schema in theirs.items():
            schemas[names[name]] = _renamed(schema, names)
        for path, item in public_paths(document).items():
            if path.startswith("/v1/") and path not in paths:
                paths[path] = _renamed(item, names)
    for path, item in paths.items():
        paths[path] = {
            key: {**operation, "operationId": _operation(key, path)} if key in _METHODS else operation
            for key, operation in item.items()
        }
    components = {"schemas": dict(sorted(_used(paths, schemas).items()))}
    # Who calls is told alike by all services, for they have it from the same code.
    schemes = [document.get("components", {}).get("securitySchemes", {}) for document in services.values()]
    if any(schemes):
        components["securitySchemes"] = {name: one for held in schemes for name, one in sorted(held.items())}
    return {
        "openapi": own["openapi"],
        "info": dict(info),
        "paths": dict(sorted(paths.items())),
        "components": components,
    }


def _name(service: str, name: str, schema: Any, taken: Mapping[str, Any]) -> str:
    return name if taken.get(name, schema) == schema else f"{service.capitalize()}{name}"


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, Mapping):
        return {
            key: _REF + names.get(value.removeprefix(_REF), value.removeprefix(_REF))
            if key == "$ref" and isinstance(value, str) and value.startswith(_REF)
            else _renamed(value, names)
            for key, value in node.items()
        }
    return [_renamed(item, names) for item in node] if isinstance(node, list) else node


def _operation(method: str, path: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", path.removeprefix("/v1"))
    return "_".join([method, *words]) if words else method


def _used(paths: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    used: dict[str, Any] = {}
    waiting = sorted(_refs(paths))
    while waiting:
        name = waiting.pop()
        if name not in used and name in schemas:
            used[name] = schemas[name]
            waiting.extend(sorted(_refs(schemas[name])))
    return used


def _refs(node: Any) -> set[str]:
    if isinstance(node, Mapping):
        found = set().union(*(_refs(value) for value in node.values())) if node else set()
        ref = node.get("$ref")
        return found | {ref.removeprefix(_REF)} if isinstance(ref, str) else found
    return set().union(*(_refs(item) for item in node)) if isinstance(node, list) and node else set()
