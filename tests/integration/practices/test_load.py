"""Loading: by id, again without effect, and never over an editor's work."""

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import text

from practices.domain import InvalidPractice
from practices.load import digest, load, read
from practices.repository import PracticeRepository
from tests.support.builders_practices import DATA, NOW, a_practice, the_practices

LATER = NOW.replace(hour=6)


async def rows(database, table):
    async with database.sessions() as session:
        return await session.scalar(text(f"SELECT count(*) FROM {table}"))


async def test_the_real_data_loads_once(practices_db):
    practices = read(DATA / "practices.json")
    first = await load(practices_db.sessions, practices, NOW)
    assert (first.added, first.changed) == (len(practices), 0)
    written = [await rows(practices_db, table) for table in ("outbox", "feed_entry")]
    assert written == [2 * len(practices), len(practices)]
    again = await load(practices_db.sessions, practices, LATER)
    assert (again.added, again.changed, again.unchanged) == (0, 0, len(practices))
    assert [await rows(practices_db, table) for table in ("outbox", "feed_entry")] == written


async def test_a_newer_file_replaces_what_was_loaded(practices_db):
    await load(practices_db.sessions, [a_practice("a"), a_practice("b")], NOW)
    done = await load(practices_db.sessions, [a_practice("a", title="New"), a_practice("b")], LATER)
    assert (done.changed, done.unchanged) == (1, 1)
    async with practices_db.sessions() as session:
        record = await PracticeRepository(session).get("a")
    assert (record.version, record.first_published, record.last_changed) == (2, NOW, LATER)
    assert await rows(practices_db, "feed_entry") == 3


async def test_an_editors_work_stays(practices_db):
    await load(practices_db.sessions, [a_practice("a")], NOW)
    edited = a_practice("a", title="Edited")
    async with practices_db.sessions.begin() as session:
        await session.execute(
            text("UPDATE practice SET document = :doc, document_hash = :hash, version = 2"),
            {"doc": json.dumps(edited), "hash": digest(edited)},
        )
    for document in (a_practice("a"), a_practice("a", title="Newer file")):
        done = await load(practices_db.sessions, [document], LATER)
        assert (done.edited, done.changed) == (1, 0)
    async with practices_db.sessions() as session:
        assert (await PracticeRepository(session).get("a")).document["title"] == {"en": "Edited"}


async def test_an_editor_who_was_first_agrees_with_the_file(practices_db):
    await load(practices_db.sessions, [a_practice("a")], NOW)
    same = a_practice("a", title="The same change")
    async with practices_db.sessions.begin() as session:
        await session.execute(
            text("UPDATE practice SET document = :doc, document_hash = :hash, version = 2"),
            {"doc": json.dumps(same), "hash": digest(same)},
        )
    done = await load(practices_db.sessions, [same], LATER)
    assert (done.unchanged, done.edited) == (1, 0)
    # It counts as loaded from then on: the next file replaces it.
    done = await load(practices_db.sessions, [a_practice("a", title="Newer file")], LATER)
    assert (done.changed, done.edited) == (1, 0)


async def test_the_regions_of_a_practice_follow_its_document(practices_db):
    async def regions():
        async with practices_db.sessions() as session:
            practices = PracticeRepository(session)
            skane = [record.id for record in await practices.of_region("skane")]
            return await practices.regions_in_use(), skane

    assert await regions() == (set(), [])
    first = [a_practice("a", regions=["skane", "gozo", "skane"]), a_practice("b", regions=["lazio"])]
    await load(practices_db.sessions, first, NOW)
    assert await regions() == ({"skane", "gozo", "lazio"}, ["a"])
    await load(practices_db.sessions, [a_practice("a", regions=["gozo"]), first[1]], LATER)
    assert await regions() == ({"gozo", "lazio"}, [])


async def test_a_file_with_a_fault_changes_nothing(practices_db, tmp_path):
    path = tmp_path / "practices.json"
    path.write_text(json.dumps([a_practice("a"), a_practice("a")]))
    with pytest.raises(ValueError, match="twice"):
        read(path)
    path.write_text(json.dumps([a_practice("Bad Id")]))
    with pytest.raises(InvalidPractice, match="id"):
        read(path)


def test_the_command_says_what_it_did(committed_practices):
    env = {**os.environ, "PRACTICES_DATABASE_URL": committed_practices.app, "DATA_DIR": str(DATA)}
    for expected in (f"{len(the_practices())} new", "0 new"):
        done = subprocess.run(
            [sys.executable, "-m", "practices.load"], env=env, capture_output=True, text=True, check=True
        )
        assert expected in done.stdout
