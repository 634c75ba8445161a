"""`POST /v1/compute` and a second implementation of the rules agree on 1,000 random editions and answers.

Ties are told by what a comparison says: a cell is named there unless both figures are exactly equal.
"""

import json
from random import Random

from tests.support import reference
from tests.support.builders_editions import random_answers, random_edition, written
from tests.support.builders_scoring import scoring_client

CASES = 1000
SEED = 61


async def test_two_implementations_agree(scoring_db):
    chance = Random(SEED)
    seen = {"reasons": set(), "ties": 0, "differences": 0, "bands": set(), "halves": 0}
    async with scoring_client(scoring_db) as client:
        for number in range(CASES):
            edition = random_edition(chance)
            answers, others = random_answers(edition, chance), random_answers(edition, chance)
            if chance.random() < 0.3:
                others = {**answers, **dict(list(others.items())[:1])}
            body = {"edition": edition, "answers": answers, "baseline": {"answers": others}}
            text = written(body)

            response = await client.post("/v1/compute", content=text.encode())

            assert response.status_code == 200, (number, response.text, text)
            agree(reference.parse(text), json.loads(response.text), seen, f"case {number}: {text}")

    assert seen["reasons"] == {
        None, "unknown", "not_applicable", "no_competence", "insufficient_coverage"
    }  # fmt: skip
    assert min(seen["ties"], seen["differences"], seen["halves"]) > 50, seen
    assert len(seen["bands"]) > 3


def agree(body, answer, seen, case):
    """Hold one answer against the reference."""
    edition = body["edition"]
    after = reference.figures(edition, body["answers"])
    before = reference.figures(edition, body["baseline"]["answers"])
    cells = [answer["overall"], *(cell for axis in answer["axes"] for cell in axis["cells"])]
    assert [cell["cell"] for cell in cells] == list(after), case
    for cell in cells:
        wanted = reference.shown(edition, after[cell["cell"]])
        assert {name: cell[name] for name in wanted} == wanted, case
        assert (cell["origin"], cell["rank"], cell["interval"]) == ("simulated", None, None)
        seen["reasons"].add(cell["reason"])
        seen["bands"].add(cell["band"])
        score = after[cell["cell"]][0]
        if score is not None and (score * 10 ** edition["method"]["rounding"]["digits"]).denominator == 2:
            seen["halves"] += 1
    changed = {one["cell"]: one for one in answer["changes"]}
    for name, figure in after.items():
        tie = before[name][:2] == figure[:2]
        assert (name in changed) == (not tie), case
        seen["ties" if tie else "differences"] += 1
        if not tie:
            for side, of in (("from", before), ("to", after)):
                wanted = reference.shown(edition, of[name])
                assert changed[name][side] == {n: wanted[n] for n in ("score", "display", "reason", "band")}
