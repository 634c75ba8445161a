"""What the environment says to scoring."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from servicekit.settings import DatabaseSettings

__all__ = ["Settings"]


class Settings(DatabaseSettings):
    """Settings with the prefix SCORING_, and the platform's own."""

    model_config = SettingsConfigDict(env_prefix="SCORING_", populate_by_name=True, extra="ignore")

    small_cell: int = Field(10, title="Counts of fewer people are suppressed", ge=0)
