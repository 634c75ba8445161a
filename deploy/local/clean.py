"""`make clean-data`: remove what the platform stored here. Needs no installed package."""

import fcntl
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Remove the data folder unless a platform runs from it, or it is not one of ours."""
    folder = (ROOT / (arguments[0] if arguments else ".data")).resolve()
    lock = folder / "lock"
    if not folder.exists():
        print(f"There is no {folder}.")
        return 0
    if not lock.exists():
        print(f"{folder} is not a data folder of the platform; nothing was removed.", file=sys.stderr)
        return 1
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"The platform runs from {folder}: stop it first.", file=sys.stderr)
            return 1
        shutil.rmtree(folder)
    print(f"Removed {folder}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
