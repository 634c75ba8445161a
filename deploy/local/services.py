"""The platform's processes: what each is started with."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from .databases import DatabaseAddresses
from .keys import ServiceKeys
from .search import SearchEngine
from .settings import ROOT, LaunchSettings

STOP_ORDER = (("gateway",), ("worker",), ("practices", "survey", "scoring"), ("meilisearch", "postgres"))
"""Who asks goes before whom it asks."""

MODULES = {
    "scoring": "scoring",
    "practices": "practices",
    "survey": "survey",
    "gateway": "gateway",
    "worker": "practices.worker",
}
PORT_SETTINGS = {
    "scoring": "SCORING_PORT",
    "practices": "PRACTICES_PORT",
    "survey": "SURVEY_PORT",
    "gateway": "PORT",
    "worker": "WORKER_METRICS_PORT",  # where it tells whether it is ready
}


@dataclass(frozen=True)
class Platform:
    """Everything the environments of the processes are made from."""

    settings: LaunchSettings
    databases: Mapping[str, DatabaseAddresses]
    engine: SearchEngine
    keys: ServiceKeys

    def address(self, service: str) -> str:
        """Return where the other processes reach a service."""
        return f"http://127.0.0.1:{self.settings.ports[PORT_SETTINGS[service]]}"

    def _shared(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "PUBLIC_BASE_URL": self.settings.public_base_url,
            "DATA_DIR": str(ROOT / "data"),
            "SERVICE_JWKS_FILE": str(self.keys.jwks_file),
            "AUTH_ISSUER": self.settings.auth_issuer,
            "AUTH_AUDIENCE": self.settings.auth_audience,
            **self._issuer(),
        }

    def _issuer(self) -> dict[str, str]:
        # Whoever names an issuer of theirs wants its tokens alone.
        given = {name: os.environ.get(name, "") for name in ("AUTH_JWKS_FILE", "AUTH_JWKS_URL")}
        named = {name: value for name, value in given.items() if value}
        return named or {"AUTH_JWKS_FILE": str(self.keys.people_file)}

    def environment(self, name: str) -> dict[str, str]:
        """Return the environment of a process: of its own secrets only."""
        service = "practices" if name == "worker" else name
        ports = self.settings.ports
        prefix = service.upper()
        own = {
            "SERVICE_KEY_FILE": str(self.keys.private_files[service]),
            f"{prefix}_HOST": self.settings.host if name == "gateway" else "127.0.0.1",
            f"{prefix}_PORT": str(ports[PORT_SETTINGS[service]]),
            f"{prefix}_METRICS_PORT": str(ports[f"{name.upper()}_METRICS_PORT"]),
        }
        if service in self.databases:
            own[f"{prefix}_DATABASE_URL"] = self.databases[service].app
        match service:
            case "gateway":
                for upstream in ("scoring", "practices", "survey"):
                    own[f"GATEWAY_{upstream.upper()}_URL"] = self.address(upstream)
            case "practices":
                own["PRACTICES_SCORING_URL"] = self.address("scoring")
                own |= self.engine.practices_environment()
            case "scoring":
                own["SCORING_SIGNING_KEY_FILE"] = str(self.keys.releases_file)
                own["SCORING_DEMO"] = "1" if self.settings.demo else "0"
            case "survey":
                own["SURVEY_SECRET_KEY_FILE"] = str(self.keys.survey_file)
        return {**self._shared(), **own}

    def owner_environment(self, service: str) -> dict[str, str]:
        """Return the environment of a service's migrations and loading, with the owner's address."""
        owner = {f"{service.upper()}_OWNER_URL": self.databases[service].owner}
        return {**self.environment(service), **owner}


def command(name: str) -> list[str]:
    """Return the command line of a process."""
    return [sys.executable, "-m", MODULES[name]]
