"""Which search engine the platform runs on."""

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass

from .postgres import write_secret
from .settings import LaunchSettings


@dataclass(frozen=True)
class SearchEngine:
    """The engine chosen: how practices reaches it, how it is started, what people are told."""

    told: str
    url: str | None = None
    key: str | None = None
    program: str | None = None

    def practices_environment(self) -> dict[str, str]:
        """Return what the practices service and its worker need to know."""
        if self.url is None:
            return {}
        return {"PRACTICES_MEILI_URL": self.url, "PRACTICES_MEILI_KEY": self.key or ""}


def choose(settings: LaunchSettings, path: str | None) -> SearchEngine:
    """Choose: the engine at MEILI_URL, else a `meilisearch` on the PATH, else PostgreSQL."""
    if settings.meili_url:
        return SearchEngine(
            told=f"Meilisearch at {settings.meili_url} (MEILI_URL)",
            url=settings.meili_url,
            key=settings.meili_key,
        )
    program = shutil.which("meilisearch", path=path)
    if program is None:
        return SearchEngine(told="PostgreSQL full text (no MEILI_URL, and no 'meilisearch' on the PATH)")
    file = settings.secrets / "meilisearch"
    if not file.exists():
        write_secret(file, secrets.token_urlsafe(32))
    return SearchEngine(
        told=f"Meilisearch, started here from {program}",
        url=f"http://127.0.0.1:{settings.ports['MEILI_PORT']}",
        key=file.read_text(encoding="ascii"),
        program=program,
    )


def server_environment(engine: SearchEngine, settings: LaunchSettings) -> Mapping[str, str]:
    """Return the settings of a Meilisearch started here: loopback, a key, no telemetry."""
    home = settings.data / "meilisearch"
    return {
        "MEILI_HTTP_ADDR": f"127.0.0.1:{settings.ports['MEILI_PORT']}",
        "MEILI_MASTER_KEY": engine.key or "",
        "MEILI_ENV": "production",  # refuses requests without the key
        "MEILI_NO_ANALYTICS": "true",
        "MEILI_DB_PATH": str(home / "data"),
        "MEILI_DUMP_DIR": str(home / "dumps"),
        "MEILI_SNAPSHOT_DIR": str(home / "snapshots"),
    }
