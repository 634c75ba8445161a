"""`python -m scoring.load`, as the launcher runs it."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.support.builders_scoring import DATA


@pytest.fixture
def run(committed_scoring):
    """Run the command as the runtime role."""

    def command(data_dir=DATA):
        env = {**os.environ, "SCORING_DATABASE_URL": committed_scoring.app, "DATA_DIR": str(data_dir)}
        words = [sys.executable, "-W", "error", "-m", "scoring.load"]
        return subprocess.run(words, env=env, capture_output=True, text=True, check=False)

    return command


def test_a_line_for_each_kind_and_nothing_new_the_second_time(run):
    first, second = run(), run()

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        "scoring: regions: 34 loaded, 0 as before",
        "scoring: statistics: 37 loaded, 0 as before",
        "scoring: editions: 2 loaded, 0 as before",
        "scoring: releases: 1 loaded, 0 as before",
    ]
    assert second.stdout.splitlines()[0] == "scoring: regions: 0 loaded, 34 as before"


def test_a_bad_file_is_refused_with_its_faults(run, tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    path = tmp_path / "data" / "regions.json"
    regions = json.loads(path.read_text(encoding="utf-8"))
    regions[0]["country"] = "Austria"
    regions[1]["id"] = "Vor arlberg"
    path.write_text(json.dumps(regions), encoding="utf-8")

    done = run(tmp_path / "data")

    assert (done.returncode, done.stdout) == (1, "")
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == [
        "regions.json[0].country", "regions.json[1].id",
    ]  # fmt: skip


def test_files_that_contradict_each_other_are_refused(run, tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    path = tmp_path / "data" / "regions.json"
    regions = json.loads(path.read_text(encoding="utf-8"))
    regions[1]["codes"] = regions[0]["codes"]  # two regions of one territory
    path.write_text(json.dumps(regions), encoding="utf-8")

    done = run(tmp_path / "data")

    assert done.returncode == 1
    assert "uq_region_code_exact" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["load", "verify_log"])
def test_a_command_without_its_settings_names_them(command):
    env = {name: value for name, value in os.environ.items() if name != "SCORING_DATABASE_URL"}
    words = [sys.executable, "-W", "error", "-m", f"scoring.{command}"]

    ended = subprocess.run(words, env=env, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr.startswith("scoring: SCORING_DATABASE_URL: ")
    assert "Traceback" not in ended.stderr
