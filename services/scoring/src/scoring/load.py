"""`python -m scoring.load`: load the data files into the database, as often as one likes."""

import asyncio
import sys
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from servicekit.database import Database

from .checks import read_bundle
from .documents import BadData
from .loading import load
from .settings import Settings

__all__ = ["main"]


async def run(settings: Settings) -> None:
    """Read, check and load the files in one transaction, and print a line for each kind."""
    bundle = await asyncio.to_thread(read_bundle, settings.data_dir)
    database = Database(settings.database_url.get_secret_value(), pool_size=1)
    try:
        async with database.sessions.begin() as session:
            report = await load(session, bundle, datetime.now(UTC))
    finally:
        await database.dispose()
    for kind in report.changed:
        print(f"scoring: {kind}: {report.changed[kind]} loaded, {report.same[kind]} as before")
    for line in report.kept:
        print(f"scoring: {line}")


def main() -> None:
    """Load, or print every fault of the files and end with status 1, having written nothing."""
    try:
        asyncio.run(run(Settings()))
    except BadData as error:
        print(*(f"scoring: {fault}" for fault in error.faults), sep="\n", file=sys.stderr)
        sys.exit(1)
    except IntegrityError as error:
        print(f"scoring: the database refuses the files, nothing is written: {error.orig}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
