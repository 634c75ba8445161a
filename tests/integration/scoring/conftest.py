import pytest

from servicekit.database import Database
from tests.support.builders_scoring import load_bundle, scoring_client
from tests.support.keys import signed, write_keys


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """Key files of a caller, and the key set that verifies it."""
    return write_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def caller(keys):
    """Headers of a call by a named service."""

    def headers(name: str, audience: str = "scoring") -> dict[str, str]:
        return signed(keys, name, audience)

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
