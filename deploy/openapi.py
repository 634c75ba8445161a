"""`python -m deploy.openapi`: write the API's description, from the four applications as they are."""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
from fastapi.openapi.utils import get_openapi

from gateway.described import problems_described
from gateway.merge import merge

ROOT = Path(__file__).parents[1]
SERVICES = ("scoring", "practices", "survey")
MERGED = ROOT / "services/gateway/src/gateway/openapi.json"
INFO = {
    "title": "REGIN platform API",
    "version": "1",
    "description": (
        "Regional migrant-integration data of Europe: MIPEX-R results, statistics and practices of regions, "
        "and the survey that collects practices. Every figure carries its source; what is not known is null "
        "with a reason. Texts exist in seven languages: ask with `lang`, or by Accept-Language."
        "\n\n"
        "An error is `application/problem+json` with `type`, `title`, `status`, `detail`, `code`, `trace_id` "
        "and `errors`: `code` stays the same for programs, the sentences are in the reader's language, and "
        "each of `errors` says where in the request it is (`pointer`). The words of every code are in "
        "`GET /v1/codelists`."
        "\n\n"
        "A `uri` is the name of a thing and stays; it leads to the document, which is at the same path under "
        "`/v1`. A figure that is `null` has a `reason`; a place in a ranking (`position`) is `null` where "
        "unknown figures could change it, and `low` to `high` are the places that it can be. In an "
        "`interval` lie nine in ten of the simulated figures, or places."
    ),
}


def documents() -> dict[Path, bytes]:
    """Return every committed description by its path."""
    found = {service: _describe(service) for service in (*SERVICES, "gateway")}
    own = found.pop("gateway")
    written = {ROOT / f"docs/openapi/{name}.json": document for name, document in found.items()}
    written[MERGED] = merge(own, found, info=INFO)
    written[ROOT / "docs/openapi/gateway.json"] = written[MERGED]
    return {
        path: orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n" for path, document in written.items()
    }


def _describe(service: str) -> dict[str, Any]:
    # No application opens anything before its lifespan: an address nobody answers at is enough.
    os.environ.setdefault("DATA_DIR", str(ROOT / "data"))
    os.environ.setdefault(f"{service.upper()}_DATABASE_URL", "postgresql+asyncpg://nobody@127.0.0.1:1/none")
    app = import_module(f"{service}.main").create_app()
    return problems_described(get_openapi(title=service, version="1", routes=app.routes))


def main() -> int:
    """Write what has changed and name it."""
    for path, content in documents().items():
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
