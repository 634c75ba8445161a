"""`python -m practices`: serve the catalogue."""

from servicekit.server import run

from .main import create_app
from .settings import Settings

if __name__ == "__main__":
    settings = Settings()
    run(create_app(settings), settings)
