"""Running a service: uvicorn, with its own log lines and headers off."""

import sys
from types import FrameType

import uvicorn
from fastapi import FastAPI

from .logs import configure
from .settings import ServiceSettings

__all__ = ["run"]


class _Server(uvicorn.Server):
    """Tells requests that only wait of the end, so that they do not hold it up."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal."""
        super().handle_exit(sig, frame)
        self.config.app.state.ending.set()  # type: ignore[union-attr] # always our own application


def run(app: FastAPI, settings: ServiceSettings) -> None:
    """Serve until a signal ends it; open requests have ten seconds to finish."""
    configure(settings.log_level)
    config = uvicorn.Config(
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
    server = _Server(config)
    server.run()
    if not server.started:
        sys.exit("the service could not start")
