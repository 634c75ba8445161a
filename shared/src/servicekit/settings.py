"""Settings every service has; each service adds its own in one typed class."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["DatabaseSettings", "ServiceSettings"]


class ServiceSettings(BaseSettings):
    """What the environment says: own fields with the service's prefix, the platform's without one."""

    model_config = SettingsConfigDict(env_prefix="SERVICE_", populate_by_name=True, extra="ignore")

    host: str = Field("127.0.0.1", title="Address to listen on")
    port: int = Field(8000, title="Port to listen on", ge=0, le=65535)
    metrics_port: int | None = Field(None, title="Port of /metrics; none: off", ge=1, le=65535)
    log_level: str = Field("info", title="debug, info, warning or error")
    public_base_url: str = Field(
        "http://127.0.0.1:8000", title="Makes every absolute address", validation_alias="PUBLIC_BASE_URL"
    )
    public_id_base: str = Field(
        "", title="Makes every `uri`; default: the base address", validation_alias="PUBLIC_ID_BASE"
    )
    data_dir: Path = Field(Path("data"), title="Folder of the real data", validation_alias="DATA_DIR")
    service_key_file: Path | None = Field(
        None,
        title="Private Ed25519 JWK that signs calls to other services",
        validation_alias="SERVICE_KEY_FILE",
    )
    service_jwks_file: Path | None = Field(
        None, title="JWKS that verifies calls of other services", validation_alias="SERVICE_JWKS_FILE"
    )
    auth_jwks_file: Path | None = Field(
        None,
        title="JWKS that verifies people's tokens; read again when it changes",
        validation_alias="AUTH_JWKS_FILE",
    )
    auth_jwks_url: str | None = Field(
        None, title="Address of the issuer's JWKS, instead of a file", validation_alias="AUTH_JWKS_URL"
    )
    auth_issuer: str | None = Field(
        None, title="Issuer of people's tokens (`iss`)", validation_alias="AUTH_ISSUER"
    )
    auth_audience: str | None = Field(
        None, title="Audience of people's tokens (`aud`)", validation_alias="AUTH_AUDIENCE"
    )

    def uri(self, kind: str, key: str) -> str:
        """Return the lasting address of a thing: `{PUBLIC_ID_BASE}/{kind}/{id}`."""
        return f"{(self.public_id_base or self.public_base_url).rstrip('/')}/{kind}/{key}"


class DatabaseSettings(ServiceSettings):
    """Settings of a service that owns a database."""

    database_url: SecretStr = Field(title="postgresql+asyncpg:// address of the runtime role")
    database_pool: int = Field(10, title="Connections kept open", ge=1, le=100)
