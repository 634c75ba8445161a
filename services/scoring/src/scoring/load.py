"""`python -m scoring.load`: load the data files into the database, as often as one likes."""

import asyncio
import sys
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from servicekit.database import Database

from .checks import read_bundle
from .demo import publish_demo, read_demo, with_demo
from .documents import BadData, Bundle
from .keys import KeyRingError
from .loading import load
from .merging import Report
from .service.publishing import CannotSign, Publisher
from .settings import Settings, command_settings
from .signing import signer_of

__all__ = ["main"]


async def run(settings: Settings) -> None:
    """Read, check and load the files in one transaction, and print a line for each kind."""
    bundle = await asyncio.to_thread(read_bundle, settings.data_dir)
    database = Database(settings.database_url.get_secret_value(), pool_size=1)
    try:
        async with database.sessions.begin() as session:
            reports = await _load(session, bundle, settings)
    finally:
        await database.dispose()
    for report in reports:
        for kind in report.changed:
            print(f"scoring: {kind}: {report.changed[kind]} loaded, {report.same[kind]} as before")
        for line in report.kept:
            print(f"scoring: {line}")


async def _load(session: AsyncSession, bundle: Bundle, settings: Settings) -> list[Report]:
    now = datetime.now(UTC)
    if not settings.demo:
        return [await load(session, bundle, now)]
    demo = read_demo(settings.data_dir)
    whole, told = await with_demo(session, bundle, demo)
    report = await load(session, whole, now)
    report.kept += told
    return [report, await publish_demo(session, whole, demo, Publisher(signer_of(settings)), now)]


def main() -> None:
    """Load, or print every fault of the files and end with status 1, having written nothing."""
    try:
        asyncio.run(run(command_settings()))
    except BadData as error:
        print(*(f"scoring: {fault}" for fault in error.faults), sep="\n", file=sys.stderr)
        sys.exit(1)
    except CannotSign:
        print("scoring: SCORING_DEMO needs SCORING_SIGNING_KEY_FILE: its release is signed", file=sys.stderr)
        sys.exit(1)
    except KeyRingError as error:
        print(f"scoring: {error}", file=sys.stderr)
        sys.exit(1)
    except IntegrityError as error:
        print(f"scoring: the database refuses the files, nothing is written: {error.orig}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
