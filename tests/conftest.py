"""What every test can ask for; importing this starts nothing."""

from pathlib import Path

import pytest
import structlog

# As the services log, but to wherever pytest looks: structlog's own rendering of a traceback takes seconds.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
)

pytest_plugins = ["tests.support.postgres", "tests.support.platform"]

E2E = Path(__file__).parent / "e2e"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in e2e/ and put it last: it starts the whole platform."""
    for item in items:
        if E2E in item.path.parents:
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)
