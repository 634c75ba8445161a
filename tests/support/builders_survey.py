"""Small builders for the survey's tests: definitions, questions, submissions, the service itself."""

import contextlib
import json
from pathlib import Path

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr

from servicekit.database import Database
from survey import keys
from survey.domain.reading import read_definition
from survey.load import load
from survey.main import create_app
from survey.settings import Settings
from tests.support.http import client_for

# Properties are checked, not timed: a busy machine must not fail them.
untimed = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
LANGUAGES = ("en", "fr", "de", "it", "es", "pt", "sv")
SURVEY = "integration-practice"
DEFINITION_FILE = DATA / "surveys" / SURVEY / "1.json"
SUBMISSIONS = f"/v1/surveys/{SURVEY}/submissions"


def a_text(text="Words"):
    return {"en": text}


def a_question(question_id="q", kind="text", **fields):
    examples = {
        "choice": "a", "choices": ["a"], "number": 1, "date": "2021-06-30",
        "partial_date": "2021", "region": "skane",
        "links": [{"url": "https://example.org/"}], "country": "SE", "language": "sv",
        "email": a_text("name@example.org"), "url": a_text("https://example.org/"),
    }  # fmt: skip
    options = [an_option("a"), an_option("b"), an_option("other")] if kind.startswith("choice") else []
    return {
        "id": question_id, "type": kind, "label": a_text(), "help": None, "required": False,
        "visible_if": None,
        "options": options, "constraints": {}, "autocomplete": None, "personal": False,
        "example": examples.get(kind, a_text("Example")), **fields,
    }  # fmt: skip


def an_option(value, visible_if=None):
    return {"value": value, "label": a_text(value), "visible_if": visible_if}


def a_section(*questions, section_id="s1", visible_if=None):
    return {"id": section_id, "title": a_text(), "visible_if": visible_if, "questions": list(questions)}


def a_declaration(declaration_id="notice", kind="notice", *, required=False, **fields):
    return {
        "id": declaration_id, "kind": kind, "purpose": "privacy", "version": 1, "text": a_text(),
        "required": required, **fields,
    }  # fmt: skip


def a_document(*questions, sections=None, **fields):
    return {
        "survey": "test", "version": 1, "original": "en", "languages": ["en", "fr"], "title": a_text(),
        "privacy": {"purpose": a_text()}, "sections": sections or [a_section(*questions)],
        "declarations": [], **fields,
    }  # fmt: skip


def a_definition(*questions, **fields):
    return read_definition(a_document(*questions, **fields))


def the_document():
    """The real definition."""
    return json.loads(DEFINITION_FILE.read_text(encoding="utf-8"))


def example_answers(definition, *, without=("end",)):
    """Return each question's example of a definition as served in one language."""
    questions = [q for section in definition["sections"] for q in section["questions"]]
    return {q["id"]: q["example"] for q in questions if q["id"] not in without}


def a_submission(definition, **fields):
    """Return a submission that the definition, as served in one language, accepts."""
    return {
        "version_hash": definition["version_hash"],
        "lang": definition["lang"],
        "answers_lang": definition["lang"],
        "answers": example_answers(definition),
        "declarations": [
            {"id": d["id"], "version": d["version"], "lang": d["text"]["lang"], "given": True}
            for d in definition["declarations"]
        ],
        **fields,
    }


def key_ring(folder):
    """Make a key ring and return its file."""
    path = Path(folder) / "ring.json"
    if not path.exists():
        keys.main([str(path)])
    return path


def settings(folder, url="postgresql+asyncpg://nobody@127.0.0.1:1/none", **fields):
    return Settings(
        database_url=SecretStr(url),
        data_dir=DATA,
        secret_key_file=key_ring(folder),
        metrics_port=None,
        **fields,
    )


@contextlib.asynccontextmanager
async def service(database: Database, folder, *, surveys=DATA / "surveys", **fields):
    """Yield a client of the service over the database, with the definitions of a folder loaded."""
    await load(database, surveys)
    app = create_app(settings(folder, database.url, **fields), database)
    async with client_for(app) as client:
        yield client


async def send(client, body, key="key-1", **options):
    """Post a submission; `body` is a document, or bytes as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
    headers |= options.pop("headers", {})
    return await client.post(SUBMISSIONS, content=content, headers=headers, **options)


async def read_survey(client, lang="en"):
    return (await client.get(f"/v1/surveys/{SURVEY}", params={"lang": lang})).json()


def holder(accepted):
    """Return the headers of a submission's holder."""
    return {"Authorization": f"Bearer {accepted['secret']}"}
