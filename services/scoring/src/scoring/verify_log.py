"""`python -m scoring.verify_log`: check the chain of every assessment's log in the database."""

import asyncio
import sys

from servicekit.database import Database

from .domain.chain import verify
from .repository.writings import LogRepository
from .settings import Settings, command_settings

__all__ = ["check", "main"]


async def check(database: Database) -> tuple[int, list[str]]:
    """Return how many logs there are, and a line for each that does not hold."""
    logs, broken = 0, []
    async with database.sessions.begin() as session:
        async for entries in LogRepository(session).chains():
            logs += 1
            if (found := verify(entries)) is not None:
                broken.append(f"{found.assessment}: entry {found.n} does not fit ({found.reason})")
    return logs, broken


async def _run(settings: Settings) -> tuple[int, list[str]]:
    database = Database(settings.database_url.get_secret_value(), pool_size=1)
    try:
        return await check(database)
    finally:
        await database.dispose()


def main() -> None:
    """Print what was found; end with status 1 when a log does not hold."""
    logs, broken = asyncio.run(_run(command_settings()))
    sys.stdout.writelines(f"scoring: {line}\n" for line in broken)
    sys.stdout.write(f"scoring: {logs} logs, {len(broken)} broken\n")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
