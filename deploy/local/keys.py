"""The platform's key files, made once: what services, issuer and releases sign with; the survey's secrets."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import OKPKey

from .postgres import write_secret

SIGNERS = ("gateway", "scoring", "practices", "survey")
ISSUER_FILE = Path("issuer/key.jwk.json")
"""What signs people's tokens; no service is given it, only its public half."""


@dataclass(frozen=True)
class ServiceKeys:
    """Where the key files lie."""

    private_files: Mapping[str, Path]
    jwks_file: Path
    people_file: Path
    survey_file: Path
    releases_file: Path


def ensure(folder: Path) -> ServiceKeys:
    """Make the key files that are missing in the folder; those that are there stay as they are.

    Each service has a folder of its own, so that it can be given that and `public` alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    keys = ServiceKeys(
        private_files={name: folder / name / "key.jwk.json" for name in SIGNERS},
        jwks_file=folder / "public" / "services.jwks.json",
        people_file=folder / "public" / "people.jwks.json",
        survey_file=folder / "survey" / "receipts.json",
        releases_file=folder / "scoring" / "releases.json",
    )
    issuer = folder / ISSUER_FILE
    for file in (*keys.private_files.values(), keys.jwks_file, issuer):
        file.parent.mkdir(mode=0o700, exist_ok=True)
    for file in (*keys.private_files.values(), issuer):
        if not file.exists():
            write_secret(file, json.dumps(_private_key()))
    # Read back, so that the public half always belongs to the private files that are there.
    public = [_public(file) | {"service": name} for name, file in keys.private_files.items()]
    write_secret(keys.jwks_file, json.dumps({"keys": public}, indent=1))
    write_secret(keys.people_file, json.dumps({"keys": [_public(issuer)]}, indent=1))
    for service, ring in (("survey", keys.survey_file), ("scoring", keys.releases_file)):
        if not ring.exists():
            _make_ring(service, ring)
    return keys


def _make_ring(service: str, file: Path) -> None:
    # A service knows how its key ring looks; under another name first, so that no half one stays.
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", f"{service}.keys", str(fresh)], check=True)
    fresh.rename(file)


def _private_key() -> dict[str, object]:
    key = OKPKey.generate_key("Ed25519")
    return {**key.as_dict(private=True), "kid": key.thumbprint()}


def _public(file: Path) -> dict[str, object]:
    key = OKPKey.import_key(json.loads(file.read_text(encoding="utf-8")))
    return {**key.as_dict(private=False), "kid": key.thumbprint(), "alg": "Ed25519", "use": "sig"}
