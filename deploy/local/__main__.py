"""`python -m deploy.local run` starts the platform; `keys FOLDER` makes its key files elsewhere."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from . import keys
from .errors import LaunchError
from .launcher import Launcher
from .settings import read


async def _run() -> None:
    await Launcher(read(os.environ)).run()


def main() -> int:
    """Do what the command line says; an error a person can mend is one sentence, not a traceback."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start PostgreSQL, the search engine and all services")
    make_keys = commands.add_parser("keys", help="make the key files that services are started with")
    make_keys.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    try:
        if arguments.command == "keys":
            keys.ensure(arguments.folder)
        else:
            asyncio.run(_run())
    except LaunchError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
