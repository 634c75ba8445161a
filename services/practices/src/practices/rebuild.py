"""`python -m practices.rebuild`: builds every configured index anew, without a moment of emptiness."""

import asyncio
from contextlib import AsyncExitStack

from servicekit.database import Database
from servicekit.i18n import Languages

from .codes import Codes
from .engines import engines
from .outbox import Outbox
from .relay import Relay
from .settings import Settings
from .source import Source

__all__ = ["rebuild"]


async def rebuild(settings: Settings) -> None:
    """Rebuild every index; raises EngineUnavailable when one cannot be reached."""
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url.get_secret_value())
        stack.push_async_callback(database.dispose)
        languages = Languages.load(settings.data_dir)
        _, indexes = await engines(settings, database, languages, stack)
        source = Source(database.sessions, Codes.load(settings.data_dir, languages.known))
        for index in indexes:
            done = await Relay(index, Outbox(database.sessions), source).rebuild()
            print(f"{index.name}: {'rebuilt' if done else 'being rebuilt by another worker'}")  # noqa: T201 - a command


if __name__ == "__main__":
    asyncio.run(rebuild(Settings()))
