"""One way to make a service: health, readiness, metrics, logs, problems, tags, strictness."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from .catalog import Catalog
from .database import is_outage
from .i18n import Languages
from .metrics import Metrics
from .middleware import BodyLimit, Conditional, Context
from .problems import Problem, from_http, from_validation, problem_response
from .settings import ServiceSettings

__all__ = ["ProblemTable", "Ready", "create_service"]

log = structlog.get_logger()

ProblemTable = Mapping[type[Exception], Callable[[Any], Problem]]
Ready = Callable[[Request], Awaitable[bool]]
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[Mapping[str, Any]]]


def create_service(
    *,
    name: str,
    settings: ServiceSettings,
    routers: Sequence[APIRouter],
    lifespan: Lifespan,
    catalog: Catalog,
    problems: ProblemTable,
    ready: Sequence[Ready] = (),
    body_limits: Sequence[tuple[str, int]] = (),
) -> FastAPI:
    """Build the application; `problems` says how each domain error is answered."""
    metrics = Metrics()
    languages = Languages.load(settings.data_dir)

    @asynccontextmanager
    async def measured(app: FastAPI) -> AsyncIterator[Mapping[str, Any]]:
        with metrics.served(settings.host, settings.metrics_port):
            async with lifespan(app) as state:
                yield state

    app = FastAPI(
        title=name,
        version="1",
        lifespan=measured,
        redirect_slashes=False,  # Starlette builds that redirect from the Host header
        openapi_url=None,  # the whole platform has one document, at the gateway
        docs_url=None,  # FastAPI's page loads its assets from elsewhere
        redoc_url=None,
    )
    app.state.ending = asyncio.Event()
    app.state.metrics, app.state.languages, app.state.settings = metrics, languages, settings
    app.include_router(_operations(ready))
    for router in routers:
        app.include_router(router)
    _answer_problems(app, catalog, problems)
    app.add_middleware(Conditional)
    app.add_middleware(BodyLimit, catalog=catalog, limits=body_limits)
    app.add_middleware(Context, languages=languages, catalog=catalog, metrics=metrics)
    return app


def _operations(ready: Sequence[Ready]) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})

    @router.get("/readyz")
    async def readyz(request: Request) -> JSONResponse:
        is_ready = all([await check(request) for check in ready])
        status = "ready" if is_ready else "not ready"
        return JSONResponse({"status": status}, 200 if is_ready else 503, {"Cache-Control": "no-store"})

    return router


def _answer_problems(app: FastAPI, catalog: Catalog, problems: ProblemTable) -> None:
    table: dict[type[Exception], Callable[[Any], Problem]] = {
        Problem: lambda error: error,
        HTTPException: from_http,
        RequestValidationError: from_validation,
        # What a database that is down, restarting or overwhelmed looks like, by any of its layers.
        DBAPIError: _unavailable,
        PoolTimeout: _unavailable,
        OSError: _unavailable,
        **problems,
    }
    for kind, translate in table.items():
        app.add_exception_handler(kind, _handler(translate, catalog))


def _handler(
    translate: Callable[[Any], Problem], catalog: Catalog
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handle(request: Request, error: Exception) -> Response:
        return problem_response(request, translate(error), catalog)

    return handle


def _unavailable(error: Exception) -> Problem:
    if not is_outage(error):
        raise error
    log.warning("database not reachable", error=type(error).__name__)
    return Problem(503, "unavailable", headers={"Retry-After": "2"})
