"""Bodies whose numbers are read as they are written, and not as doubles."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Request

from servicekit.aside import aside
from servicekit.problems import Problem
from servicekit.strictjson import MalformedJSON, loads

__all__ = ["Body", "Sent", "sent_as"]


@dataclass(frozen=True)
class Body:
    """A document, its decimals exact, and how many bytes it was."""

    document: Any
    size: int


async def _sent(request: Request) -> Body:
    raw = await request.body()
    try:
        return Body(await aside(len(raw), _read, raw), len(raw))
    except MalformedJSON as error:
        raise Problem(400, "malformed_json", {"reason": error.reason}) from error


def _read(raw: bytes) -> Any:
    # The strict reader refuses what must not come in, but makes doubles: 0.1 with a twentieth digit that
    # differs would be 0.1 to it, and could not be refused any more.
    loads(raw)
    return json.loads(raw, parse_float=Decimal)


Sent = Annotated[Body, Depends(_sent)]


def sent_as(description: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what the description of a call says of its body."""
    shape = {"type": "object", "description": description, **(schema or {})}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": shape}}}}
