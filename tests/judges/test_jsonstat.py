"""JSON-stat as jsonstat-toolkit reads it."""

import json

from scoring.exports.jsonstat import write_jsonstat
from tests.support.builders_exports import DEMONSTRATION


def test_every_figure_and_reason_is_read(jsonstat_toolkit, scores):
    found = json.loads(jsonstat_toolkit(write_jsonstat(scores)))

    assert (found["kind"], found["role"]["geo"], found["names"]) == ("dataset", ["region"], ["Alpha", "Beta"])
    assert found["note"][0] == DEMONSTRATION
    assert found["extension"]["licence"] == "CC-BY-4.0"
    at = [scores.place(name) for name in ("region", "cell", "score", "reason")]
    assert found["figures"] == [[row[place] for place in at] for row in scores.rows]
    assert found["figures"][1][2] == 61.666666666666664
