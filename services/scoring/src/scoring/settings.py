"""What the environment says to scoring."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from servicekit.settings import DatabaseSettings

__all__ = ["Settings"]


class Settings(DatabaseSettings):
    """Settings with the prefix SCORING_, and the platform's own."""

    model_config = SettingsConfigDict(env_prefix="SCORING_", populate_by_name=True, extra="ignore")

    small_cell: int = Field(10, title="Counts of fewer people are suppressed", ge=0)
    signing_key_file: Path | None = Field(
        None, title="Key ring that signs releases (`python -m scoring.keys FILE`); none: nothing is published"
    )
    demo: bool = Field(False, title="Loading makes the demonstration edition, too")
