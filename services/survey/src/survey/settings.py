"""What the environment says to this service."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from servicekit.settings import DatabaseSettings

__all__ = ["Settings"]


class Settings(DatabaseSettings):
    """Settings of the survey service, prefix SURVEY_."""

    model_config = SettingsConfigDict(env_prefix="SURVEY_", populate_by_name=True, extra="ignore")

    port: int = Field(8003, title="Port to listen on", ge=0, le=65535)
    # Never defaulted: a ring made up at the start would sign receipts that nobody can verify tomorrow.
    secret_key_file: Path | None = Field(
        None, title="Key ring for receipts and secrets, made by `python -m survey.keys FILE`"
    )
