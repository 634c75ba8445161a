"""The search engines that the settings name."""

from contextlib import AsyncExitStack

import aiohttp

from servicekit.database import Database
from servicekit.i18n import Languages

from .search import MeiliIndex, PostgresIndex, SearchIndex, Synonyms
from .settings import Settings

__all__ = ["engines"]


async def engines(
    settings: Settings, database: Database, languages: Languages, stack: AsyncExitStack
) -> tuple[Synonyms, list[SearchIndex]]:
    """Return the synonyms and the indexes the settings name, PostgreSQL's first: it is always kept."""
    synonyms = Synonyms.load(settings.data_dir / "search" / "synonyms.json")
    indexes: list[SearchIndex] = [PostgresIndex(database.sessions, synonyms)]
    if settings.meili_url:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        indexes.append(
            MeiliIndex(
                settings.meili_url, settings.meili_key.get_secret_value(), session=session, synonyms=synonyms,
                languages=languages.codes, index=settings.meili_index, timeout=settings.meili_timeout,
            )
        )  # fmt: skip
    return synonyms, indexes
