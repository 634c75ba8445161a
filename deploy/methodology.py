"""`python -m deploy.methodology`: write how figures are computed, from the tables that the tests hold.

The page cannot say anything that the program does not do: every table on it is a test. What no table can
show, the draws of the simulation and the measures of agreement, is told by the modules that do it.
"""

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from inspect import getdoc
from pathlib import Path
from types import ModuleType

from scoring.domain import agreement
from scoring.simulation import model
from tests.support.tables import Rule, rows

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/methodology.md"

INTRODUCTION = """# How figures are computed

Made by `python -m deploy.methodology` from the tables in `tests/spec/scoring`, each of which is a test:
what stands here is what the program does. Change a table there, and this page with that command.

An edition asks a number of questions, its **indicators**. Each has a weight, options with a score from 0
to 100, and a position: the keys of the edition's axes that it counts in. A reviewer decides each
indicator of a region: an **option**, or `unknown` (no answer was found), `not_applicable`, or
`no_competence` (it is not the region's to decide). From the decisions every **figure** follows: one for
each key of each axis, and the overall one. A figure is an exact fraction, or missing with a reason; it
always says how many indicators were answered of how many that could be.

All is computed in exact fractions from the decimal text of scores and weights: no sum depends on the
order of its parts, and equal figures tie. `score` in the API is the double next to the exact value, and
`display` is what people are shown.

What was published by others is never computed anew and never mixed with what is computed here.
"""
OVERALL = """## The overall figure

An edition says which of two it is: the mean of all indicators, or the mean of the figures of one axis.
"""
SHOWN = """## What people are shown

A figure is rounded half away from zero, to the digits that its edition names, and on its exact value.
"""
BANDS = """A band is a named part of the scale. It is chosen by what is shown, so that nobody sees a 60 in
a band that ends below 60. The bands of this example:
"""
SURE = """## How sure a computed figure is

`confidence` follows from how many of the indicators that could be answered were, and from how sure the
two experts were of them (here by letters: high, medium, low). **high**: at least nine tenths answered, at
least half of the experts' answers given with high certainty, and at most a tenth with low. **low**: less
than three quarters answered, or at least half given with low certainty. **medium**: all others.
"""
PLACES = """## Places

In these tables `?` is a score that exists and is not held here, `-` one that does not exist (the region has
no competence in the matter), and `(1)` a place that a source states.
"""
STRENGTHS = """## Strengths and weaknesses

How many indicators stand at 100, at 75 and below 50 is how the field reports strengths and weaknesses. Every
indicator that was answered stands on exactly one of five steps; the others stand on none.
"""
WEAK = """Recommendations stand beside the weak cells they speak to, in our reading. A cell is weak, marked
`*`, when its score is below 50, and marked `+`, when it is among the three lowest of its region. `?` is a
score that exists and is not held here, `.` one that was asked for and not found, `-` one that does not exist.
"""
LIKENESS = """## Similar profiles

The first region of each table is compared with the others: by the mean difference of the scores, cell by
cell, or not at all, with the reason. Marks as above; `~` is a region that took no part.
"""


def page() -> str:
    """Return the page."""
    cells, bands, display, ranks, releases, similarity, strengths = (
        import_module(f"tests.spec.scoring.test_{name}")
        for name in ("cells", "bands", "display", "ranks", "releases", "similarity", "strengths")
    )
    parts = [
        INTRODUCTION,
        "## A figure\n", *_rules(cells.CELLS),
        "## What was not answered\n", *_rules(cells.COVERAGE),
        OVERALL, *_rules(cells.OVERALL),
        SHOWN, _table(display.SHOWN),
        BANDS, _table(bands.SCALE), _table(bands.BANDS),
        SURE, _table(releases.CONFIDENCE),
        PLACES, *_places(ranks.RULES),
        STRENGTHS, _table(strengths.STEP_OF),
        WEAK, *_weak(strengths.WEAK),
        LIKENESS, *_likeness(similarity.RULES),
        "## Uncertainty\n", _told(model), "The constants stand beside the intervals of every release.\n",
        "## Agreement between the experts\n", _told(agreement),
    ]  # fmt: skip
    return "\n".join(parts).rstrip() + "\n"


def _told(module: ModuleType) -> str:
    """Return what a module says of its method, without its first line, which is for who reads the code."""
    return (getdoc(module) or "").partition("\n\n")[2] + "\n"


def _rules(rules: Iterable[Rule]) -> Iterable[str]:
    for rule in rules:
        asked = [f"Coverage asked for: {rule.min_coverage}."] if rule.min_coverage != "0.5" else []
        overall = ["The overall is the mean of the areas."] if rule.mean_of == "areas" else []
        yield f"### {rule.title}\n\n{' '.join([rule.text, *overall, *asked])}\n"
        yield _table(rule.decisions)
        yield _table(rule.figures)


def _places(rules: Mapping[str, str]) -> Iterable[str]:
    for title, table in rules.items():
        yield f"### {title}\n"
        # A stated place stands beside its score.
        lines = (line.strip().replace(" (", "\N{NO-BREAK SPACE}(") for line in table.strip().splitlines())
        yield _table("region  score  place\n" + "\n".join(lines))


def _weak(rules: Mapping[str, str]) -> Iterable[str]:
    # A star is Markdown's own: what is marked with one stands as code.
    lines = (f"{title}  `{line}`" for title, line in rules.items())
    yield _table("rule  scores\n" + "\n".join(lines))


def _likeness(rules: Mapping[str, str]) -> Iterable[str]:
    for title, table in rules.items():
        yield f"### {title}\n"
        lines = [line.split() for line in table.strip().splitlines()]
        width = max(len(line) - (1 if line is lines[0] else 2) for line in lines)  # the first has no result
        # Who took no part has one mark for all cells.
        whole = [[line[0], *"~" * width, *line[2:]] if line[1] == "~" else line for line in lines]
        full = [line if len(line) > width + 1 else [*line, "–"] for line in whole]
        head = ["region", *"abcdefgh"[:width], "found"]
        yield _table("\n".join("  ".join(cells) for cells in [head, *full]))


def _table(table: str) -> str:
    head, *lines = rows(table)
    written = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in written) + "\n"


def main() -> int:
    """Write the page when it has changed, and name it."""
    content = page()
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != content:
        PAGE.write_text(content, encoding="utf-8")
        print(PAGE.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
