"""`python -m scoring.import_outcomes FILE`: bring outcome figures in, for every region."""

import argparse
import asyncio
import sys
from pathlib import Path

from servicekit.catalog import Catalog
from servicekit.codelists import load_codelists
from servicekit.database import Database
from servicekit.strictjson import MalformedJSON

from .imports.observations import Broken, Refused
from .indicators import read_indicators
from .service.importing import FORMATS, Importer, ImportReport, ImportService
from .settings import Settings, command_settings

__all__ = ["main"]

LOCALE = Path(__file__).parent / "locale"


async def run(settings: Settings, raw: bytes, kind: str, *, dry_run: bool) -> ImportReport:
    """Bring the figures of a file in; raises Broken and MalformedJSON for one that is none."""
    database = Database(settings.database_url.get_secret_value(), pool_size=1)
    lists = load_codelists(settings.data_dir / "codelists" / "scoring")
    service = ImportService(database.sessions, read_indicators(settings.data_dir), lists, settings.small_cell)
    try:
        return await service.load(raw, kind, Importer(), dry_run=dry_run)
    finally:
        await database.dispose()


def main() -> None:
    """Report what was taken and refused; end with status 1 when the file is broken and nothing is taken."""
    parser = argparse.ArgumentParser(prog="python -m scoring.import_outcomes", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--format", choices=FORMATS, default="table")
    parser.add_argument("--dry-run", action="store_true", help="report only, write nothing")
    given = parser.parse_args()
    catalog = Catalog.load(LOCALE)

    def sentence(one: Refused) -> str:
        return f"scoring: {one.place}: {catalog.text('en', f'fault.{one.code}', **one.params)}"

    settings = command_settings()
    try:
        report = asyncio.run(run(settings, given.file.read_bytes(), given.format, dry_run=given.dry_run))
    except OSError as error:
        sys.exit(f"scoring: {given.file}: cannot be read ({error.strerror})")
    except Broken as error:
        sys.exit("\n".join(sentence(fault) for fault in error.faults))
    except MalformedJSON as error:
        sys.exit(f"scoring: {given.file}: is no JSON ({error.reason})")
    print(f"scoring: {report.taken} taken, {report.same} as before, {report.refused_total} refused")
    print(*(sentence(one) for one in report.refused), sep="\n")


if __name__ == "__main__":
    main()
