"""Asks one address of this container whether it is well: exit code 0 or 1, for a health check."""

import sys
import urllib.error
import urllib.request


def main(arguments: list[str]) -> int:
    """Ask the address given; a proxy of the environment is for the world outside."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(arguments[0], timeout=3):
            return 0
    except (urllib.error.URLError, OSError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
