"""Runs the migrations of scoring; timeouts and the lock are servicekit's."""

from alembic import context

from scoring.tables import metadata
from servicekit.migrations import run

run(context, metadata)
