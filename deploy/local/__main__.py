"""`python -m deploy.local run` starts the platform; `keys` and `roles` prepare one run elsewhere; `token`."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from . import databases, keys, tokens
from .errors import LaunchError
from .launcher import Launcher
from .settings import read


async def _run() -> None:
    await Launcher(read(os.environ)).run()


async def _roles() -> None:
    url = os.environ.get("SUPERUSER_URL")
    if not url:
        raise LaunchError("SUPERUSER_URL is not set: the postgresql:// address of a superuser.")
    passwords = databases.passwords_from(os.environ)
    made = await databases.ensure(databases.RemoteSuperuser(url), passwords)
    print(f"Roles are as they should be; databases made: {', '.join(made) or 'none'}.")


def _token(folder: Path | None) -> None:
    settings = read(os.environ)
    order = tokens.ordered(os.environ)
    print(
        tokens.mint(
            folder or settings.secrets, order, issuer=settings.auth_issuer, audience=settings.auth_audience
        )
    )


def main() -> int:
    """Do what the command line says; an error a person can mend is one sentence, not a traceback."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start PostgreSQL, the search engine and all services")
    make_keys = commands.add_parser("keys", help="make the key files that services are started with")
    make_keys.add_argument("folder", type=Path)
    commands.add_parser(
        "roles", help="make roles and databases on the server at SUPERUSER_URL, or set them right"
    )
    token = commands.add_parser("token", help="print a token for SUBJECT in ROLE, of REGION, good for TTL")
    token.add_argument("folder", type=Path, nargs="?", help="of the key files; default: those of DATA")
    arguments = parser.parse_args()
    try:
        match arguments.command:
            case "keys":
                keys.ensure(arguments.folder)
            case "token":
                _token(arguments.folder)
            case command:
                asyncio.run(_run() if command == "run" else _roles())
    except LaunchError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
