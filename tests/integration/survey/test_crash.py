"""kill -9 in the middle of the work: every acknowledged submission is there after the restart, none twice."""

import asyncio
import contextlib
import os
import sys

import asyncpg
import httpx

from servicekit.database import asyncpg_dsn
from tests.support.builders_survey import DATA, a_submission, key_ring, read_survey, send
from tests.support.postgres import free_port

MANY = 200


@contextlib.asynccontextmanager
async def running(url, folder, port):
    """A service in a process of its own; yields the process once it answers."""
    env = {
        **os.environ, "SURVEY_DATABASE_URL": url, "SURVEY_PORT": str(port), "DATA_DIR": str(DATA),
        "SURVEY_SECRET_KEY_FILE": str(key_ring(folder)), "SURVEY_LOG_LEVEL": "error",
    }  # fmt: skip
    command = (sys.executable, "-m", "survey")
    process = await asyncio.create_subprocess_exec(*command, env=env, stdout=asyncio.subprocess.DEVNULL)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            while not await answers(client):  # noqa: ASYNC110 - another process tells no event here
                await asyncio.sleep(0.05)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def answers(client):
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx.TransportError:
        return False


async def test_a_killed_service_has_lost_and_doubled_nothing(committed_survey, tmp_path):
    env = {**os.environ, "SURVEY_DATABASE_URL": committed_survey.app, "DATA_DIR": str(DATA)}
    loading = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "survey.load", env=env, stdout=asyncio.subprocess.DEVNULL
    )
    assert await loading.wait() == 0
    port, acknowledged, at_once = free_port(), {}, asyncio.Semaphore(20)
    keys = [f"key-{number}" for number in range(MANY)]

    async with (
        running(committed_survey.app, tmp_path, port) as process,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        body = a_submission(await read_survey(client, "it"))

        async def submit(key):
            with contextlib.suppress(httpx.TransportError):
                async with at_once:
                    response = await send(client, body, key=key)
                assert response.status_code == 201
                acknowledged[key] = response.content
                if len(acknowledged) == MANY // 4:
                    process.kill()

        await asyncio.gather(*(submit(key) for key in keys))
    assert MANY // 4 <= len(acknowledged) < MANY

    async with (
        running(committed_survey.app, tmp_path, port),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        again = dict(
            zip(keys, await asyncio.gather(*(send(client, body, key=key) for key in keys)), strict=True)
        )
    assert {response.status_code for response in again.values()} == {201}
    assert {key: again[key].content for key in acknowledged} == acknowledged
    look = await asyncpg.connect(asyncpg_dsn(committed_survey.app))
    for table in ("submission", "receipt", "submission_content", "idempotency_key", "feed_entry"):
        assert await look.fetchval(f"SELECT count(*) FROM {table}") == MANY
    await look.close()
