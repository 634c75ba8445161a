"""What the gateway can be told, read once."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from servicekit.settings import ServiceSettings

__all__ = ["Settings"]


class Settings(ServiceSettings):
    """The gateway's settings, prefix GATEWAY_."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", populate_by_name=True, extra="ignore")

    scoring_url: str = Field("http://127.0.0.1:8001", title="Address of scoring")
    practices_url: str = Field("http://127.0.0.1:8002", title="Address of practices")
    survey_url: str = Field("http://127.0.0.1:8003", title="Address of survey")
    connect_timeout: float = Field(0.5, title="Seconds to a connection", gt=0)
    read_timeout: float = Field(5.0, title="Seconds without a byte of a read", gt=0)
    # A submission's twin in flight is waited for by its owner, for 10 s.
    write_timeout: float = Field(20.0, title="Seconds without a byte of the answer to a write", gt=0)
    part_timeout: float = Field(2.0, title="Seconds a reader waits for one part", gt=0)
    # A map holds all that was found, and its owner may have to do without the search engine first.
    map_timeout: float = Field(5.0, title="Seconds a reader waits for a map of practices", gt=0)
    stale_wait: float = Field(1.0, title="Seconds a reader waits when a stale answer is at hand", gt=0)
    panel_deadline: float = Field(4.0, title="Seconds a reader waits for a panel", gt=0)
    pool: int = Field(64, title="Connections kept to each owner", ge=1)
    cache_bytes: int = Field(64 * 1024 * 1024, title="Bound of the cache, in bytes", ge=0)
    short_ttl: float = Field(5.0, title="Seconds an answer is fresh while changes are not followed", ge=0)
    live_ttl: float = Field(60.0, title="Seconds an answer is fresh while changes are followed", ge=0)
    max_stale: float = Field(86400.0, title="Seconds an answer may be served while its owner is away", ge=0)
    contact: str | None = Field(None, title="Whom to write to, shown in /v1/meta")
