"""Alembic's entry: the database's owner runs this, never the service."""

from alembic import context

from servicekit.migrations import run
from survey.tables import METADATA

run(context, METADATA)
