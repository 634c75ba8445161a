"""`python -m survey` serves; without a key ring it says so and stops."""

import sys

from servicekit.server import run

from .keys import KeyRing, KeyRingError
from .main import create_app
from .settings import Settings

if __name__ == "__main__":
    settings = Settings()
    try:
        KeyRing.load(settings.secret_key_file)
    except KeyRingError as error:
        sys.exit(str(error))
    run(create_app(settings), settings)
