"""What the environment tells this service and its worker."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from servicekit.settings import DatabaseSettings

__all__ = ["Settings"]


class Settings(DatabaseSettings):
    """Environment with the prefix PRACTICES_, and what all services share."""

    model_config = SettingsConfigDict(env_prefix="PRACTICES_", populate_by_name=True, extra="ignore")

    port: int = Field(8002, title="Port to listen on", ge=0, le=65535)
    scoring_url: str = Field("http://127.0.0.1:8001", title="Where scoring answers; its regions are followed")
    meili_url: str | None = Field(None, title="Address of Meilisearch; none: PostgreSQL full text")
    meili_key: SecretStr = Field(SecretStr(""), title="Its key")
    meili_index: str = Field("practices", title="Name of the index at Meilisearch")
    meili_timeout: float = Field(1.0, title="Seconds a search may take there", gt=0, le=30)
