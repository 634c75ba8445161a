"""Running a service: uvicorn, with its own log lines and headers off."""

import sys
from types import FrameType

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .logs import configure
from .settings import ServiceSettings

__all__ = ["run"]


class _Protocol(HttpToolsProtocol):
    """Takes addresses typed with letters such as `å`, which the parser refuses: clients should encode them.

    Only the line that begins a request is looked at, and only when no other request is under way.
    """

    def data_received(self, data: bytes) -> None:
        """Encode what is not ASCII in a request's first line, then parse as usual."""
        if not data.isascii() and (self.cycle is None or self.cycle.response_complete):
            line, end, rest = data.partition(b"\r\n")
            data = b"".join(b"%%%02X" % byte if byte > 126 else bytes((byte,)) for byte in line) + end + rest
        super().data_received(data)


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
        http=_Protocol,
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
