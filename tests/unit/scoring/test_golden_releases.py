"""One release per engine, made when the engine was new: it must verify for ever, to the last byte."""

import json
import random
from pathlib import Path

import pytest

from scoring.domain.engine import ENGINES
from scoring.verify import Unreadable, verify
from tests.support.builders_releases import ring

FOLDER = Path(__file__).resolve().parents[2] / "data" / "releases"
KEYS = {"keys": ring().public()}
ENGINE_1 = (FOLDER / "engine-1.json").read_bytes()
TRIED = random.Random(20261125).sample(range(len(ENGINE_1)), 400)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_release_of_every_engine_verifies(engine):
    raw = (FOLDER / f"engine-{engine}.json").read_bytes()

    verdict = verify(raw, KEYS)

    assert json.loads(raw)["manifest"]["engine"] == engine
    assert verdict.equal, verdict.faults


def test_one_changed_byte_is_found_wherever_it_is():
    missed = []
    for place in TRIED:
        old = ENGINE_1[place]
        new = old ^ 1 if chr(old).isalnum() else old ^ 2
        raw = ENGINE_1[:place] + bytes([new]) + ENGINE_1[place + 1 :]
        try:
            if verify(raw, KEYS, exact_only=True).equal:
                missed.append(place)
        except Unreadable:
            pass

    assert missed == []


def test_a_changed_digit_of_any_figure_is_named():
    text = ENGINE_1.decode()
    for region, cells in json.loads(text)["results"].items():
        for cell, figure in cells.items():
            if figure["exact"] is not None:
                document = json.loads(text)
                document["results"][region][cell]["exact"] = "1"
                raw = json.dumps(document).encode()
                assert verify(raw, KEYS, exact_only=True).faults[0].startswith(f"{region}, {cell}: ")
