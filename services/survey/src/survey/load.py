"""`python -m survey.load`: the definitions of `data/surveys/` into the database.

Idempotent. A version is immutable: a file that changed under the number it was loaded with is refused,
because people have answered the questions as they were. `schedule.json` beside the versions says until when
each is open.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from servicekit.database import Database

from .domain.definition import Definition
from .domain.reading import InvalidDefinition, read_definition
from .domain.records import Schedule
from .receipts import canonical, version_hash
from .repository import Repository
from .settings import Settings

__all__ = ["RefusedDefinition", "load", "read_files"]


class RefusedDefinition(Exception):
    """A file cannot be loaded; the message names it and says why."""


def read_files(folder: Path) -> list[tuple[Definition, Schedule]]:
    """Return every definition of the folder; raises RefusedDefinition with all faults of a file."""
    found: list[tuple[Definition, Schedule]] = []
    for survey in sorted(path for path in folder.iterdir() if path.is_dir()):
        schedules = _schedules(survey / "schedule.json")
        for path in sorted(survey.glob("[0-9]*.json")):
            definition = _definition(path)
            found.append((definition, schedules.get(path.stem, Schedule())))
    return found


def _definition(path: Path) -> Definition:
    name = f"{path.parent.name}/{path.name}"
    try:
        definition = read_definition(json.loads(path.read_text(encoding="utf-8")))
    except InvalidDefinition as error:
        lines = [f"{name} is no valid definition:", *(f"  {f.pointer}: {f.code}" for f in error.faults)]
        raise RefusedDefinition("\n".join(lines)) from error
    except ValueError as error:
        raise RefusedDefinition(f"{name} is not JSON") from error
    if (definition.survey, str(definition.version)) != (path.parent.name, path.stem):
        raise RefusedDefinition(f"{name} says it is {definition.survey}/{definition.version}.json")
    return definition


def _schedules(path: Path) -> dict[str, Schedule]:
    if not path.exists():
        return {}
    try:
        items: Mapping[str, Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return {
            version: Schedule(_moment(item["open_until"]), _moment(item["accepted_until"]))
            for version, item in items.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RefusedDefinition(f"{path.parent.name}/{path.name}: {error}") from error


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment


async def load(database: Database, folder: Path) -> int:
    """Store the versions that are new, all or none; return how many. Raises RefusedDefinition."""
    new = 0
    async with database.sessions.begin() as session:
        repository = Repository(session)
        for definition, schedule in read_files(folder):
            found = version_hash(definition.document)
            known = (await repository.version_numbers(definition.survey)).get(definition.version)
            if known is None:
                document = canonical(definition.document).decode()
                await repository.add_version(found, definition.document, document)
                new += 1
            elif known != found:
                raise RefusedDefinition(
                    f"{definition.survey}/{definition.version}.json has changed since it was loaded "
                    f"({known} then, {found} now). A version never changes: "
                    f"put the old file back and save the new one as the next version."
                )
            await repository.set_schedule(found, schedule)
    return new


async def _main() -> None:
    settings = Settings()
    database = Database(settings.database_url.get_secret_value(), pool_size=1)
    try:
        new = await load(database, settings.data_dir / "surveys")
    except RefusedDefinition as error:
        sys.exit(str(error))
    finally:
        await database.dispose()
    print(f"survey: {new} new survey version(s)")


if __name__ == "__main__":
    asyncio.run(_main())
