"""Many answers at once, as a file brings them: all or none, and a dry run that tells what would happen."""

import pytest

from scoring.domain.assessment import Certainty
from scoring.domain.questionnaire import Answer, Status
from scoring.domain.records import AnswerContent
from scoring.domain.refusals import AnswerClosed, InvalidWork
from scoring.service.answering import saved_many
from scoring.service.questionnaires import Questionnaires
from scoring.service.steps import Person, Rooms
from tests.support.builders_assessments import answer, working
from tests.support.people import write_people

EXPERT = Person("expert-1")


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return write_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
async def work(scoring_db, people):
    async with working(scoring_db, people) as found:
        await found.open()
        rooms = Rooms(scoring_db.sessions, Questionnaires())

        async def save_many(contents, *, dry_run):
            async with rooms.expert(EXPERT, found.id) as step:
                return await saved_many(step, contents, dry_run=dry_run)

        found.save_many = save_many
        yield found


def content(option="a", **given):
    chosen = Answer(**given) if given else Answer(option)
    justification = {"text": "By law 7/2010, article 3.", "lang": "en"}
    sources = ({"title": "Law 7/2010", "url": "https://example.org/law"},)
    return AnswerContent(chosen, Certainty.HIGH, "2026-05", justification, None, sources)


async def test_a_dry_run_tells_and_changes_nothing(work):
    await work.save("expert-1", "I1", answer("a"))
    await work.save("expert-1", "I2", answer("a"))
    before = await work.own("expert-1")
    contents = {"I1": content("a"), "I2": content("b"), "I3": content(status=Status.UNKNOWN)}

    told = await work.save_many(contents, dry_run=True)

    assert told.verdicts == {"I1": "same", "I2": "changed", "I3": "new"}
    assert await work.own("expert-1") == before
    done = await work.save_many(contents, dry_run=False)
    assert done.verdicts == told.verdicts
    answers = (await work.own("expert-1"))["answers"]
    assert {name: one["option"] or one["status"] for name, one in answers.items()} == {
        "I1": "a", "I2": "b", "I3": "unknown"
    }  # fmt: skip


async def test_one_bad_answer_keeps_all_from_being_saved(work):
    contents = {"I1": content("a"), "I2": content("z"), "I9": content("a")}

    with pytest.raises(InvalidWork) as refused:
        await work.save_many(contents, dry_run=False)

    assert [fault[:2] for fault in refused.value.faults] == [
        ("#/I2/option", "unknown_option"), ("#/I9", "unknown_indicator")
    ]  # fmt: skip
    assert (await work.own("expert-1"))["answers"] == {}


async def test_what_is_submitted_is_closed_here_too(work):
    await work.answered()

    with pytest.raises(AnswerClosed):
        await work.save_many({"I1": content("c")}, dry_run=True)
    same = await work.save_many({"I1": content("a")}, dry_run=False)
    assert same.verdicts == {"I1": "same"}
