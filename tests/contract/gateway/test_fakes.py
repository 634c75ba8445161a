"""The fake owners answer what the real ones do: every field, and none that their wire models do not have."""

import httpx
import pytest
from pydantic import ValidationError

from practices.schemas import PanelOut, PracticeOut, SearchOut
from scoring.schemas import EditionsOut, RegionOut, ScoresOut, StatisticOut
from servicekit.codelists import CodeListsOut
from servicekit.wire import CodeListOut, ListOut
from survey.schemas import DefinitionOut
from tests.support.builders_gateway import scores, usual_practices, usual_scoring, usual_survey

ANSWERS = [
    (usual_scoring, "/v1/regions", ListOut[RegionOut]),
    (usual_scoring, "/v1/regions/catalonia", RegionOut),
    (usual_scoring, "/v1/regions/catalonia/scores", ScoresOut),
    (usual_scoring, "/v1/regions/skane/scores", ScoresOut),
    (usual_scoring, "/v1/outcomes?region=catalonia", ListOut[StatisticOut]),
    (usual_scoring, "/v1/editions", EditionsOut),
    (usual_scoring, "/v1/codelists/2021.policy_area", CodeListOut),
    (usual_practices, "/v1/practices?policy_area=health", SearchOut),
    (usual_practices, "/v1/practices/own-clinic", PracticeOut),
    (usual_practices, "/internal/panels/catalonia", PanelOut),
    (usual_survey, "/v1/surveys/integration-practice", DefinitionOut),
    *((owner, "/v1/codelists", CodeListsOut) for owner in (usual_scoring, usual_practices, usual_survey)),
]


@pytest.mark.parametrize(("usual", "path", "model"), ANSWERS)
async def test_what_a_fake_answers_is_what_its_owner_would(usual, path, model):
    headers = {"Authorization": "Bearer token"}
    async with usual() as owner, httpx.AsyncClient() as client:
        answer = await client.get(owner.url + path, headers=headers)
    assert (answer.status_code, answer.headers["etag"][0]) == (200, '"')
    found = model.model_validate_json(answer.content)
    assert found.model_dump() != {"items": []}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda cell: cell.update(made_up=1), "extra_forbidden"),
        (lambda cell: cell.pop("coverage"), "missing"),
        (lambda cell: cell.update(origin="guessed"), "literal_error"),
    ],
)
def test_the_check_finds_what_is_too_much_missing_or_wrong(change, kind):
    odd = scores()
    change(odd["axes"][0]["cells"][0])
    with pytest.raises(ValidationError) as raised:
        ScoresOut.model_validate(odd)
    assert [error["type"] for error in raised.value.errors()] == [kind]
