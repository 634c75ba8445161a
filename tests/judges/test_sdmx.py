"""SDMX-CSV 2.0 as sdmx1 reads it."""

import json

from scoring.exports.sdmx import write_sdmx
from tests.support.builders_exports import DEMONSTRATION

STATUS = {None: "A", "no_competence": "M"}


def test_every_figure_and_reason_is_read(sdmx1, scores):
    found = json.loads(sdmx1(write_sdmx(scores)))

    at = [scores.place(name) for name in ("edition", "region", "cell", "score", "reason")]
    expected = [[row[place] for place in at] for row in scores.rows]
    assert [[*one[:3], float(one[3]) if one[3] else None, one[5] or None] for one in found] == expected
    assert [one[4] for one in found] == [STATUS.get(row[4], "O") for row in expected]
    assert {one[6] for one in found} == {DEMONSTRATION}
    assert found[1][3] == "61.666666666666664"
