"""Runs the migrations of practices; timeouts and the lock are servicekit's."""

from alembic import context

from practices.tables import metadata
from servicekit.migrations import run

run(context, metadata)
