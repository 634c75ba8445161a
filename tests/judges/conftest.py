"""Programs of others, where they are installed (`make judges`), and what they are given to read."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scoring.exports.model import Dataset
from tests.support.builders_exports import DEMONSTRATION, build_scores
from tests.support.builders_questionnaires import build_answers, build_indicator, build_questionnaire

HERE = Path(__file__).parent
INSTALLED = Path(os.environ.get("JUDGES", HERE)).resolve()


@pytest.fixture(scope="session")
def scores() -> Dataset:
    """Scores of two regions, in a demonstration: 185/3, and three reasons for none."""
    work = {"area": ["work"]}
    asked = build_questionnaire([
        build_indicator("A1", scores=(100, 85), position=work),
        build_indicator("A2", scores=(50, 0), position={"area": ["work", "school"]}),
        build_indicator("A3", scores=(50, 0), position=work),
        build_indicator("A4", scores=(50, 0), position={"area": ["health"]}),
    ])  # fmt: skip
    answers = {
        "alpha": build_answers(A1="b", A2="a", A3="a"),
        "beta": build_answers(A1="b", A4="no_competence"),
    }
    return build_scores(asked, answers, note=DEMONSTRATION)


@pytest.fixture(scope="session")
def jsonstat_toolkit():
    """Return what runs the reader with jsonstat-toolkit."""
    node, toolkit = shutil.which("node"), INSTALLED / "node_modules" / "jsonstat-toolkit"
    if node is None or not toolkit.exists():
        pytest.skip("node or jsonstat-toolkit is not installed: see make judges")
    return lambda body: _run([node, HERE / "read_jsonstat.cjs", toolkit], body)


@pytest.fixture(scope="session")
def sdmx1():
    """Return what runs the reader with sdmx1."""
    python = INSTALLED / "venv" / "bin" / "python"
    if not python.exists():
        pytest.skip("sdmx1 is not installed: see make judges")
    return lambda body: _run([python, HERE / "read_sdmx.py"], body)


def _run(command: list, body: bytes) -> bytes:
    done = subprocess.run(command, input=body, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
