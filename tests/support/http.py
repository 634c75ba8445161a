"""An HTTP client over an application, without a socket, with the application's lifespan run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

BASE = "http://127.0.0.1:8000"


@asynccontextmanager
async def client_for(app: FastAPI, **options) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client; the lifespan's state reaches the requests as a server would pass it."""
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope, receive, send):
            scope["state"] = {**(state or {}), **scope.get("state", {})}
            await app(scope, receive, send)

        transport = httpx.ASGITransport(app=with_state)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, **options) as client:
            yield client
