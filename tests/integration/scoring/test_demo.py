"""The demonstration edition: made by loading, where it is asked for, once."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from scoring.demo import derived, read_demo
from scoring.documents import BadData, EditionDoc
from scoring.keys import main as make_keys
from scoring.verify import verify
from servicekit.database import Database
from tests.support.builders_releases import edition_document
from tests.support.builders_scoring import DATA, scoring_client


@pytest.fixture
def data(tmp_path):
    """The real data, with a small edition to be demonstrated."""
    shutil.copytree(DATA, tmp_path / "data")
    write(tmp_path / "data", "editions/small-of-demo.json", edition_document("small-of-demo"))
    demo = json.loads((DATA / "demo.json").read_text(encoding="utf-8"))
    write(tmp_path / "data", "demo.json", {**demo, "of": "small-of-demo"})
    return tmp_path / "data"


def write(folder, name, document):
    (folder / name).write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture
def run(committed_scoring, data, tmp_path):
    """Run the loader as the launcher does."""
    make_keys([str(tmp_path / "ring.json")])

    def command(**given):
        env = {
            **os.environ, "SCORING_DATABASE_URL": committed_scoring.app, "DATA_DIR": str(data),
            "SCORING_DEMO": "1", "SCORING_SIGNING_KEY_FILE": str(tmp_path / "ring.json"), **given,
        }  # fmt: skip
        env = {name: value for name, value in env.items() if value is not None}
        words = [sys.executable, "-W", "error", "-m", "scoring.load"]
        return subprocess.run(words, env=env, capture_output=True, text=True, check=False)

    return command


async def test_it_is_there_once_and_says_what_it_is(run, committed_scoring):
    first, second = run(), run()

    assert (first.returncode, first.stderr) == (0, "")
    assert "scoring: demonstration: 1 loaded, 0 as before" in first.stdout
    assert "scoring: demonstration: 0 loaded, 1 as before" in second.stdout
    assert "scoring: editions: 0 loaded" in second.stdout

    database = Database(committed_scoring.app)
    async with scoring_client(database) as client:
        listed = (await client.get("/v1/releases?edition=demo")).json()["items"]
        scores = (await client.get("/v1/regions/catalonia/scores?edition=demo")).json()
        ranking = (await client.get("/v1/rankings?edition=demo")).json()
        default = (await client.get("/v1/regions/catalonia/scores")).json()
        file = (await client.get("/v1/releases/demo-r1/files/demo-r1.json")).content
        edition = await client.get("/v1/editions/demo")
    await database.dispose()

    assert [one["release"] for one in listed] == ["demo-r1"]
    assert (scores["origin"], scores["overall"]["interval"] is not None) == ("demonstration", True)
    assert ranking["of"] == 25
    assert default["edition"] == "2021"
    assert edition.json()["notes"][0]["text"]["text"].startswith("Nothing here says anything about a region.")
    assert edition.headers["x-robots-tag"] == "noindex"
    records = json.loads(file)["records"]
    assert {record["assessment"] for record in records.values()} == {None}
    assert all(set(record["answers"]) == {"a", "b"} for record in records.values())
    assert verify(file, exact_only=True).equal


def test_without_being_asked_for_it_is_not_there(run):
    done = run(SCORING_DEMO=None)

    assert done.returncode == 0
    assert "demonstration" not in done.stdout


def test_questions_that_change_leave_the_demonstration_as_it_is(run, data):
    run()
    document = edition_document("small-of-demo")
    document["indicators"][0]["weight"] = 2
    write(data, "editions/small-of-demo.json", document)

    done = run()

    assert (done.returncode, done.stderr) == (0, "")
    assert "demo: small-of-demo has changed since demo was made, which stays as it is" in done.stdout


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"of": "2021"}, "demo.json.of: there is no edition '2021' with questions to answer"),
        ({"of": "nowhere"}, "demo.json.of: there is no edition 'nowhere' with questions to answer"),
        ({"edition": "2021"}, "demo.json.edition: '2021' is an edition of its own"),
        ({"title": {"en": "Only English"}}, "demo.json.title: no text in fr, de, it, es, pt, sv"),
        ({"seed": ""}, "demo.json.seed: "),
        ({"notes": []}, "demo.json.notes: "),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(data, change, fault):
    demo = json.loads((data / "demo.json").read_text(encoding="utf-8"))
    write(data, "demo.json", {**demo, **change})
    names = ("editions/2021.json", "editions/small-of-demo.json")
    editions = [EditionDoc.model_validate(json.loads((data / name).read_text("utf-8"))) for name in names]

    with pytest.raises(BadData, match=re.escape(fault)):
        derived(read_demo(data), editions)


def test_the_command_says_what_makes_no_sense(run, data):
    demo = json.loads((data / "demo.json").read_text(encoding="utf-8"))
    write(data, "demo.json", {**demo, "of": "nowhere"})

    done = run()

    assert (done.returncode, done.stdout) == (1, "")
    assert "demo.json.of: there is no edition 'nowhere' with questions to answer" in done.stderr


def test_it_needs_a_key_to_sign_with(run):
    done, unreadable = run(SCORING_SIGNING_KEY_FILE=None), run(SCORING_SIGNING_KEY_FILE="/nowhere")

    assert (done.returncode, unreadable.returncode) == (1, 1)
    assert "SCORING_DEMO needs SCORING_SIGNING_KEY_FILE" in done.stderr
    assert "SCORING_SIGNING_KEY_FILE cannot be read" in unreadable.stderr
