import stat

import pytest

from deploy.local import search
from deploy.local.settings import read


@pytest.fixture
def settings(tmp_path):
    made = read({"DATA": str(tmp_path)})
    made.secrets.mkdir()
    return made


@pytest.fixture
def path_with_meilisearch(tmp_path):
    program = tmp_path / "bin" / "meilisearch"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n", encoding="ascii")
    program.chmod(0o755)
    return str(program.parent)


def test_an_address_given_comes_first(tmp_path, path_with_meilisearch):
    settings = read({"DATA": str(tmp_path), "MEILI_URL": "http://x:7700", "MEILI_KEY": "k"})
    engine = search.choose(settings, path_with_meilisearch)
    assert engine.program is None
    assert engine.practices_environment() == {
        "PRACTICES_MEILI_URL": "http://x:7700",
        "PRACTICES_MEILI_KEY": "k",
    }
    assert "http://x:7700" in engine.told


def test_a_program_on_the_path_is_started_on_loopback_with_a_kept_key(settings, path_with_meilisearch):
    engine = search.choose(settings, path_with_meilisearch)
    assert engine.program == f"{path_with_meilisearch}/meilisearch"
    environment = search.server_environment(engine, settings)
    assert environment["MEILI_HTTP_ADDR"] == f"127.0.0.1:{settings.ports['MEILI_PORT']}"
    assert environment["MEILI_NO_ANALYTICS"] == "true"
    assert environment["MEILI_ENV"] == "production"
    assert len(environment["MEILI_MASTER_KEY"]) >= 32
    for name in ("MEILI_DB_PATH", "MEILI_DUMP_DIR", "MEILI_SNAPSHOT_DIR"):
        assert environment[name].startswith(str(settings.data))
    assert stat.S_IMODE((settings.secrets / "meilisearch").stat().st_mode) == 0o600
    assert search.choose(settings, path_with_meilisearch).key == engine.key


def test_without_either_postgresql_searches_and_it_is_said(settings, tmp_path):
    engine = search.choose(settings, str(tmp_path))
    assert engine.practices_environment() == {}
    assert "PostgreSQL full text" in engine.told
