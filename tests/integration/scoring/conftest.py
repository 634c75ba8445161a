import json

import pytest
from joserfc.jwk import OKPKey

from servicekit.auth import ServiceTokens
from servicekit.database import Database
from tests.support.builders_scoring import load_bundle, scoring_client


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """Key files of a caller, and the key set that verifies it."""
    folder = tmp_path_factory.mktemp("keys")
    key = OKPKey.generate_key("Ed25519")
    public = {**key.as_dict(private=False), "kid": key.thumbprint()}
    (folder / "key.json").write_text(json.dumps(key.as_dict(private=True)))
    (folder / "jwks.json").write_text(json.dumps({"keys": [public]}))
    return folder


@pytest.fixture(scope="session")
def caller(keys):
    """Headers of a call by a named service."""

    def headers(name: str, audience: str = "scoring") -> dict[str, str]:
        return ServiceTokens(name, keys / "key.json", None).headers(audience)

    return headers


@pytest.fixture(scope="session")
async def real(postgres_server, keys):
    """A client of scoring with the real data, for tests that only read."""
    addresses = await postgres_server.migrated("scoring")
    database = Database(addresses.app)
    await load_bundle(database)
    async with scoring_client(database, service_jwks_file=keys / "jwks.json") as client:
        yield client
    await database.dispose()
    await postgres_server.drop(addresses.name)
