"""Running a service: uvicorn, with its own log lines and headers off."""

import uvicorn
from fastapi import FastAPI

from .logs import configure
from .settings import ServiceSettings

__all__ = ["run"]


def run(app: FastAPI, settings: ServiceSettings) -> None:
    """Serve until a signal ends it; open requests have ten seconds to finish."""
    configure(settings.log_level)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=75,
    )
