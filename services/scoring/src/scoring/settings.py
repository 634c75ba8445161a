"""What the environment says to scoring."""

import sys
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict

from servicekit.settings import DatabaseSettings

__all__ = ["Settings", "command_settings"]


class Settings(DatabaseSettings):
    """Settings with the prefix SCORING_, and the platform's own."""

    model_config = SettingsConfigDict(env_prefix="SCORING_", populate_by_name=True, extra="ignore")

    small_cell: int = Field(10, title="Counts of fewer people are suppressed", ge=0)
    signing_key_file: Path | None = Field(
        None, title="Key ring that signs releases (`python -m scoring.keys FILE`); none: nothing is published"
    )
    demo: bool = Field(False, title="Loading makes the demonstration edition, too")


def command_settings() -> Settings:
    """Return the settings of a command; end it with a sentence that names those that are missing or wrong."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = sorted({"_".join(map(str, item["loc"])).upper() for item in error.errors()})
        names = ", ".join(f"SCORING_{name}" for name in wrong)
        sys.exit(f"scoring: {names}: missing or not understood (deploy/README.md tells what to set)")
